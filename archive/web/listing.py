"""A table as it is looked at: searched, filtered, sorted, one page of it; all of it in the URL."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.questions.declare import Row
from archive.questions.values import Points, cell
from domain.sentence import Lang, Sentence, Term

PAGE_ROWS, MOST_ROWS = 50, 1_000
MOST_FACETS = 24
FACET = "f."
_FEW = (
    "unit",
    "rank_level",
    "year",
    "policy",
    "round",
    "rule",
    "group",
    "event",
    "table",
    "period",
)
"""Columns of plain text that are worth filtering by; beside them, whatever is a term or a flag."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A column with few values: each as it stands in the URL, as people read it, and how often."""

    key: str
    values: tuple[tuple[str, str, int], ...]
    chosen: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked at.

    Args:
        search: text that some cell of a row holds.
        filters: by column, the value as it stands in the URL.
        sort: a column, with ``-`` before it downwards; None for the answer's own order.
        page: from 1.
        size: rows of a page.
    """

    search: str
    filters: Mapping[str, str]
    sort: str | None
    page: int
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows.

    Args:
        rows: those of this page.
        every: those that are left after searching and filtering, in order.
        total: how many there were before.
        page, pages: from 1.
    """

    rows: Sequence[Row]
    every: Sequence[Row]
    total: int
    page: int
    pages: int
    facets: tuple[Facet, ...]


def wanted_of(arguments: Mapping[str, str]) -> Wanted:
    """Read what is wanted from a URL's arguments; what makes no sense there is passed over."""
    return Wanted(
        search=arguments.get("q", "").strip(),
        filters={
            key.removeprefix(FACET): value
            for key, value in arguments.items()
            if key.startswith(FACET) and value
        },
        sort=arguments.get("sort") or None,
        page=_whole(arguments.get("page"), 1, 10**6, 1),
        size=_whole(arguments.get("size"), 1, MOST_ROWS, PAGE_ROWS),
    )


def listed(
    rows: Sequence[Row],
    keys: Sequence[str],
    wanted: Wanted,
    lang: Lang,
    *,
    faceted: Sequence[str] | None = None,
) -> Listing:
    """Return the page that is wanted; a page behind the last is the last.

    Args:
        keys: the columns.
        faceted: those that facets are made of; all where it is None.
    """
    found = _searched(rows, keys, wanted.search, lang)
    facets = _facets(found, keys if faceted is None else faceted, wanted.filters, lang)
    kept = [row for row in found if _passes(row, wanted.filters)]
    if wanted.sort is not None and wanted.sort.removeprefix("-") in keys:
        kept = _sorted(kept, wanted.sort)
    pages = max(1, -(-len(kept) // wanted.size))
    page = min(wanted.page, pages)
    first = (page - 1) * wanted.size
    return Listing(kept[first : first + wanted.size], kept, len(rows), page, pages, facets)


def code_of(value: Any) -> str:
    """Return a value as it stands in a filter."""
    if isinstance(value, Term):
        return value.code
    if isinstance(value, bool):
        return "true" if value else "false"
    return "-" if value is None else str(value)


def _whole(text: str | None, least: int, most: int, default: int) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return min(max(int(text), least), most)


def _searched(rows: Sequence[Row], keys: Sequence[str], search: str, lang: Lang) -> Sequence[Row]:
    if not search:
        return rows
    sought = search.casefold()
    return [
        row for row in rows if any(sought in cell(row.get(key), lang).casefold() for key in keys)
    ]


def _passes(row: Row, filters: Mapping[str, str]) -> bool:
    return all(key not in row or code_of(row[key]) == value for key, value in filters.items())


def _facets(
    rows: Sequence[Row], keys: Sequence[str], filters: Mapping[str, str], lang: Lang
) -> tuple[Facet, ...]:
    """Return the columns worth filtering by; one with a single value is none, unless chosen."""
    made = []
    for key in keys:
        others = {other: value for other, value in filters.items() if other != key}
        values = [row[key] for row in rows if key in row and _passes(row, others)]
        if not _worth(key, values):
            continue
        counted = Counter(map(code_of, values))
        if len(counted) > MOST_FACETS or (len(counted) < 2 and key not in filters):
            continue
        labels = {code_of(value): cell(value, lang) for value in values}
        chosen = filters.get(key)
        if chosen is not None:
            counted.setdefault(chosen, 0)
        ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
        if key in ("unit", "year"):
            ordered = sorted(counted.items())
        told = tuple((code, labels.get(code, code), count) for code, count in ordered)
        made.append(Facet(key, told, chosen))
    return tuple(made)


def _worth(key: str, values: Sequence[Any]) -> bool:
    return key in _FEW or any(isinstance(value, Term | bool) for value in values[:200])


def _sorted(rows: Sequence[Row], sort: str) -> list[Row]:
    """Return rows in order of a column; those without a value are the last either way."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    with_value = [row for row in rows if row.get(key) is not None]
    without = [row for row in rows if row.get(key) is None]
    return [*sorted(with_value, key=lambda row: _order(row[key]), reverse=down), *without]


def _order(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool | int | float | Points):
        return 0, value
    if isinstance(value, date):
        return 1, value.isoformat()
    if isinstance(value, Term | Sentence):
        return 2, cell(value, "zh")
    return 3, str(value)
