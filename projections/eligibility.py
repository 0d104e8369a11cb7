"""Eligibility (资格审查): the case of one cadre, put before the rules."""

from collections.abc import Iterator

from domain.rules.case import Case, PeerYear
from domain.rules.eligibility import Answer, Purpose, answer, unknown
from domain.rules.facts import UnitYear
from domain.rules.policy import Policy
from projections.cadre_year import listings
from projections.facts import closings, roster
from projections.reader import Reader
from projections.unit_year import Scope, policy_of, unit_years


def eligibility(reader: Reader, purpose: Purpose, cadre: str, year: int | None) -> Answer:
    """Answer whether a cadre is eligible.

    Args:
        year: the last year of the window, included; None for the last one closed in the unit.
    """
    units = _units(reader, cadre)
    last = year if year is not None else _last_closed(reader, units)
    served = max((year for year in units if last and year <= last), default=None)
    policy = policy_of(reader, units[served], last) if last and served else None
    if last is None or policy is None:
        return unknown(purpose, cadre)
    return answer(purpose, _case(reader, purpose, cadre, last, policy, units))


def _case(
    reader: Reader,
    purpose: Purpose,
    cadre: str,
    year: int,
    policy: Policy,
    units: dict[int, str],
) -> Case:
    length = 1 if purpose == "commendation" else getattr(policy, purpose).window
    years: dict[int, UnitYear] = {}
    for window_year in range(year - length + 1, year + 1):
        if unit := units.get(window_year):
            for facts in unit_years(reader, Scope(window_year, units=(unit,))):
                years[window_year] = facts
    earlier = tuple(_earlier(reader, cadre, year, years)) if purpose == "promotion" else ()
    return Case(cadre=cadre, year=year, policy=policy, years=years, earlier=earlier)


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


def _last_closed(reader: Reader, units: dict[int, str]) -> int | None:
    rows = reader.rows_of(closings, "unit", sorted(set(units.values())))
    return max((row.year for row in rows if units.get(row.year) == row.unit), default=None)
