"""A heat map of residuals, rater by ratee: what severity and merit don't explain.

Blue is less than expected and orange more, two hues that the colour-blind tell apart (Brewer's
Blues and Oranges); strong cells carry their number too, so that print in grey loses no sign.
"""

from collections.abc import Collection, Sequence
from math import ceil, cos, inf, isnan, radians, sin
from xml.etree.ElementTree import Element

from archive.charts.svg import FAINT, INK, box, drawing, drawn, hint, write
from domain.sentence import Lang, say, speak

COLOURS = (
    "#08519c", "#3182bd", "#6baed6", "#bdd7e7", "#f7f7f7", "#fdd0a2", "#fdae6b", "#e6550d",
    "#a63603",
)  # fmt: skip
_MIDDLE = len(COLOURS) // 2
_DARK = (0, 1, 7, 8)  # of the colours, those on which ink is white
_SIZES = ((30, 26, 12, 45), (60, 18, 12, 90), (inf, 14, 11, 90))
"""For up to so many people: a cell's size, a name's, and by how much a column's name is turned."""


def heat_map(
    people: Sequence[str],
    residuals: Sequence[Sequence[float]],
    marked: Collection[tuple[int, int]],
    title: str,
    lang: Lang,
) -> str:
    """Return the heat map as SVG.

    Args:
        people: what to call each, in the order of rows and columns; who scored nobody has no
            row, and whom nobody scored no column.
        residuals: in points, by rater and ratee; NaN where nobody scored.
        marked: the cells of leads, which get a frame.
    """
    raters = [i for i, row in enumerate(residuals) if not all(map(isnan, row))]
    ratees = [j for j in range(len(people)) if not all(isnan(row[j]) for row in residuals)]
    cell, font, turn = next(size[1:] for size in _SIZES if max(len(raters), len(ratees)) <= size[0])
    long = 0.63 * font * max(map(_width, people))
    left = 16 + long
    top = 56 + long * sin(radians(turn))
    root = drawing(
        max(left + len(ratees) * cell + long * cos(radians(turn)) + 16, 560),
        top + len(raters) * cell + 84,
        title,
        speak(say("heat_map_description"), lang),
    )
    write(root, title, 16, 24, font_size="15", font_weight="bold")
    write(root, speak(say("heat_map_axes"), lang), 16, 42, fill=FAINT)
    step = _step(residuals)
    names = {"dominant_baseline": "central", "font_size": str(font)}
    for column, j in enumerate(ratees):
        x, y = left + (column + 0.5) * cell, top - 6
        write(root, people[j], x, y, transform=f"rotate(-{turn} {x:.1f} {y:.1f})", **names)
    for line, i in enumerate(raters):
        y = top + line * cell
        write(root, people[i], left - 6, y + cell / 2, text_anchor="end", **names)
        for column, j in enumerate(ratees):
            at, who = (left + column * cell, y), (people[i], people[j])
            _cell(root, at, cell, residuals[i][j], step, (i, j) in marked, who, lang)
    _legend(root, left, top + len(raters) * cell + 24, step, lang)
    return drawn(root)


def _cell(
    root: Element,
    at: tuple[float, float],
    size: float,
    residual: float,
    step: float,
    marked: bool,
    who: tuple[str, str],
    lang: Lang,
) -> None:
    x, y = at
    if isnan(residual):
        middle = {"text_anchor": "middle", "dominant_baseline": "central", "fill": FAINT}
        write(root, "·", x + size / 2, y + size / 2, **middle)
        return
    place = _place(residual, step)
    drawn_box = box(root, x, y, size, size, COLOURS[place])
    drawn_box.set("stroke", INK if marked else "#ffffff")
    drawn_box.set("stroke-width", "2" if marked else "0.5")
    rater, ratee = who
    signed = f"{residual:+.1f}"
    hint(drawn_box, speak(say("heat_map_cell", rater=rater, ratee=ratee, points=signed), lang))
    if size >= 18 and abs(place - _MIDDLE) >= 2:
        write(
            root, f"{residual:+.0f}", x + size / 2, y + size / 2, text_anchor="middle",
            dominant_baseline="central", font_size="10",
            fill="#ffffff" if place in _DARK else INK,
        )  # fmt: skip


def _legend(root: Element, x: float, y: float, step: float, lang: Lang) -> None:
    write(root, speak(say("heat_map_legend"), lang), x, y)
    for place, colour in enumerate(COLOURS):
        made = box(root, x + place * 42, y + 8, 42, 14, colour)
        made.set("stroke", "#cccccc")
        points = (place - _MIDDLE) * step
        write(root, f"{points:+g}" if points else "0", x + place * 42 + 21, y + 36,
              text_anchor="middle", fill=FAINT)  # fmt: skip


def _step(residuals: Sequence[Sequence[float]]) -> float:
    """Return how many points a colour stands for, so that the greatest has the last colour."""
    most = max((abs(r) for row in residuals for r in row if not isnan(r)), default=0.0)
    return max(1, ceil(most / (_MIDDLE + 0.5)))


def _place(residual: float, step: float) -> int:
    return min(max(round(residual / step) + _MIDDLE, 0), len(COLOURS) - 1)


def _width(name: str) -> float:
    """Return about how many letters wide a name is; Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in name)
