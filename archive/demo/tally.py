"""What was scored in a unit's year, kept as the facts that the rules of the archive judge."""

from dataclasses import dataclass, field, replace
from datetime import date

from archive.demo.people import Person, World
from archive.demo.quotas import approved_quota
from archive.demo.roster import Roster
from archive.demo.rules import Rules
from domain.rules.facts import (
    CadreYear,
    Closing,
    Given,
    GradeGiven,
    Item,
    QuotaApproval,
    Score,
    Source,
    UnitYear,
)
from domain.rules.scoring import score

AFTER = 1
"""Positions tell nothing here but what came before and after a correction."""
Thing = tuple[Source, str, str]


@dataclass(slots=True)
class Tally:
    """Scores by cadre and by (source, rater, what was scored), and everyone's items."""

    scores: dict[str, dict[Thing, Score]] = field(default_factory=dict)
    items: dict[str, tuple[Item, ...]] = field(default_factory=dict)

    def list(self, cadre: str, items: list[tuple[str, int]]) -> None:
        """Take down a work list; weights are in hundredths."""
        self.items[cadre] = tuple(Item(item, weight * 100, 0) for item, weight in items)

    def give(
        self,
        cadre: str,
        source: Source,
        rater: str,
        points: float,
        relation: str = "leader",
        what: str = "",
    ) -> None:
        """Count a score; of the same thing by the same rater the last one counts."""
        given = Score(0, source, rater, relation, what, hundredths(points))
        self.scores.setdefault(cadre, {})[source, rater, what] = given

    def void(self, cadre: str, rater: str) -> None:
        """Take the score of a sheet out again."""
        del self.scores[cadre]["ballot", rater, ""]

    def relation(self, cadre: str, rater: str) -> str:
        """Return as what the rater scored the cadre."""
        return self.scores[cadre]["ballot", rater, ""].relation


def hundredths(points: float) -> int:
    """Return points, which have two decimals, as the rules count them."""
    return round(points * 100)


def facts(roster: Roster, tally: Tally, rules: Rules, world: World) -> UnitYear:
    """Return the unit's year as the archive knows it before the closing."""
    approved = approved_quota(roster, rules)
    return UnitYear(
        unit=roster.unit.unit,
        year=roster.year,
        policy=rules.policy,
        members=tuple(_member(roster, p, tally, world) for p in roster.staying),
        law=rules.law,
        approval=QuotaApproval(approved, 0) if approved else None,
    )


def _member(roster: Roster, person: Person, tally: Tally, world: World) -> CadreYear:
    until = person.probation_until
    return CadreYear(
        cadre=person.cadre,
        unit=roster.unit.unit,
        year=roster.year,
        rank_level=person.rank_level,
        category=person.category,
        participates=roster.participates(person),
        position=0,
        on_probation=until is not None and until >= date(roster.year, 12, 31),
        items=tally.items.get(person.cadre, ()),
        scores=tuple(tally.scores.get(person.cadre, {}).values()),
        service=tuple(world.service.get(person.cadre, ())),
    )


def corrected(unit_year: UnitYear, cadre: str, component: str, points: float) -> UnitYear:
    """Return the year with a component of one cadre's result corrected."""
    given = {component: Given(hundredths(points), AFTER, corrected=True)}
    return replace(
        unit_year,
        members=tuple(
            replace(m, given=given) if m.cadre == cadre else m for m in unit_year.members
        ),
    )


def settled(unit_year: UnitYear, grades: dict[str, str], closed: date) -> UnitYear:
    """Return the closed year with its finals and grades in the place of the scores.

    It is judged alike, and small enough to be remembered.
    """
    members = tuple(_settled(m, unit_year, grades.get(m.cadre)) for m in unit_year.members)
    return replace(unit_year, members=members, closing=Closing(AFTER, closed))


def _settled(member: CadreYear, unit_year: UnitYear, grade: str | None) -> CadreYear:
    scored = score(member, unit_year.policy)
    finals = {"performance": scored.performance, "annual": scored.annual}
    return replace(
        member,
        items=(),
        scores=(),
        given={name: Given(points, 0) for name, points in finals.items() if points is not None},
        grade=GradeGiven(grade, "confirmed", 0) if grade else None,
    )
