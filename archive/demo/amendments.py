"""A roster that is amended when the scores are known, so that another's half changes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from archive.demo.books import Books
from archive.demo.chance import chance
from archive.demo.paper import Command, at, paper
from archive.demo.roster import Roster
from domain.rules.facts import UnitYear
from domain.rules.standing import Standing, judge

CHECK = "half_changed_by_roster"


def amended(facts: UnitYear, roster: Roster, books: Books) -> UnitYear:
    """Return the facts without somebody below the half, where that is the violation."""
    violations = books.violations
    if facts.unit in violations.controls:
        return facts
    before = {s.cadre: s for s in judge(facts)}
    gone = next((s.cadre for s in before.values() if _may_go(s, books)), None)
    if gone is None or not violations.seized(CHECK, facts.unit):
        return facts
    without = replace(facts, members=tuple(m for m in facts.members if m.cadre != gone))
    for standing in judge(without):
        if standing.half != before[standing.cadre].half:
            violations.label(CHECK, facts.unit, standing.cadre, facts.year)
    return without


def amendments(facts: UnitYear, roster: Roster) -> Iterator[Command]:
    """Yield the papers by which those left out of the facts were taken off the roster."""
    rng = chance(roster.seed, "amendments", facts.unit, facts.year)
    kept = {member.cadre for member in facts.members}
    day = date(facts.year + 1, 1, 3)
    for cadre in (p.cadre for p in roster.staying if p.cadre not in kept):
        yield paper(
            "roster.amend",
            roster.admin,
            day,
            at(day, rng),
            unit=facts.unit,
            year=facts.year,
            cadre=cadre,
            change="removed",
            reason="借调人员不参加考核",
            approver=roster.head,
        )


def _may_go(standing: Standing, books: Books) -> bool:
    """Tell if a group is one too many by somebody, so that its half moves up."""
    even = standing.of % 2 == 0 and standing.of > 4
    ordinary = standing.category == "other" and standing.half == "lower"
    return even and ordinary and standing.cadre not in books.plants.settled
