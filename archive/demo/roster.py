"""One unit's year: who is on the roster, and who scores whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from archive.demo.chance import chance
from archive.demo.paper import ORGANIZATION, Command, at, in_order, later, paper
from archive.demo.people import Person, Unit, World
from domain.rules.facts import Participates


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a unit in a year, as frozen in March."""

    seed: int
    unit: Unit
    year: int
    members: tuple[Person, ...]
    head: str
    admin: str
    deputies: dict[int, str]
    party: tuple[str, ...]
    """The team members, by portfolio: with the head the party group."""
    away: frozenset[str]
    leaving: dict[str, tuple[date, str]]

    @property
    def active(self) -> list[Person]:
        """Those who are assessed and assess others: all but those on long leave."""
        return [p for p in self.members if p.cadre not in self.away]

    @property
    def staying(self) -> list[Person]:
        """Those who are on the roster at the year's end."""
        return [p for p in self.members if p.cadre not in self.leaving]

    @property
    def final(self) -> list[Person]:
        """Those of the active who are still here in December."""
        return [p for p in self.active if p.cadre not in self.leaving]

    def participates(self, person: Person) -> Participates:
        """Return how a person takes part in this year's assessment."""
        if person.cadre in self.away:
            return "no"
        until = person.probation_until
        return "comment_only" if until and until > date(self.year, 3, 1) else "yes"

    def in_charge(self, person: Person) -> str:
        """Return the leader in charge of a person."""
        if person.category == "chief":
            return self.unit.city_leader
        if person.category == "team_member":
            return self.head
        return self.deputies.get(person.slot, self.head)

    def reviewer(self, person: Person) -> str:
        """Return who reviews the list of somebody who doesn't lead: a deputy, if there is one."""
        return self.deputies.get(person.slot) or next(iter(self.deputies.values()), self.head)


def roster_of(world: World, unit: Unit, year: int) -> Roster:
    """Return the unit's roster of the year, its people in the order of their seats."""
    staff = world.staff[unit.unit]
    return Roster(
        world.seed,
        unit,
        year,
        tuple(sorted(staff.values(), key=lambda p: (p.seat, p.cadre))),
        world.head(unit.unit).cadre,
        world.admins[unit.unit],
        {p.slot: p.cadre for p in world.team(unit.unit) if p.slot < unit.kind.deputies},
        tuple(p.cadre for p in world.team(unit.unit)),
        frozenset(world.away & staff.keys()),
        {cadre: going for cadre, going in world.leaving.items() if cadre in staff},
    )


def freeze(roster: Roster) -> Iterator[Command]:
    """Yield the frozen roster, early in March."""
    rng = chance(roster.seed, "freeze", roster.unit.unit, roster.year)
    day = later(date(roster.year, 3, 2), rng, 0, 4)
    reasons = {"comment_only": "试用期", "no": "长期请假"}
    members = []
    for person in roster.members:
        how = roster.participates(person)
        member = {
            "cadre": person.cadre,
            "rank_level": person.rank_level,
            "category": person.category,
            "participates": how,
        }
        members.append(member | ({"reason": reasons[how]} if how in reasons else {}))
    yield paper(
        "roster.freeze",
        roster.admin,
        day,
        at(day, rng),
        unit=roster.unit.unit,
        year=roster.year,
        members=members,
        source=f"{roster.year}年度参核人员名册",
    )


def departures(roster: Roster) -> list[Command]:
    """Return the papers of those who leave in mid-year, and are taken off the roster."""
    rng = chance(roster.seed, "departures", roster.unit.unit, roster.year)
    going = sorted((day, cadre, reason) for cadre, (day, reason) in roster.leaving.items())
    return in_order(c for day, cadre, why in going for c in _goes(roster, day, cadre, why, rng))


def _goes(roster: Roster, day: date, cadre: str, reason: str, rng: Random) -> Iterator[Command]:
    yield paper(
        "roster.amend",
        roster.admin,
        day,
        at(day, rng, 18, 19),
        unit=roster.unit.unit,
        year=roster.year,
        cadre=cadre,
        change="removed",
        reason="年中离任",
        approver=roster.head,
    )
    yield paper("cadre.leave", ORGANIZATION, day, at(day, rng, 20, 20), cadre=cadre, reason=reason)


def standing(roster: Roster) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield every rater with the (ratee, relation) pairs that the rater is to score."""
    people = roster.final
    yield roster.unit.city_leader, [(roster.head, "leader")]
    staff = [p for p in people if not p.leads]
    seats = {p.cadre: n for n, p in enumerate(staff)}
    for rater in people:
        pairs = (
            (ratee.cadre, _relation(roster, rater, ratee, seats, len(staff)))
            for ratee in people
            if ratee is not rater
        )
        yield rater.cadre, [(ratee, relation) for ratee, relation in pairs if relation]


def _relation(
    roster: Roster, rater: Person, ratee: Person, seats: dict[str, int], around: int
) -> str | None:
    """Return the rater's standing towards the ratee; None if they don't score each other."""
    reach = roster.unit.kind.reach
    if rater.category == "chief":
        return "leader"
    if ratee.category == "chief":
        return "subordinate"
    if rater.leads and ratee.leads:
        return "peer"
    if rater.leads:
        near = reach is None or roster.in_charge(ratee) == rater.cadre
        return "leader" if near else None
    if ratee.leads:
        near = reach is None or roster.in_charge(rater) == ratee.cadre
        return "subordinate" if near else None
    if reach is None:
        return "peer"
    apart = abs(seats[rater.cadre] - seats[ratee.cadre])
    return "peer" if min(apart, around - apart) <= reach else None
