"""What is planted: who favours whom, in which years, and the labels that tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from random import Random
from typing import Any

from archive.demo.chance import chance
from archive.demo.people import Person, Unit, World

Label = dict[str, Any]
CHUNK = 5
"""A ring has at most five people, and in towns these must be neighbours to score each other."""


@dataclass(frozen=True, slots=True)
class Favour:
    """Points that a rater adds for a ratee, in the years from ``first`` to ``last``."""

    rater: str
    ratee: str
    size: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plant:
    """One planted pattern and its label; ``settled`` never leave, nor change their unit."""

    label: Label
    favours: tuple[Favour, ...] = ()
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plants:
    """Everything planted, arranged for those who ask."""

    labels: tuple[Label, ...]
    favours: dict[tuple[str, str], Favour]
    settled: frozenset[str]
    straight_liners: frozenset[str]
    promotions: dict[tuple[int, str], str]
    """The planned promotion of a (year, unit)."""

    def favour(self, rater: str, ratee: str, year: int) -> float:
        """Return what favour adds to a score."""
        favour = self.favours.get((rater, ratee))
        return favour.size if favour and favour.first <= year <= favour.last else 0.0


def plant(world: World, years: range) -> Plants:
    """Plant in all units but the controls: a fifth of them, at least one of several."""
    clean = max(1, len(world.units) // 5) if len(world.units) > 1 else 0
    controls = chance(world.seed, "controls").sample([u.unit for u in world.units], clean)
    plants = [p for unit in world.units for p in _of_unit(world, unit, years, controls)]
    labels = tuple(p.label for p in plants)
    return Plants(
        labels,
        {(f.rater, f.ratee): f for p in plants for f in p.favours},
        frozenset(cadre for p in plants for cadre in p.settled),
        frozenset(c for lab in labels if lab["kind"] == "straight_liner" for c in lab["members"]),
        {
            (lab["promoted"], lab["unit"]): lab["members"][0]
            for lab in labels
            if lab["kind"] == "lift"
        },
    )


def _of_unit(world: World, unit: Unit, years: range, controls: list[str]) -> Iterator[Plant]:
    if unit.unit in controls:
        yield Plant(_label("control", unit, [], years[0], years[-1], 0.0))
        return
    rng = chance(world.seed, "plants", unit.unit)
    staff = world.staff[unit.unit]
    ordinary = [p for p in staff.values() if not p.leads and p.cadre != world.admins[unit.unit]]
    ordinary.sort(key=lambda p: p.seat)
    givers: list[str] = []
    if len(years) > 2 and rng.random() < 0.6:
        yield (lift := _lift(world, unit, years, rng))
        ordinary = [p for p in ordinary if p.cadre not in lift.settled]
        givers = lift.label["givers"]
    chunks = [ordinary[n : n + CHUNK] for n in range(0, len(ordinary), CHUNK)]
    rng.shuffle(chunks)
    chunks.sort(key=len)  # the incomplete one comes first, and is popped last
    if rng.random() < 0.4 and unit.kind.size > 2 * CHUNK:
        ring = chunks.pop()[: rng.randint(3, CHUNK)]
        yield _mutual("ring", unit, ring, years, (5, 8), rng)
    for _ in range(max(1, round(unit.kind.size * 0.04))):
        if chunks and len(chunks[-1]) > 1:
            yield _mutual("pair", unit, rng.sample(chunks.pop(), 2), years, (6, 10), rng)
    free = [p for chunk in chunks for p in chunk]
    yield from _favourites(world, unit, free, years, rng)
    free = [p for p in free if p.cadre not in givers]  # a straight-liner favours nobody
    flat = rng.sample(free, min(len(free) // 3, round(unit.kind.size * 0.04)))
    for person in flat:
        label = _label("straight_liner", unit, [person.cadre], years[0], years[-1], 0.0)
        yield Plant(label, (), (person.cadre,))


def _mutual(
    kind: str, unit: Unit, people: list[Person], years: range, size: tuple[int, int], rng: Random
) -> Plant:
    members = sorted(p.cadre for p in people)
    first, last = years[0], years[-1]
    if len(years) > 5 and rng.random() < 0.4:  # long cities have patterns that come or go
        first, last = rng.choice([(years[2], last), (first, years[-3])])
    favours = tuple(
        Favour(rater, ratee, round(rng.uniform(*size), 2), first, last)
        for rater, ratee in permutations(members, 2)
    )
    return Plant(_label(kind, unit, members, first, last, _mean(favours)), favours, tuple(members))


def _favourites(
    world: World, unit: Unit, free: list[Person], years: range, rng: Random
) -> Iterator[Plant]:
    """Yield one leader's favourites, from the leader's own portfolio, and use them up."""
    leader = rng.choice(world.team(unit.unit)[: unit.kind.deputies])
    liked = [p for p in free if p.slot == leader.slot][: rng.randint(1, 3)]
    if not liked:
        return
    for person in liked:
        free.remove(person)
    favours = tuple(
        Favour(leader.cadre, p.cadre, round(rng.uniform(6, 10), 2), years[0], years[-1])
        for p in liked
    )
    members = [leader.cadre, *(p.cadre for p in liked)]
    label = _label("favourite", unit, members, years[0], years[-1], _mean(favours))
    yield Plant(label, favours, tuple(members))


def _lift(world: World, unit: Unit, years: range, rng: Random) -> Plant:
    """Half of the unit favours a section chief for two years, who is then promoted."""
    staff = list(world.staff[unit.unit].values())
    candidate = rng.choice([p for p in staff if p.category == "section_chief"]).cadre
    promoted = rng.choice(years[2:])
    others = [p.cadre for p in staff if p.cadre != candidate]
    givers = sorted({world.head(unit.unit).cadre, *rng.sample(others, len(others) // 2)})
    favours = tuple(
        Favour(giver, candidate, round(rng.uniform(4, 7), 2), promoted - 2, promoted - 1)
        for giver in givers
    )
    label = _label("lift", unit, [candidate], promoted - 2, promoted - 1, _mean(favours))
    return Plant(label | {"promoted": promoted, "givers": givers}, favours, (candidate,))


def _label(kind: str, unit: Unit, members: list[str], first: int, last: int, size: float) -> Label:
    years = [first, last]
    return {"kind": kind, "unit": unit.unit, "members": members, "years": years, "size": size}


def _mean(favours: tuple[Favour, ...]) -> float:
    return round(sum(f.size for f in favours) / len(favours), 2)
