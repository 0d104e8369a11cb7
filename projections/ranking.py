"""The annual ranking (年度排名): who stands where among the same rank level, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from domain.rules.facts import Status, UnitYear
from domain.rules.ranking import Half
from domain.rules.standing import NOBODY, Standing, judge, levels_needed, score_all
from projections.facts import cadres
from projections.pools import city_pools
from projections.reader import Reader
from projections.uncollected import uncollected
from projections.unit_year import Scope, unit_years


@dataclass(frozen=True, slots=True)
class RankedCadre:
    """One line of the ranking with the cadre's name."""

    name: str
    standing: Standing


class Place(msgspec.Struct, frozen=True):
    """A line of the ranking without its reasons, as it can be remembered; points in hundredths."""

    unit: str
    rank_level: str
    rank: int | None
    of: int
    cadre: str
    name: str
    performance: int | None
    annual: int | None
    half: Half
    grade: str | None
    grade_status: Status | None
    policy: str
    policy_sha256: str


class Places(msgspec.Struct, frozen=True):
    """A ranking without reasons, and what the reader of it must know.

    Args:
        late, legacy: as the reader counts them.
    """

    places: tuple[Place, ...]
    late: int
    legacy: int


def placed(reader: Reader, ranked: Iterable[RankedCadre]) -> Places:
    """Return a ranking without its reasons."""
    return Places(tuple(map(place_of, ranked)), reader.late, reader.legacy)


def annual_ranking(
    reader: Reader,
    year: int,
    unit: str | None = None,
    level: str | None = None,
    without_rater: str | None = None,
) -> list[RankedCadre]:
    """Return the ranking of a year, of one unit or all, of one rank level or all.

    Args:
        without_rater: as if this rater had never scored.
    """
    scope = Scope(year, None if unit is None else (unit,), without_rater=without_rater)
    with uncollected():
        facts = unit_years(reader, scope)
        standings = [s for s in judged(reader, scope, facts) if level in (None, s.rank_level)]
    names = names_of(reader, [s.cadre for s in standings], whole=unit is None)
    return [RankedCadre(names.get(s.cadre, ""), s) for s in standings]


def judged(reader: Reader, scope: Scope, facts: Sequence[UnitYear]) -> list[Standing]:
    """Judge several units' years; what small groups need of the city is fetched besides.

    Args:
        facts: those of the scope; several questions ask about the same, judged once.
    """
    return list(reader.remembered(("judged", scope), lambda: _judged(reader, scope, facts)))


def _judged(reader: Reader, scope: Scope, facts: Sequence[UnitYear]) -> list[Standing]:
    scored = [score_all(unit_year) for unit_year in facts]
    pairs = list(zip(facts, scored, strict=True))
    needed = {u.unit: levels for u, scores in pairs if (levels := levels_needed(u, scores))}
    scores = {unit_year.unit: own for unit_year, own in pairs}
    pools = city_pools(reader, scope, facts, needed, scores)
    return [
        standing
        for unit_year, scores in pairs
        for standing in judge(unit_year, pools.get(unit_year.unit, NOBODY), scores)
    ]


def names_of(reader: Reader, wanted: Sequence[str], *, whole: bool = False) -> dict[str, str]:
    """Return the names of cadres by id."""
    rows = reader.rows(cadres) if whole else reader.rows_of(cadres, "cadre", sorted(set(wanted)))
    return {row.cadre: row.name for row in rows}


def place_of(line: RankedCadre) -> Place:
    """Return a line without its reasons."""
    standing = line.standing
    return Place(
        unit=standing.unit,
        rank_level=standing.rank_level,
        rank=standing.rank,
        of=standing.of,
        cadre=standing.cadre,
        name=line.name,
        performance=standing.performance,
        annual=standing.annual,
        half=standing.half,
        grade=standing.grade,
        grade_status=standing.grade_status,
        policy=standing.policy.name,
        policy_sha256=standing.policy.sha256,
    )
