"""The personnel desk of one unit in February: the papers of a move, and the move itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from archive.demo.founding import posting, registration, roles_of, roles_taken
from archive.demo.paper import ORGANIZATION, Command, paper
from archive.demo.people import Person, Unit, World, newcomer
from archive.demo.plants import Plants


@dataclass(slots=True)
class February:
    """What all units share while people move; nobody moves twice in a year."""

    world: World
    plants: Plants
    year: int
    papers: list[Command] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)
    decided: int = 0

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
        bound = self.month.moved | self.month.plants.settled | {admin}
        return [p for p in self.staff.values() if p.category in categories and p.cadre not in bound]

    def best(self, heirs: list[Person]) -> Person:
        """Return the ablest of three: promotion follows the results, more or less."""
        ability = self.month.world.ability
        return max(self.rng.sample(heirs, min(3, len(heirs))), key=lambda p: ability[p.cadre])

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
            papers.append(self._decision(higher, self.month.day(day - 2)))
        papers += [*self._released(person, on), higher, *roles_taken(self.unit, risen, on)]
        self._stay(risen)

    def rise(self, person: Person, day: int) -> None:
        """Raise somebody to 1A50 in the same post."""
        risen = replace(person, rank_level="1A50")
        self.month.papers.append(posting(self.unit, risen, self.month.day(day)))
        self._stay(risen)

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

    def _decision(self, higher: Command, day: date) -> Command:
        self.month.decided += 1
        fields = {name: higher[name] for name in ("cadre", "post", "rank_level", "unit")}
        number = f"D{self.month.year}-{self.month.decided:03}"
        return paper(
            "decision.appoint", ORGANIZATION, day, decision=number, reason="工作需要", **fields
        )
