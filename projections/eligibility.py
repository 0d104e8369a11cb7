"""Eligibility (资格审查): the case of one cadre, put before the rules."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from domain.rules.case import Case, Judged, PeerYear, UnitScores, levels_of_every_reading
from domain.rules.eligibility import Answer, Purpose, answer, found, unknown
from domain.rules.facts import GradeGiven, UnitYear
from domain.rules.finding import Finding
from domain.rules.policy import Policy
from domain.rules.ranking import Level, Wider
from domain.rules.standing import NOBODY, score_all
from projections.cadre_year import grades
from projections.facts import closings, postings, results, roster
from projections.listing import listings
from projections.pools import city_pools
from projections.reader import Reader
from projections.unit_year import Scope, policy_of, unit_years


def eligibility(reader: Reader, purpose: Purpose, cadre: str, year: int | None) -> Answer:
    """Answer whether a cadre is eligible.

    Args:
        year: the last year of the window, included; None for the last one closed in the unit,
            else the last one with a grade on record.
    """
    case = case_of(reader, purpose, cadre, year)
    return answer(purpose, case) if case else unknown(purpose, cadre)


def eligible(reader: Reader, purpose: Purpose, cadre: str, year: int | None) -> Finding:
    """Return the finding of ``eligibility`` alone, where many are asked about."""
    case = case_of(reader, purpose, cadre, year)
    return found(purpose, case) if case else unknown(purpose, cadre).finding


def last_year(reader: Reader, cadre: str) -> int | None:
    """Return the last year closed in the unit that judges, else the last one with a grade."""
    units = _units(reader, cadre)
    rows = reader.rows_of(closings, "unit", sorted(set(units.values())))
    closed = [row.year for row in rows if units.get(row.year) == row.unit]
    return max(closed or _grades(reader, cadre), default=None)


def judging_unit(reader: Reader, cadre: str, year: int | None) -> str | None:
    """Return the unit whose roster judges the cadre in that year, if one does."""
    return None if year is None else _units(reader, cadre).get(year)


def case_of(reader: Reader, purpose: Purpose, cadre: str, year: int | None) -> Case | None:
    """Return the facts that ``eligibility`` judges; None where nothing says how to."""
    units = _units(reader, cadre)
    last = year if year is not None else last_year(reader, cadre)
    unit = _unit_of(reader, cadre, last, units) if last is not None else None
    policy = policy_of(reader, unit, last) if last is not None and unit else None
    if last is None or policy is None:
        return None
    return _case(reader, purpose, cadre, last, policy, units, _grades(reader, cadre))


def _case(
    reader: Reader,
    purpose: Purpose,
    cadre: str,
    year: int,
    policy: Policy,
    units: dict[int, str],
    on_record: dict[int, GradeGiven],
) -> Case:
    graded = purpose != "commendation"  # which asks for ranks only
    length = getattr(policy, purpose).window if graded else 1
    window = range(year - length + 1, year + 1)
    years: dict[int, UnitYear] = {}
    scored: dict[int, UnitScores] = {}
    wider: dict[int, Wider] = {}
    judged: dict[int, Judged] = {}
    unruled: dict[int, str] = {}
    for window_year in window:
        if unit := units.get(window_year):
            unruled[window_year] = unit
            scope = Scope(window_year, units=(unit,))
            for year_of_unit in _unit_year(reader, scope, cadre if graded else None):
                del unruled[window_year]
                years[window_year] = year_of_unit.facts
                scored[window_year] = year_of_unit.scored
                wider[window_year] = year_of_unit.wider
                judged[window_year] = year_of_unit.judged
    return Case(
        cadre=cadre,
        year=year,
        policy=policy,
        years=years,
        earlier=tuple(_earlier(reader, cadre, year, years)) if purpose == "promotion" else (),
        wider=wider,
        grades={y: given for y, given in on_record.items() if y in window},
        unruled=unruled,
        scored=scored,
        judged=judged,
    )


class _UnitYear(NamedTuple):
    """What is the same for all of a unit's people."""

    facts: UnitYear
    scored: UnitScores
    wider: Wider
    judged: Judged


