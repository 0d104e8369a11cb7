"""What a small group is compared with: the whole city's annual scores of its category and level."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from domain.rules.facts import UnitYear
from domain.rules.measured import Scored
from domain.rules.ranking import Level, Wider, takes_part
from domain.rules.scoring import score
from projections.changes import Changes
from projections.reader import Reader
from projections.remembered_pools import Annuals, RememberedPools
from projections.unit_year import Scope, unit_years

Scores = Mapping[str, Mapping[str, Scored]]
"""By unit, the scores of its members by cadre."""


class _Compared(NamedTuple):
    unit: str
    level: Level
    annual: int


_City = dict[str, list[_Compared]]
"""By cadre what others are compared with; of who stands on several rosters one line at the most."""


def city_pools(
    reader: Reader,
    scope: Scope,
    facts: Sequence[UnitYear],
    needed: Mapping[str, frozenset[Level]],
    scores: Scores,
) -> dict[str, Wider]:
    """Return, by unit, the whole city's published annual scores of the levels it needs.

    An open unit is compared with the city as it is known; a closed one with the city as it was
    known at its closing, in whatever order history was imported, and with its own people as
    they are.

    Args:
        scores: those of the facts.
    """
    asking = [unit_year for unit_year in facts if unit_year.unit in needed]
    still_open = [own for own in asking if own.closing is None]
    pools: dict[str, Wider] = {}
    if still_open:
        levels = _levels(still_open, needed)
        everybody = _compared(facts, levels, scores)
        if not scope.whole:
            everybody = _compared(unit_years(reader, _everywhere(scope, levels)), levels)
        known = _pooled(everybody.values())
        pools.update((own.unit, known) for own in still_open)
    closed = [own for own in asking if own.closing is not None]
    if closed:
        pools.update(_at_closings(reader, scope, facts, closed, needed, scores))
    return pools


def _at_closings(
    reader: Reader,
    scope: Scope,
    facts: Sequence[UnitYear],
    asking: Sequence[UnitYear],
    needed: Mapping[str, frozenset[Level]],
    scores: Scores,
) -> Iterator[tuple[str, Wider]]:
    """Yield what closed units need; those that were closed at once are compared with one city."""
    remembered = RememberedPools(reader, scope)
    at_once: dict[int, list[UnitYear]] = defaultdict(list)
    for own in asking:
        recalled = {level: remembered.recall(own, level) for level in needed[own.unit]}
        others = {level: annuals for level, annuals in recalled.items() if annuals is not None}
        if len(others) == len(recalled):
            yield own.unit, _with_own(own, others, scores)
        else:
            assert own.closing is not None
            at_once[own.closing.known_at].append(own)
    anew = [own for together in at_once.values() for own in together]
    levels = _levels(anew, needed)
    known = _compared(facts, levels, scores) if anew and scope.whole else None
    for moment, city in _cities(reader, _everywhere(scope, levels), known, [*at_once]):
        for own in at_once[moment]:
            # what another closing needs besides would say more here than the unit's own question
            others = _others(city, own.unit, needed[own.unit])
            for level, annuals in others.items():
                remembered.note(own, level, annuals)
            yield own.unit, _with_own(own, others, scores)
    remembered.put_away()


def _others(city: _City, unit: str, levels: frozenset[Level]) -> dict[Level, Annuals]:
    """Return what the city has on some levels beside a unit."""
    pool = _pooled([line for line in lines if line.unit != unit] for lines in city.values())
    return {level: pool.get(level, []) for level in levels}


def _with_own(own: UnitYear, others: Mapping[Level, Annuals], scores: Scores) -> Wider:
    """Return others' annual scores with those of a unit's own people, as they are."""
    here = _pooled(_compared([own], frozenset(others), scores).values())
    return {level: [*annuals, *here.get(level, [])] for level, annuals in others.items()}


def _cities(
    reader: Reader, everybody: Scope, known: _City | None, moments: Iterable[int]
) -> Iterator[tuple[int, _City]]:
    """Yield the city as it was known at some moments.

    From the last one backwards, only who may have been another is fetched again.

    Args:
        known: the city as the reader knows it, where that was fetched.
    """
    backwards = sorted(moments, reverse=True)
    changes = None
    later: int | None = None
    for moment in backwards:
        if known is None:
            known = _as_of(reader, moment, everybody)
        else:
            changes = changes or Changes(reader, everybody, backwards[-1])
            changed = changes.between(moment, later)
            anew = _as_of(reader, moment, replace(everybody, cadres=tuple(sorted(changed))))
            known = {cadre: own for cadre, own in known.items() if cadre not in changed} | anew
        yield moment, known
        later = moment


def _as_of(reader: Reader, moment: int, scope: Scope) -> _City:
    then = Reader(reader.connection, replace(reader.as_of, known_at=moment))
    assert scope.levels is not None
    return _compared(unit_years(then, scope), scope.levels)


def _compared(
    facts: Iterable[UnitYear], levels: frozenset[Level], scores: Scores | None = None
) -> _City:
    """Return who of some years stands on one of the levels and is compared with."""
    city: _City = {}
    for unit_year in facts:
        for member in unit_year.members:
            level = member.category, member.rank_level
            if level not in levels or not takes_part(member):
                continue
            if scores is None:
                annual = score(member, unit_year.policy).annual
            else:
                annual = scores[unit_year.unit][member.cadre].annual
            if annual is not None:
                city.setdefault(member.cadre, []).append(_Compared(unit_year.unit, level, annual))
    return city


def _pooled(city: Iterable[Iterable[_Compared]]) -> Wider:
    pool: dict[Level, list[int]] = defaultdict(list)
    for lines in city:
        for line in lines:
            pool[line.level].append(line.annual)
    return pool


def _levels(asking: Iterable[UnitYear], needed: Mapping[str, frozenset[Level]]) -> frozenset[Level]:
    return frozenset().union(*(needed[own.unit] for own in asking))


def _everywhere(scope: Scope, levels: frozenset[Level]) -> Scope:
    return Scope(scope.year, levels=levels, without_rater=scope.without_rater)
