"""Differences in allowances (补贴差异): what each rank level of a unit was paid."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Row

from domain.rules.facts import UnitYear
from domain.rules.spread import Paid, Pool, Spread, judge_spread
from domain.rules.standing import Standing
from projections.facts import allowances
from projections.ranking import judged
from projections.reader import Reader, latest
from projections.unit_year import Scope, unit_years


def spreads(reader: Reader, year: int, unit: str | None = None) -> list[Spread]:
    """Return the spread of every rank level that has a pool, unit by unit."""
    scope = Scope(year, None if unit is None else (unit,))
    facts = unit_years(reader, scope)
    standings: dict[str, list[Standing]] = defaultdict(list)
    for standing in judged(reader, scope, facts):
        standings[standing.unit].append(standing)
    rows = [
        row
        for row in reader.rows(allowances, allowances.table.c.year == year)
        if reader.stands(row.position)
    ]
    return [
        spread
        for unit_year in facts
        for spread in _of_unit(unit_year, standings[unit_year.unit], rows)
    ]


def _of_unit(unit_year: UnitYear, standings: list[Standing], rows: list[Row[Any]]) -> list[Spread]:
    own = [row for row in rows if row.unit == unit_year.unit]
    pools = latest((row for row in own if row.kind == "pool"), "rank_level")
    ranks = {standing.cadre: standing.rank for standing in standings if standing.rank}
    found = []
    for (level,), row in sorted(pools.items()):
        people = sum(member.rank_level == level for member in unit_year.members)
        pool = Pool(unit_year.unit, level, row.amount, people, row.position)
        paid = [
            Paid(grant.cadre, grant.amount, grant.position)
            for grant in own
            if grant.kind == "grant" and grant.rank_level == level
        ]
        found.append(judge_spread(pool, paid, ranks, unit_year.policy))
    return found
