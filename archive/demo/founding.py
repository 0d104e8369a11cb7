"""How the city begins: its units and people, and the papers that register them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from archive.demo.chance import chance
from archive.demo.paper import ORGANIZATION, Command, paper
from archive.demo.people import (
    KINDS,
    OFFICE,
    PLACES,
    SCHOOLS,
    Person,
    Unit,
    World,
    newcomer,
    post_of,
)

UNITS_A_CITY_LEADER = 4


def found(units: int, seed: int) -> World:
    """Return the city on its first day."""
    leaders = [f"C{n + 1:05}" for n in range(-(-units // UNITS_A_CITY_LEADER))]
    places = tuple(
        Unit(
            f"U{n + 1:03}",
            f"{KINDS[n % len(KINDS)].stem}{n + 1:02}",
            KINDS[n % len(KINDS)],
            leaders[n // UNITS_A_CITY_LEADER],
        )
        for n in range(units)
    )
    world = World(seed, places, {u.unit: {} for u in places}, {}, {}, {})
    rng = chance(seed, "founding")
    for _ in leaders:
        world.next_cadre(rng)
    for unit in places:
        _fill(world, unit, rng)
    return world


def _fill(world: World, unit: Unit, rng: Random) -> None:
    kind = unit.kind
    world.place(newcomer(world, unit, "chief", "1A41", rng))
    for slot in range(kind.team):
        member = newcomer(world, unit, "team_member", "1A42", rng)
        world.place(replace(member, slot=slot))
    for n in range(kind.size - 1 - kind.team):
        category = "section_chief" if n < kind.sections else "other"
        level = "1A50" if category == "section_chief" or rng.random() < 0.5 else "1A60"
        person = newcomer(world, unit, category, level, rng)
        world.place(person)
    world.admins[unit.unit] = person.cadre  # the last one: an ordinary cadre in every kind


def founding_papers(world: World, year: int) -> Iterator[Command]:
    """Yield the city's registration, in January of its first year."""
    rng = chance(world.seed, "registration")
    for policy in ("law-2007", "shishou-2013"):
        yield paper("policy.adopt", ORGANIZATION, date(year, 1, 1), policy=policy)
    # On New Year's Day, so that a policy adopted on that day may name pilots among them.
    for unit in world.units:
        yield paper(
            "unit.register",
            ORGANIZATION,
            date(year, 1, 1),
            unit=unit.unit,
            name=unit.name,
            kind=unit.kind.kind,
        )
    # A city leader is registered but not posted: that assessment belongs to a higher level.
    for leader in dict.fromkeys(unit.city_leader for unit in world.units):
        yield registration(leader, date(year, 1, 2), rng, "市领导" + leader[1:])
    for staff in world.staff.values():
        yield from (registration(cadre, date(year, 1, 2), rng) for cadre in staff)
    for cadre in OFFICE:
        yield registration(cadre, date(year, 1, 2), rng, "绩考" + cadre[1:])
    for unit in world.units:
        for person in world.staff[unit.unit].values():
            yield posting(unit, person, date(year, 1, 3))
    for unit in world.units:
        yield from _roles(world, unit, date(year, 1, 4))
    for cadre in OFFICE:
        yield assignment(world.units[-1], "appraisal_office", cadre, date(year, 1, 4))


def _roles(world: World, unit: Unit, day: date) -> Iterator[Command]:
    yield assignment(unit, "city_leader", unit.city_leader, day)
    for person in (world.head(unit.unit), *world.team(unit.unit)):
        yield from roles_taken(unit, person, day)
    admin = world.admins[unit.unit]
    yield assignment(unit, "appraisal_admin", admin, day)
    yield training(admin, day)


def training(cadre: str, day: date) -> Command:
    """Return the paper that an appraisal administrator was trained."""
    return paper("admin.train", ORGANIZATION, day, cadre=cadre, course="绩效考核业务培训")


def registration(cadre: str, day: date, rng: Random, name: str | None = None) -> Command:
    """Return the registration of a cadre, under a plainly made-up name."""
    return paper(
        "cadre.register",
        ORGANIZATION,
        day,
        cadre=cadre,
        name=name or "干部" + cadre[1:],
        native_place=rng.choice(PLACES),
        school=rng.choice(SCHOOLS),
        joined=date(day.year - rng.randint(1, 30), 7, 1).isoformat(),
    )


def posting(unit: Unit, person: Person, day: date) -> Command:
    """Return the paper by which a person takes a post."""
    command = paper(
        "cadre.post",
        ORGANIZATION,
        day,
        cadre=person.cadre,
        unit=unit.unit,
        post=unit.name + post_of(unit, person.category),
        rank_level=person.rank_level,
        category=person.category,
    )
    if person.probation_until:
        command["probation_until"] = person.probation_until.isoformat()
    return command


def assignment(unit: Unit, role: str, cadre: str, day: date, **fields: str) -> Command:
    """Return the paper by which a cadre takes a role in the unit."""
    return paper("unit.assign", ORGANIZATION, day, unit=unit.unit, role=role, cadre=cadre, **fields)


def roles_taken(unit: Unit, person: Person, day: date) -> Iterator[Command]:
    """Yield the roles that come with a leading post."""
    for role in roles_of(unit, person):
        scope = {"scope": f"第{person.slot + 1}分管片"} if role == "unit_deputy" else {}
        yield assignment(unit, role, person.cadre, day, **scope)


def roles_of(unit: Unit, person: Person) -> tuple[str, ...]:
    """Return the roles that a person has by the post."""
    if person.category == "chief":
        return "unit_head", "party_member"
    if person.category == "team_member":
        deputy = person.slot < unit.kind.deputies
        return ("unit_deputy", "party_member") if deputy else ("party_member",)
    return ()
