"""Spreads as they were known when the last of a level's allowances was granted."""

from collections.abc import Iterable
from datetime import date

from domain.rules.finding import Verdict
from domain.rules.spread import Spread
from projections.as_of import AsOf
from projections.facts import allowances
from projections.reader import Reader
from projections.spread import spreads


def paid_then(reader: Reader, year: int, now: Iterable[Spread]) -> dict[tuple[str, str], Spread]:
    """Return, by unit and level, what was then found of those who are out of order now."""
    found: dict[tuple[str, str], Spread] = {}
    for spread in now:
        parts = {part.rule: part for part in spread.finding.parts}
        if parts["R13.order"].verdict is not Verdict.FAIL:
            continue
        level = spread.pool.unit, spread.pool.rank_level
        last = parts["R13.band"].evidence[-1]  # the last of the pool and its grants
        (row,) = reader.rows_of(allowances, "position", [last])
        as_of = AsOf(date.fromisoformat(row.on), row.known_at, row.position)
        for then in spreads(Reader(reader.connection, as_of), year, spread.pool.unit):
            if (then.pool.unit, then.pool.rank_level) == level:
                found[level] = then
    return found
