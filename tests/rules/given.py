"""Facts for the tests, in the words of the cases: points as written, positions made up."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.rules.case import Case, PeerYear
from domain.rules.document import read_policy, shipped
from domain.rules.facts import CadreYear, Closing, Given, GradeGiven, UnitYear
from domain.rules.policy import Policy


def the_policy(name: str = "shishou-2018") -> Policy:
    text = shipped(name)
    assert text is not None
    return read_policy(text)


POLICY = the_policy()


def hundredths(points: str | int) -> int:
    return int(Decimal(points) * 100)


def member(
    cadre: str,
    *,
    year: int = 2018,
    unit: str = "U001",
    level: str = "1A41",
    category: str = "other",
    grade: str | None = None,
    participates: str = "yes",
    on_probation: bool = False,
    **given: str | int,
) -> CadreYear:
    """A roster line whose components or finals (``annual=``, ``leader=`` …) are on record."""
    return CadreYear(
        cadre=cadre,
        unit=unit,
        year=year,
        rank_level=level,
        category=category,
        participates=participates,  # type: ignore[arg-type]
        position=year * 100 + sum(cadre.encode()) % 100,
        on_probation=on_probation,
        given={
            name: Given(hundredths(points), year * 1000 + place, computed_elsewhere=True)
            for place, (name, points) in enumerate(given.items())
        },
        grade=GradeGiven(grade, "confirmed", year * 10) if grade else None,
    )


def unit_year(
    members: Iterable[CadreYear], *, policy: Policy = POLICY, closed: bool = True, year: int = 2018
) -> UnitYear:
    closing = Closing(year * 10_000, date(year + 1, 1, 20)) if closed else None
    return UnitYear("U001", year, policy, tuple(members), closing)


def annuals(*points: str | int, policy: Policy = POLICY) -> UnitYear:
    """A unit of one level, one member for each annual score: C1, C2, …"""
    people = [member(f"C{n}", annual=annual) for n, annual in enumerate(points, start=1)]
    return unit_year(people, policy=policy)


def case(cadre: str, years: Iterable[UnitYear], earlier: Iterable[PeerYear] = ()) -> Case:
    by_year = {unit.year: unit for unit in years}
    last = max(by_year)
    return Case(cadre, last, by_year[last].policy, by_year, tuple(earlier))


def history(cadre: str, *years: CadreYear | None, last: int = 2018) -> Case:
    """One cadre alone in a closed unit, a member a year up to ``last``; None is no record."""
    first = last - len(years) + 1
    units = {
        year: unit_year([replace(line, year=year)], year=year)
        for year, line in enumerate(years, start=first)
        if line is not None
    }
    return Case(cadre, last, POLICY, units)
