"""方案审批: where each unit's scheme of a year stands, and by whom each step was taken."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from projections.cadre_year import ordered
from projections.facts import schemes, units
from projections.reader import Reader, latest


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken with a scheme.

    Args:
        step: drafted, screened, resolved, countersigned, ratified or returned.
    """

    step: str
    by: str
    on: date
    comment: str | None
    meeting: str | None
    position: int


@dataclass(frozen=True, slots=True)
class SchemeOfYear:
    """A unit's scheme of a year, as it was drafted last.

    Args:
        state: the last step; ``not_begun`` where there is none.
        steps: all, in the order in which they became known, those of earlier drafts too.
    """

    unit: str
    name: str
    state: str
    sha256: str | None
    steps: tuple[Step, ...]


def schemes_of_year(reader: Reader, year: int, unit: str | None = None) -> list[SchemeOfYear]:
    """Return every registered unit, or one, with its scheme of a year."""
    table = schemes.table.c
    conditions = [table.year == year, *([] if unit is None else [table.unit == unit])]
    taken: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in ordered(reader.rows(schemes, *conditions)):
        taken[row.unit].append(row)
    registered = latest(reader.rows(units), "unit")
    return [
        _scheme(row.unit, row.name, taken[row.unit])
        for (_,), row in sorted(registered.items())
        if unit in (None, row.unit)
    ]


def _scheme(unit: str, name: str, rows: list[Row[Any]]) -> SchemeOfYear:
    return SchemeOfYear(
        unit=unit,
        name=name,
        state=rows[-1].step if rows else "not_begun",
        sha256=rows[-1].sha256 if rows else None,
        steps=tuple(
            Step(
                row.step, row.by, date.fromisoformat(row.on), row.comment, row.meeting,
                row.position,
            )
            for row in rows
        ),
    )  # fmt: skip
