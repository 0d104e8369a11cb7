"""What ids are called."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from archive.questions.declare import Row
from archive.web.pages.cells import CADRES, UNITS
from projections.ranking import names_of
from projections.reader import Reader


def names_in(
    reader: Reader, units: Mapping[str, str], rows: Sequence[Row], keys: Sequence[str]
) -> dict[str, str]:
    """Return the names of the people and units in some rows.

    Args:
        units: the names of all units.
    """
    people = _ids(rows, [key for key in keys if key in CADRES])
    found = names_of(reader, sorted(people)) if people else {}
    if any(key in UNITS for key in keys):
        found |= units
    return found


def ids_and_names(row: Row) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a row whose people stand as ``id name`` with their ids alone, and the names by id."""
    names: dict[str, str] = {}

    def id_of(told: str) -> str:
        code, _, name = told.partition(" ")  # no id has a space
        names[code] = name
        return code

    by_id = dict(row)
    for key in CADRES:
        value = row.get(key)
        if isinstance(value, str):
            by_id[key] = id_of(value)
        elif isinstance(value, list):
            by_id[key] = [id_of(one) for one in value]
    return by_id, names


def _ids(rows: Iterable[Row], keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for row in rows:
        for key in keys:
            value: Any = row.get(key)
            found |= set(map(str, value if isinstance(value, list | tuple) else [value]))
    return found - {"None"}
