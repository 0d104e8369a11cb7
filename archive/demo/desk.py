"""The personnel desk of one unit in February: the papers of a move, and the move itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from archive.demo.books import Books
from archive.demo.founding import (
    assignment,
    posting,
    registration,
    roles_of,
    roles_taken,
    training,
)
from archive.demo.paper import ORGANIZATION, Command, paper
from archive.demo.people import Person, Unit, World, newcomer
from archive.demo.plants import Plants
from domain.rules.finding import Verdict


@dataclass(slots=True)
class February:
    """What all units share while people move; nobody moves twice in a year."""

    books: Books
    year: int
    papers: list[Command] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)

    @property
    def world(self) -> World:
        """Return the city as it stands."""
        return self.books.world

    @property
    def plants(self) -> Plants:
        """Return what is planted."""
        return self.books.plants

    def day(self, day: int) -> date:
        """Return a day of this February."""
        return date(self.year, 2, day)


@dataclass(frozen=True, slots=True)
class Desk:
    """One unit's desk."""

    month: February
    unit: Unit
    rng: Random

    @property
    def staff(self) -> dict[str, Person]:
        """Return the unit's people as they stand."""
        return self.month.world.staff[self.unit.unit]

    def free(self, *categories: str) -> list[Person]:
        """Return those who may still move this year."""
        admin = self.month.world.admins[self.unit.unit]
        bound = self.month.moved | self.month.plants.settled | self.month.world.bound | {admin}
        return [p for p in self.staff.values() if p.category in categories and p.cadre not in bound]

    def best(self, heirs: list[Person]) -> Person:
        """Return the ablest of three, of those who meet the conditions if any does."""
        ability = self.month.world.ability
        asked = self.rng.sample(heirs, min(4, len(heirs)))
        eligible = [p for p in asked if self._verdict(p) is Verdict.PASS]
        return max(eligible or asked, key=lambda p: ability[p.cadre])

    def go(self, person: Person, day: int, reason: str) -> None:
        """Release a person from all roles and let them leave."""
        on = self.month.day(day)
        del self.staff[person.cadre]
        left = paper("cadre.leave", ORGANIZATION, on, cadre=person.cadre, reason=reason)
        self.month.papers += [*self._released(person, on), left]

    def promote(self, person: Person, day: int, category: str, level: str, slot: int) -> None:
        """Post somebody higher, two days after the decision to do so."""
        on, papers = self.month.day(day), self.month.papers
        risen = replace(person, category=category, rank_level=level, slot=slot)
        higher = posting(self.unit, risen, on)
        if person.rank_level != level:
            papers += self._decision(person, higher, self.month.day(day - 2))
        papers += [*self._released(person, on), higher, *roles_taken(self.unit, risen, on)]
        self._stay(risen)

    def rise(self, person: Person, day: int) -> None:
        """Raise somebody to 1A50 in the same post."""
        risen = replace(person, rank_level="1A50")
        higher = posting(self.unit, risen, self.month.day(day))
        self.month.papers += [*self._decision(person, higher, self.month.day(day - 2)), higher]
        self._stay(risen)

    def hand_over(self, heir: Person, day: int) -> None:
        """Give the appraisal's paperwork to somebody else, who is trained for it first."""
        on, unit, admins = self.month.day(day), self.unit, self.month.world.admins
        old, admins[unit.unit] = admins[unit.unit], heir.cadre
        role = {"unit": unit.unit, "role": "appraisal_admin"}
        papers = [paper("unit.release", ORGANIZATION, on, cadre=old, **role)]
        violations = self.month.books.violations
        if violations.planned("no_trained_admin", unit.unit, on.year):
            violations.label("no_trained_admin", unit.unit, None, on.year)
            self.month.world.untrained.add(heir.cadre)
        else:
            papers.append(training(heir.cadre, on))
        self.month.papers += [*papers, assignment(unit, "appraisal_admin", heir.cadre, on)]

    def transfer(self, person: Person, to: Unit, day: int) -> None:
        """Post somebody to another unit, in the same category."""
        slot, seat = self.rng.randrange(to.kind.deputies), round(self.rng.random(), 6)
        arrived = replace(person, unit=to.unit, slot=slot, seat=seat)
        del self.staff[person.cadre]
        self.month.papers.append(posting(to, arrived, self.month.day(day)))
        self._stay(arrived)

    def recruit(self, day: int) -> None:
        """Take in somebody new, in probation for a year."""
        on = self.month.day(day)
        new = newcomer(self.month.world, self.unit, "other", "1A60", self.rng)
        recruit = replace(new, probation_until=date(on.year + 1, 2, day))
        self.month.papers.append(registration(recruit.cadre, on, self.rng))
        self.month.papers.append(posting(self.unit, recruit, on))
        self._stay(recruit)

    def _stay(self, person: Person) -> None:
        self.month.world.place(person)
        self.month.moved.add(person.cadre)

    def _released(self, person: Person, day: date) -> Iterator[Command]:
        unit, cadre = self.unit.unit, person.cadre
        for role in roles_of(self.unit, person):
            yield paper("unit.release", ORGANIZATION, day, unit=unit, role=role, cadre=cadre)

    def _verdict(self, person: Person) -> Verdict:
        """Return whether a person meets the conditions, by the years closed until now."""
        return self.month.books.memory.verdict("promotion", person.cadre, self.month.year - 1)

    def _decision(self, person: Person, higher: Command, day: date) -> Iterator[Command]:
        """Yield the decision to promote, and the exception where the conditions aren't met."""
        verdict, violations = self._verdict(person), self.month.books.violations
        unit, cadre, year = self.unit.unit, person.cadre, self.month.year
        if violations.seized("posted_without_decision", unit):
            violations.label("posted_without_decision", unit, cadre, year)
            return
        number = {"decision": self.month.world.decision(year)}
        fields = {name: higher[name] for name in ("cadre", "post", "rank_level", "unit")}
        reason = {"reason": "工作需要"}
        yield paper("decision.appoint", ORGANIZATION, day, **number, **reason, **fields)
        if verdict is Verdict.PASS:
            return
        if verdict is Verdict.FAIL and violations.seized("ineligible_appointed", unit):
            for of_year in (year - 1, year):  # what it rests on, and when it was decided
                violations.label("ineligible_appointed", unit, cadre, of_year)
            return
        why = {"reason": "本单位无其他合适人选", "approver": "市委常委会"}
        yield paper("decision.except", ORGANIZATION, day, **number, **why)
