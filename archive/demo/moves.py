"""February: who leaves, who is promoted, who changes the unit, who is new.

Each kind of move has days of its own, so that in a unit they follow one another.
"""

from dataclasses import replace
from datetime import date

from archive.demo.books import Books
from archive.demo.chance import chance
from archive.demo.desk import Desk, February
from archive.demo.founding import posting, training
from archive.demo.paper import ORGANIZATION, Command, in_order, later, paper
from archive.demo.people import Person
from archive.demo.scores import walk

LEAVE = ("retired", "retired", "retired", "moved_away", "resigned")
LEAVE_A_POST = ("retired", "moved_away")
HEAD_LEAVES, TEAM_MEMBER_LEAVES, ADMIN_CHANGES = 0.1, 0.06, 0.06


def move(books: Books, year: int) -> list[Command]:
    """Move the people of the city into the year, and return the papers about it."""
    world = books.world
    walk(world, chance(world.seed, "walk", year))
    for staff in world.staff.values():
        for cadre in world.leaving.keys() & staff.keys():
            del staff[cadre]
    world.leaving.clear()
    world.away.clear()
    february = February(books, year)
    _lower(february)
    for unit in world.units:
        desk = Desk(february, unit, chance(world.seed, "moves", unit.unit, year))
        _new_admin(desk)
        _new_head(desk)
        _new_team(desk)
        _new_section_chiefs(desk)
        _ordinary_moves(desk)
        for _ in range(unit.kind.size - len(desk.staff)):
            desk.recruit(desk.rng.randint(22, 26))
    world.bound.clear()
    return in_order(february.papers)


def _lower(february: February) -> None:
    """Post those who were demoted in the course of the year at the level below."""
    world = february.world
    for unit in world.units:
        for cadre in sorted(world.demoted & world.staff[unit.unit].keys()):
            lower = replace(world.staff[unit.unit][cadre], rank_level="1A60")
            february.papers.append(posting(unit, lower, february.day(1)))
            world.place(lower)
    world.demoted.clear()


def _new_admin(desk: Desk) -> None:
    """Another ordinary cadre takes over the appraisal's paperwork, now and then."""
    unit, year = desk.unit.unit, desk.month.year
    admin = desk.month.world.admins[unit]
    if admin in desk.month.world.untrained:
        desk.month.world.untrained.remove(admin)
        desk.month.papers.append(training(admin, desk.month.day(1)))
    known = desk.month.world.trained | {admin}
    heirs = [p for p in desk.free("other") if not p.probation_until and p.cadre not in known]
    new = desk.rng.random() < ADMIN_CHANGES
    untrained = desk.month.books.violations.planned("no_trained_admin", unit, year)
    if heirs and (new or untrained):
        heir = desk.rng.choice(heirs)
        desk.month.world.trained |= {admin, heir.cadre}
        desk.hand_over(heir, 2)
        desk.month.moved.add(heir.cadre)


def _new_head(desk: Desk) -> None:
    """The head leaves only if there is a team member to follow."""
    heirs = desk.free("team_member")
    for head in desk.free("chief"):
        if heirs and desk.rng.random() < HEAD_LEAVES:
            desk.go(head, 3, desk.rng.choice(LEAVE_A_POST))
            desk.promote(desk.best(heirs), 6, "chief", "1A41", head.slot)


def _new_team(desk: Desk) -> None:
    """Fill the vacant portfolios; a planned promotion comes first, and finds one or a new one."""
    for person in desk.free("team_member"):
        if desk.rng.random() < TEAM_MEMBER_LEAVES:
            desk.go(person, 9, desk.rng.choice(LEAVE_A_POST))
    taken = {p.slot for p in desk.month.world.team(desk.unit.unit)}
    vacant = [slot for slot in range(desk.unit.kind.team) if slot not in taken]
    planned = desk.month.plants.promotions.get((desk.month.year, desk.unit.unit))
    if planned:
        vacant = vacant or [max(taken) + 1]
        desk.promote(desk.staff[planned], 13, "team_member", "1A42", vacant.pop(0))
    for slot in vacant:
        if heirs := desk.free("section_chief"):
            desk.promote(desk.best(heirs), 13, "team_member", "1A42", slot)


def _new_section_chiefs(desk: Desk) -> None:
    have = sum(p.category == "section_chief" for p in desk.staff.values())
    for _ in range(desk.unit.kind.sections - have):
        if heirs := [p for p in desk.free("other") if not p.probation_until]:
            heir = desk.best(heirs)
            desk.promote(heir, 16, "section_chief", "1A50", heir.slot)


def _ordinary_moves(desk: Desk) -> None:
    """Of a hundred ordinary cadres a year 3.5 leave, 1.2 change the unit, .7 go on leave."""
    for person in desk.free("other"):
        draw = desk.rng.random()
        if draw < 0.035:
            _leave(desk, person)
        elif draw < 0.047:
            others = [unit for unit in desk.month.world.units if unit is not desk.unit]
            if others:
                desk.transfer(person, desk.rng.choice(others), 20)
        elif draw < 0.054:
            _long_leave(desk, person)
        elif draw < 0.074 and person.rank_level == "1A60" and not person.probation_until:
            desk.rise(person, 25)


def _leave(desk: Desk, person: Person) -> None:
    """Leave now, or in the course of the year: then the roster is amended."""
    reason = desk.rng.choice(LEAVE)
    if desk.rng.random() < 0.5:
        desk.go(person, 18, reason)
    else:
        day = later(date(desk.month.year, 7, 1), desk.rng, 0, 110)
        desk.month.world.leaving[person.cadre] = (day, reason)


def _long_leave(desk: Desk, person: Person) -> None:
    year, cadre = desk.month.year, person.cadre
    desk.month.world.away.add(cadre)
    fields = {"from": f"{year}-02-27", "until": f"{year}-12-31"}
    kind = desk.rng.choice(("sick", "study", "secondment"))
    day = desk.month.day(27)
    absent = paper("cadre.absence", ORGANIZATION, day, cadre=cadre, kind=kind, **fields)
    desk.month.papers.append(absent)
