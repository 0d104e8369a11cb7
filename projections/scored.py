"""The scores that count, of what was fetched: the last about each thing, by who judges."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from domain.rules.facts import Item, Score, Source
from domain.rules.transfers import list_of
from projections.judges import Judges

Whose = tuple[str, str]
"""A judging unit and a cadre."""


class Scored(NamedTuple):
    """What is read of a row of scores: between its times and whose it is stands a ``Score``."""

    known_at: int
    position: int
    source: Source
    rater: str
    relation: str
    dimension: str
    points: int | None
    unit: str
    round: str | None
    ratee: str


ScoredRow = tuple[Any, ...]
"""A row in the order of ``Scored``, and what the reader puts behind."""

Given = Mapping[tuple[str, Source], Sequence[ScoredRow]]
"""Rows by ratee and source, in the order in which they became known."""

_POSITION, _SOURCE, _RATER, _DIMENSION, _POINTS, _UNIT, _ROUND, _RATEE = (
    Scored._fields.index(name)
    for name in ("position", "source", "rater", "dimension", "points", "unit", "round", "ratee")
)
_SCORE = slice(1, 1 + len(Score._fields))
_on_ballot = itemgetter(_UNIT, _ROUND, _RATER, _DIMENSION)
_dimension = itemgetter(_DIMENSION)
_unit = itemgetter(_UNIT)


def given_to(rows: Iterable[ScoredRow]) -> Given:
    """Return rows sorted out."""
    given: dict[tuple[str, Source], list[ScoredRow]] = defaultdict(list)
    for row in rows:
        given[row[_RATEE], row[_SOURCE]].append(row)
    for own in given.values():
        own.sort()  # by known_at, then by position
    return given


def scored_in_several(given: Given) -> set[str]:
    """Return of whom several units gave evidence of one kind."""
    return {ratee for (ratee, _), rows in given.items() if len(set(map(_unit, rows))) > 1}


def last_scores(
    judges: Judges,
    given: Given,
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
    found: dict[Whose, list[Score]] = defaultdict(list)
    for (ratee, source), rows in sorted(given.items()):
        for unit in judges.units.get(ratee, ()):
            whose = unit, ratee
            closed = judges.closed.get(unit)
            own = rows if closed is None else [row for row in rows if row[_POSITION] <= closed]
            about: Callable[[ScoredRow], Any] = _dimension
            if source == "ballot":
                about = _on_ballot
                if whose not in served:
                    own = [row for row in own if row[_UNIT] == unit]
            elif source == "item" and whose in lists:
                about = _on_lists(lists[whose])
            last = dict(zip(map(about, own), own, strict=True)).values()
            found[whose] += _scores(last, judges.withdrawn(unit))
    return {whose: tuple(scores) for whose, scores in found.items()}


def _on_lists(lists: Mapping[str, Sequence[Item]]) -> Callable[[ScoredRow], Any]:
    """Return what tells which item of which list a score is about."""
    return lambda row: (list_of(row[_UNIT], lists), row[_DIMENSION])


def _scores(rows: Iterable[ScoredRow], withdrawn: Container[int]) -> list[Score]:
    make = Score._make
    return [
        make(row[_SCORE])
        for row in rows
        if row[_POINTS] is not None and row[_POSITION] not in withdrawn
    ]
