"""What ids are called, and what may be chosen: units and years."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from archive.questions.declare import Row
from archive.web.pages.cells import CADRES, UNITS
from projections.facts import roster, units
from projections.ranking import names_of
from projections.reader import Reader, latest


def names_in(reader: Reader, rows: Sequence[Row], keys: Sequence[str]) -> dict[str, str]:
    """Return the names of the people and units in some rows."""
    people = _ids(rows, [key for key in keys if key in CADRES])
    found = names_of(reader, sorted(people)) if people else {}
    if any(key in UNITS for key in keys):
        found |= dict(unit_names(reader))
    return found


def unit_names(reader: Reader) -> list[tuple[str, str]]:
    """Return the units with their names, by id."""
    return [
        (row.unit, row.name) for (_,), row in sorted(latest(reader.rows(units), "unit").items())
    ]


def years(reader: Reader) -> list[int]:
    """Return the years that have a roster, the last first."""
    table = roster.table
    query = select(table.c.year).distinct().where(*reader.as_of.conditions(table))
    return sorted((row.year for row in reader.connection.execute(query)), reverse=True)


def _ids(rows: Iterable[Row], keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for row in rows:
        for key in keys:
            value: Any = row.get(key)
            found |= set(map(str, value if isinstance(value, list | tuple) else [value]))
    return found - {"None"}
