"""Cells of tables as HTML.

A page has hundreds of them. Templates took half of the time that a page of a table takes by making
each through macros; they hand the cells over to here.
"""

from collections.abc import Callable, Container, Iterable

from markupsafe import Markup, escape

from archive.web.pages.cells import Cell
from domain.sentence import Lang, say, speak

Onward = Callable[[str], str]
"""Makes of a cell's URL the one that it leads to, at the time that is looked back to."""


def cell_markup(cell: Cell, onward: Onward, lang: Lang) -> Markup:
    """Return what stands within a cell: in a comparison what stood there before, too."""
    return Markup(_within(cell, onward, lang))  # noqa: S704 - all of it is escaped below


def cells_markup(
    cells: Iterable[tuple[str, Cell]], numeric: Container[str], onward: Onward, lang: Lang
) -> Markup:
    """Return the cells of a row, by column.

    Args:
        numeric: the columns of numbers.
    """
    made = (_cell(key, cell, key in numeric, onward, lang) for key, cell in cells)
    return Markup("".join(made))  # noqa: S704 - all of it is escaped below


def _cell(key: str, cell: Cell, numeric: bool, onward: Onward, lang: Lang) -> str:
    kind = cell.kind.partition(" ")[0]
    number = " number" if numeric and kind != "number" else ""
    differs = " differs" if cell.was else ""
    within = _within(cell, onward, lang)
    return f'<td class="{escape(kind)}{number}{differs} k-{escape(key)}">{within}</td>'


def _within(cell: Cell, onward: Onward, lang: Lang) -> str:
    if cell.was is None:
        return _bare(cell, onward, lang)
    was, now = _bare(cell.was, onward, lang), _bare(cell, onward, lang)
    return f"<del>{was}</del> <ins>{now}</ins>"


def _bare(cell: Cell, onward: Onward, lang: Lang) -> str:
    if cell.parts:
        return _parts(cell, onward, lang)
    if cell.kind.startswith("chip"):
        return f'<span class="{escape(cell.kind)}">{escape(cell.text)}</span>'
    return _linked(cell, onward)


def _parts(cell: Cell, onward: Onward, lang: Lang) -> str:
    between = " " if "positions" in cell.kind else "、" if lang == "zh" else ", "
    made = between.join(_linked(part, onward) for part in cell.parts)
    if cell.more and cell.url is not None:
        more = speak(say("web_more", n=cell.more), lang)
        made += f' <a href="{escape(onward(cell.url))}">{escape(more)}</a>'
    return f'<span class="parts">{made}</span>'


def _linked(cell: Cell, onward: Onward) -> str:
    text: str = escape(cell.text)
    if cell.url is not None:
        text = f'<a href="{escape(onward(cell.url))}">{text}</a>'
    return f"{text} <small>{escape(cell.beside)}</small>" if cell.beside else text
