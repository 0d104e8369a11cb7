"""What a scheme was first used for: the first round, ballot, item, component or the closing."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement

from domain.rules.conformance.facts import Use
from projections.facts import closings, components, expected, scores
from projections.reader import Reader
from projections.view import View


class _Used(NamedTuple):
    """What is read of a row that tells of a use."""

    unit: str
    on: str
    position: int


def first_uses(reader: Reader, year: int, unit: str | None) -> Mapping[str, Use]:
    """Return each unit's first use of its scheme in a year, by the business dates."""
    first: dict[str, tuple[str, int, str]] = {}
    for what, view, *conditions in _USES:
        columns = view.table.c
        own = () if unit is None else (columns.unit == unit,)
        rows = reader.tuples(view, _Used, columns.year == year, *own, *conditions)
        for used_by, on, position, *_ in rows:
            use = (on, position, what)
            if used_by not in first or use < first[used_by]:
                first[used_by] = use
    return {
        code: Use(what, date.fromisoformat(on), position)
        for code, (on, position, what) in first.items()
    }


_SOURCE: ColumnElement[str] = scores.table.c.source
_USES: tuple[tuple[str, View, *tuple[ColumnElement[bool], ...]], ...] = (
    ("round", expected),
    ("ballot", scores, _SOURCE == "ballot"),
    ("item", scores, _SOURCE == "item"),
    ("component", components),
    ("closing", closings),
)
