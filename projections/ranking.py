"""The annual ranking (年度排名): who stands where among the same rank level, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.rules.facts import UnitYear
from domain.rules.ranking import Level, Wider
from domain.rules.standing import Standing, judge, levels_needed, pooled, score_all
from projections.facts import cadres
from projections.reader import Reader
from projections.unit_year import Scope, unit_years


@dataclass(frozen=True, slots=True)
class RankedCadre:
    """One line of the ranking with the cadre's name."""

    name: str
    standing: Standing


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
    facts = unit_years(reader, scope)
    standings = [s for s in judged(reader, scope, facts) if level in (None, s.rank_level)]
    names = names_of(reader, [s.cadre for s in standings], whole=unit is None)
    return [RankedCadre(names.get(s.cadre, ""), s) for s in standings]


def judged(reader: Reader, scope: Scope, facts: Sequence[UnitYear]) -> list[Standing]:
    """Judge several units' years; what small groups need of the city is fetched besides."""
    scored = [score_all(unit_year) for unit_year in facts]
    pairs = list(zip(facts, scored, strict=True))
    levels = {level for unit_year, scores in pairs for level in levels_needed(unit_year, scores)}
    pools = _pools(reader, scope, facts, levels) if levels else {}
    return [s for unit_year, scores in pairs for s in judge(unit_year, pools, scores)]


def names_of(reader: Reader, wanted: Sequence[str], *, whole: bool = False) -> dict[str, str]:
    """Return the names of cadres by id."""
    rows = reader.rows(cadres) if whole else reader.rows_of(cadres, "cadre", sorted(set(wanted)))
    return {row.cadre: row.name for row in rows}


def _pools(reader: Reader, scope: Scope, facts: Sequence[UnitYear], levels: set[Level]) -> Wider:
    """Return the whole city's published annual scores of these levels."""
    if not scope.whole:
        everywhere = Scope(scope.year, levels=frozenset(levels), without_rater=scope.without_rater)
        return pooled(unit_years(reader, everywhere))
    return pooled(
        replace(
            unit_year,
            members=tuple(m for m in unit_year.members if (m.category, m.rank_level) in levels),
        )
        for unit_year in facts
    )
