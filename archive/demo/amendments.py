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
    if not violations.planned(CHECK, facts.unit, facts.year):
        return facts
    before = {s.cadre: s for s in judge(facts)}
    people = {p.cadre: p for p in roster.members}
    for last in reversed(before.values()):
        if not _may_go(last, people[last.cadre].category, books):
            continue
        without = replace(facts, members=tuple(m for m in facts.members if m.cadre != last.cadre))
        after = judge(without)
        if fallen := [s.cadre for s in after if s.half != before[s.cadre].half]:
            for cadre in fallen:
                violations.label(CHECK, facts.unit, cadre, facts.year)
            return without
    return facts


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


def _may_go(standing: Standing, category: str, books: Books) -> bool:
    settled = standing.cadre in books.plants.settled
    return category == "other" and standing.half == "lower" and not settled