def _unit_year(reader: Reader, scope: Scope, graded: str | None) -> tuple[_UnitYear, ...]:
    """Return the year of the scope's one unit, fetched and scored once; none without a policy.

    Args:
        graded: whose grade is asked for; where a small group scored so low it wants the city.
    """
    return tuple(
        _compared(reader, scope, known, graded) if graded else known
        for known in _of_unit(reader, scope)
    )


def _of_unit(reader: Reader, scope: Scope) -> tuple[_UnitYear, ...]:
    key = ("eligibility", scope)

    def make() -> tuple[_UnitYear, ...]:
        return tuple(_scored(reader, scope, facts) for facts in unit_years(reader, scope))

    if (kept := reader.kept) is None:
        return reader.remembered(key, make)
    return reader.remembered(
        key, lambda: kept.get(reader, key, lambda made: [one.facts for one in made], make)
    )


def _compared(reader: Reader, scope: Scope, known: _UnitYear, cadre: str) -> _UnitYear:
    """Return the unit's year with what the cadre's place in it wants of the city."""
    facts, scored = known.facts, known.scored
    levels = levels_of_every_reading(facts, scored, cadre)
    if not levels:
        return known
    return reader.remembered(
        ("compared", scope, levels),
        lambda: known._replace(wider=_city(reader, scope, known, levels), judged={}),
    )


def _city(reader: Reader, scope: Scope, known: _UnitYear, levels: frozenset[Level]) -> Wider:
    facts, unit = known.facts, known.facts.unit
    return city_pools(reader, scope, [facts], {unit: levels}, {unit: known.scored})[unit]


def _scored(reader: Reader, scope: Scope, facts: UnitYear) -> _UnitYear:
    scored = _scored_later(reader, scope, facts) or score_all(facts)
    return _UnitYear(facts, scored, NOBODY, {})


def _scored_later(reader: Reader, scope: Scope, facts: UnitYear) -> UnitScores | None:
    """Return the scores that a later reader has of these very facts."""
    if reader.later is None:
        return None
    known = _of_unit(reader.later, scope)
    return next((one.scored for one in known if one.facts is facts), None)


def _earlier(
    reader: Reader, cadre: str, year: int, years: dict[int, UnitYear]
) -> Iterator[PeerYear]:
    """Yield the earlier years of the subject's peers where other units judged them."""
    if year not in years:
        return
    members = years[year].members
    level = next((m.rank_level for m in members if m.cadre == cadre), None)
    peers = {m.cadre for m in members if m.rank_level == level and m.cadre != cadre}
    policy = years[year].policy
    for earlier in range(year - policy.promotion.window + 1, year):
        here = years[earlier].unit if earlier in years else None
        listed = listings(reader, sorted(peers), roster.table.c.year == earlier)
        judged_by = {cadre: lines[-1].unit for (cadre, _), lines in listed.items()}
        elsewhere = {cadre: unit for cadre, unit in judged_by.items() if unit != here}
        for facts in unit_years(reader, Scope(earlier, cadres=tuple(sorted(elsewhere)))):
            for member in facts.members:
                if elsewhere[member.cadre] == facts.unit:
                    yield PeerYear(member, facts.policy, facts.closing is not None)


def _units(reader: Reader, cadre: str) -> dict[int, str]:
    """Return, by year, the unit whose roster judges the cadre."""
    return {year: lines[-1].unit for (_, year), lines in listings(reader, [cadre]).items()}


def _grades(reader: Reader, cadre: str) -> dict[int, GradeGiven]:
    """Return the cadre's grades on record by year, on a roster or not."""
    found = grades(reader.rows(results, results.table.c.cadre == cadre))
    return {year: given for (_, year), given in found.items()}


def _unit_of(reader: Reader, cadre: str, year: int, units: dict[int, str]) -> str | None:
    """Return the unit whose policy holds: the last that judged up to the year, else served in."""
    served = max((served for served in units if served <= year), default=None)
    if served is not None:
        return units[served]
    mine = (postings.table.c.cadre == cadre, postings.table.c.unit.is_not(None))
    posted = [row for row in reader.rows(postings, *mine) if reader.stands(row.position)]
    by_then = [row for row in posted if row.on <= date(year, 12, 31).isoformat()]
    return max(by_then, key=lambda row: (row.on, row.position)).unit if by_then else None
