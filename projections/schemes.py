"""The schemes that were ratified for units' years, as each unit may use them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from domain.rules.scheme_in_force import Ratified, SchemeStep, ratified
from projections.cadre_year import ordered
from projections.facts import schemes
from projections.reader import Reader


def ratified_schemes(
    reader: Reader, year: int, units: Sequence[str], closed: Mapping[str, int]
) -> dict[str, Ratified]:
    """Return by unit the scheme ratified last, before the year was closed.

    Args:
        closed: the position of each closed unit's closing.
    """
    steps: dict[str, list[SchemeStep]] = {}
    for row in ordered(reader.rows_of(schemes, "unit", units, schemes.table.c.year == year)):
        if row.position <= closed.get(row.unit, row.position):
            steps.setdefault(row.unit, []).append(_step(row))
    return {unit: found for unit, own in steps.items() if (found := ratified(own))}


def _step(row: Row[Any]) -> SchemeStep:
    content = json.loads(row.content) if row.content else None
    return SchemeStep(row.step, row.sha256, row.position, content)
