"""Talks that are due only by what became known after their last day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.accountability import TalkDue
from domain.rules.finding import Verdict
from domain.times import last_moment, micros
from projections.facts import results, roster
from projections.reader import Reader
from projections.talks import talks_of_year


def unforeseen(
    reader: Reader,
    year: int,
    unit: str | None,
    talks: Iterable[TalkDue],
    closed: Mapping[str, Row[Any]],
) -> frozenset[str]:
    """Return of whom, on the last day, no talk or another kind was due, as known then.

    Of a closed year only corrections of results change that.

    Args:
        unit: the one that is asked about; None: all.
        closed: the closings by unit.
    """
    columns = results.table.c
    rows = reader.rows(results, columns.year == year, columns.component.is_not(None))
    corrected = [row.known_at for row in rows]
    late: dict[date, list[TalkDue]] = {}
    for talk in talks:
        if talk.due is None or talk.finding.verdict is not Verdict.FAIL:
            continue
        end = micros(last_moment(talk.due))
        if closed[talk.unit].known_at <= end < max(corrected, default=0):
            late.setdefault(talk.due, []).append(talk)
    found: set[str] = set()
    for day, of_day in late.items():
        as_of = replace(reader.as_of, today=day, known_at=micros(last_moment(day)))
        then = list(_then(Reader(reader.connection, as_of), year, unit, of_day))
        kinds = {talk.cadre: talk.kind for talk in then if talk.status != "not_needed"}
        found |= {talk.cadre for talk in of_day if kinds.get(talk.cadre) != talk.kind}
    return frozenset(found)


def _then(then: Reader, year: int, unit: str | None, talks: Iterable[TalkDue]) -> Iterator[TalkDue]:
    """Yield what was due then of all, or of the units on whose rosters these cadres stood."""
    if unit is None:
        yield from talks_of_year(then, year)
        return
    cadres = sorted({talk.cadre for talk in talks})
    lines = then.rows_of(roster, "cadre", cadres, roster.table.c.year == year)
    for of in sorted({line.unit for line in lines}):
        yield from talks_of_year(then, year, of)
