"""The scores that count, of what was fetched: the last about each thing, by who judges."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from domain.rules.facts import Item, Score, Source
from domain.rules.transfers import list_of
from projections.judges import Judges

Whose = tuple[str, str]
"""A judging unit and a cadre."""


class Scored(NamedTuple):
    """What is read of a row of scores."""

    known_at: int
    position: int
    source: Source
    unit: str
    round: str | None
    rater: str
    ratee: str
    relation: str
    dimension: str
    points: int | None


ScoredRows = Sequence[tuple[Any, ...]]
"""Rows in the order of ``Scored``, and what the reader puts behind."""


def without(rows: ScoredRows, rater: str | None) -> ScoredRows:
    """Return the rows as if a rater had never scored."""
    return rows if rater is None else [row for row in rows if row[5] != rater]


def scored_in_several(rows: ScoredRows) -> set[str]:
    """Return of whom several units gave evidence of one kind."""
    given: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source, ratee, unit in set(map(itemgetter(2, 6, 3), rows)):
        given[source, ratee].add(unit)
    return {ratee for (_, ratee), units in given.items() if len(units) > 1}


def last_scores(
    judges: Judges,
    rows: ScoredRows,
    served: Container[Whose],
    lists: Mapping[Whose, Mapping[str, Sequence[Item]]],
) -> dict[Whose, tuple[Score, ...]]:
    """Return the scores that stand: a unit's own ballots; items and logs, wherever served.

    Ballots of another unit count where the year is weighed by days, and there an item is one of
    its unit's list. What was recorded behind a closing doesn't count for its unit.

    Args:
        served: of whom the year is weighed by days.
        lists: by unit, where several had one.
    """
    last: dict[Whose, dict[Any, tuple[Any, ...]]] = defaultdict(dict)
    judging = _judging(judges)
    thing: tuple[str | None, ...]
    for row in rows:
        _, position, source, unit, round_, rater, ratee, _, dimension, _, _, _ = row
        for whose, closed in judging.get(ratee, ()):
            if closed is not None and position > closed:
                continue
            if source == "ballot":
                if unit != whose[0] and whose not in served:
                    continue
                thing = (unit, round_, rater, dimension)
            elif source == "item" and whose in lists:
                thing = (source, list_of(unit, lists[whose]), None, dimension)
            else:
                thing = (source, None, None, dimension)
            own = last[whose]
            before = own.setdefault(thing, row)
            if before is not row and before < row:  # by known_at, then by position
                own[thing] = row
    return {whose: _scores(own.values(), judges.withdrawn(whose[0])) for whose, own in last.items()}


def _judging(judges: Judges) -> dict[str, list[tuple[Whose, int | None]]]:
    """Return the units that judge each cadre, with the place of each closing."""
    return {
        cadre: [((unit, cadre), judges.closed.get(unit)) for unit in units]
        for cadre, units in judges.units.items()
    }


def _scores(rows: Iterable[tuple[Any, ...]], withdrawn: Container[int]) -> tuple[Score, ...]:
    return tuple(
        [
            Score(position, source, rater, relation, dimension, points, unit)
            for _, position, source, unit, _, rater, _, relation, dimension, points, _, _ in rows
            if points is not None and position not in withdrawn
        ]
    )
