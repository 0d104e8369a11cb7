"""The elements that charts are made of."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',SimSun,sans-serif"
INK, FAINT = "#222222", "#767676"


def drawing(width: float, height: float, title: str, description: str) -> Element:
    """Return an empty drawing on white; title and description are read aloud and shown on hover."""
    size = {"width": number(width), "height": number(height)}
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            **size,
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "role": "img",
            "aria-labelledby": "title description",
            "font-family": FONT,
            "font-size": "12",
        },
    )
    SubElement(root, "title", {"id": "title"}).text = title
    SubElement(root, "desc", {"id": "description"}).text = description
    SubElement(root, "rect", {**size, "fill": "#ffffff"})
    return root


def write(parent: Element, text: str, x: float, y: float, **attributes: str) -> Element:
    """Write a text; attributes as SVG has them, with ``_`` for ``-``."""
    given = {"x": number(x), "y": number(y), "fill": INK} | named(attributes)
    made = SubElement(parent, "text", given)
    made.text = text
    return made


def hint(element: Element, text: str) -> None:
    """Say what an element is, on hover and read aloud."""
    SubElement(element, "title").text = text


def box(parent: Element, x: float, y: float, width: float, height: float, fill: str) -> Element:
    """Draw a filled rectangle."""
    given = {"x": x, "y": y, "width": width, "height": height}
    return SubElement(parent, "rect", {k: number(v) for k, v in given.items()} | {"fill": fill})


def named(attributes: dict[str, str]) -> dict[str, str]:
    """Return attributes by their names in SVG."""
    return {name.replace("_", "-"): value for name, value in attributes.items()}


def number(value: float) -> str:
    """Return a length with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def drawn(root: Element) -> str:
    """Return the drawing as a file's text."""
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"
