"""The archive's scores as panels: closed years only, as they counted when each was closed.

A year still open may change every day, so that nothing is said of it. What was voided after the
closing (a lead's consequence, say) changes no panel, as it changes no result.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine

from projections.audit import NO_LISTS, item_lists, thing
from projections.city_ranking import city_ranking
from projections.facts import closings, scores
from projections.patterns.gathering import Gathering
from projections.patterns.panel import Panel
from projections.patterns.parts import parts
from projections.patterns.people import People
from projections.reader import Reader

Closed = Mapping[tuple[str, int], int]
"""The position of the closing by unit and year."""

Strata = dict[tuple[str, str, str], Gathering]
"""Scores by unit, relation and source."""


class Given(NamedTuple):
    """What is read of a row of scores."""

    known_at: int
    position: int
    source: str
    year: int
    unit: str
    round: str | None
    rater: str
    ratee: str
    relation: str
    dimension: str
    change: str
    points: int | None
    at: int | None


def archived(
    reader: Reader, engine: Engine, first: int | None = None, last: int | None = None
) -> tuple[Panel, ...]:
    """Return a panel of each unit, relation and source, in this order; its periods are years.

    Parts of a unit that no score connects have a panel each.

    Args:
        engine: the views', where the ranking of the last year may be remembered.
        first, last: the years looked at; without them, all that are closed.
    """
    closed = closed_years(reader, first, last)
    strata: Strata = {}
    for year in sorted({year for _, year in closed}):
        for row, at in counted(reader, year, closed):
            key = (row.unit, row.relation, row.source)
            if key not in strata:
                strata[key] = Gathering(*key)
            dimension = row.dimension if row.source == "ballot" else ""
            strata[key].add(str(year), row.rater, row.ratee, dimension, (row.points or 0) / 100, at)
    people = People(reader, closed, {who for made in strata.values() for who in made.people})
    ranks = _ranks(reader, engine, closed)
    return tuple(
        part.panel(
            attributes=people.attributes(key[0], part.people),
            ranks=ranks[key[0]],
            decided=people.decided(part.people, part.periods),
            excellent=people.excellent(key[0]),
        )
        for key in sorted(strata)
        for part in parts(strata[key])
    )


def closed_years(reader: Reader, first: int | None, last: int | None) -> Closed:
    """Return the years that units have closed, within those asked for."""
    return {
        (row.unit, row.year): row.position
        for row in reader.rows(closings)
        if (first is None or first <= row.year) and (last is None or row.year <= last)
    }


def counted(reader: Reader, year: int, closed: Closed) -> Iterator[tuple[Given, float]]:
    """Yield each score that counted when its unit closed the year, and when it was entered.

    The time is in seconds since 1970, NaN where nobody knows.
    """
    rows = [
        Given._make(row[: len(Given._fields)])
        for row in reader.tuples(scores, Given, scores.table.c.year == year)
    ]
    lists = item_lists(reader, rows)
    things: dict[Any, list[Given]] = defaultdict(list)
    for row in rows:
        things[thing(row, lists.get((row.year, row.ratee), NO_LISTS))].append(row)
    for about in things.values():
        about.sort()  # by known_at, then by position
        for unit in dict.fromkeys(row.unit for row in about):
            if (unit, year) in closed:
                last = _last(reader, about, closed[unit, year])
                if last is not None and last.unit == unit:
                    entered = about[0].at
                    yield last, float("nan") if entered is None else entered / 1e6


def _last(reader: Reader, about: Sequence[Given], closing: int) -> Given | None:
    """Return the last of a thing's rows as of the closing; None where it didn't count."""
    own = [row for row in about if row.position <= closing]
    if not own or own[-1].points is None or not reader.stands(own[-1].position, closing):
        return None
    return own[-1]


def _ranks(reader: Reader, engine: Engine, closed: Closed) -> dict[str, dict[str, float]]:
    """Return by unit the ranks of its last closed year, each within the rank level."""
    last: dict[str, int] = {}
    for unit, year in closed:
        last[unit] = max(year, last.get(unit, year))
    found: dict[str, dict[str, float]] = defaultdict(dict)
    beside = Reader(reader.connection, reader.as_of)  # its notes are about results, not scores
    for year in sorted(set(last.values())):
        for place in city_ranking(beside, engine, year).places:
            if last.get(place.unit) == year and place.rank is not None:
                found[place.unit][place.cadre] = float(place.rank)
    return found
