"""Standings by the rosters as they were frozen, of units that amended theirs since."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from domain.rules.facts import UnitYear
from domain.rules.standing import Standing, judge
from projections.cadre_year import Evidence
from projections.facts import roster
from projections.judges import Judges
from projections.listing import Listing
from projections.reader import Reader


def frozen_standings(
    reader: Reader, facts: Sequence[UnitYear]
) -> Mapping[str, Mapping[str, Standing]]:
    """Return the standings by unit and cadre, the same scores ranked by the frozen roster."""
    found: dict[str, Mapping[str, Standing]] = {}
    for unit_year in facts:
        lines = _frozen(reader, unit_year)
        if lines:
            found[unit_year.unit] = _standings(reader, unit_year, lines)
    return found


def _frozen(reader: Reader, unit_year: UnitYear) -> list[Row[Any]]:
    columns = roster.table.c
    own = (columns.year == unit_year.year, columns.unit == unit_year.unit)
    rows = reader.rows(roster, *own, columns.change == "listed")
    return [row for row in rows if reader.stands(row.position)]


def _standings(
    reader: Reader, unit_year: UnitYear, lines: Sequence[Row[Any]]
) -> dict[str, Standing]:
    unit, closed = unit_year.unit, unit_year.closing
    elsewhere = {m.cadre: m.ranked_in for m in unit_year.members if m.ranked_in}
    evidence = Evidence(
        Judges(
            reader,
            unit_year.year,
            lines,
            whole=False,
            closed={unit: closed.position} if closed else {},
        ),
        {line.cadre: Listing([line], {unit: elsewhere.get(line.cadre, unit)}) for line in lines},
    )
    members = tuple(evidence.of(line) for line in lines)
    frozen = judge(replace(unit_year, members=members))
    return {standing.cadre: standing for standing in frozen}
