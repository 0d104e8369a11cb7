"""What befalls people in the course of a year: sanctions, leave, cases and letters of inquiry."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from archive.demo.books import Books
from archive.demo.chance import chance
from archive.demo.paper import ORGANIZATION, Command, at, in_order, later, paper
from archive.demo.people import Person
from archive.demo.roster import Roster
from domain.rules.facts import Service, ServiceKind

SANCTIONED, ON_LEAVE, IN_QUESTION, ASKED = 0.004, 0.004, 0.002, 0.004
SANCTIONS = ("warning", "serious_warning", "demerit", "admonition")
LEAVE = ("sick", "private", "study")


def service(roster: Roster, books: Books) -> list[Command]:
    """Return the year's papers about people's service; what bars or defers a grade is kept."""
    rng = chance(roster.seed, "service", roster.unit.unit, roster.year)
    return in_order(
        command
        for person in roster.final
        for command in (*_case_closed(roster, person, books, rng), *_event(roster, person, books))
    )


def _event(roster: Roster, person: Person, books: Books) -> Iterator[Command]:
    rng = chance(roster.seed, "service of", person.cadre, roster.year)
    day = later(date(roster.year, 4, 10), rng, 0, 150)
    draw = rng.random() - SANCTIONED
    if draw < 0:
        yield _sanctioned(person, books, day, rng)
    elif (draw := draw - ON_LEAVE) < 0:
        yield _on_leave(person, books, day, rng)
    elif (draw := draw - IN_QUESTION) < 0:
        yield _in_question(person, books, later(day, rng, 60, 90), rng)
    elif draw < ASKED:
        reply = {"reply_by": (day + timedelta(days=10)).isoformat(), "reply": "已书面说明情况"}
        yield _paper("letter.inquire", person, day, rng, content="有关信访事项请予说明", **reply)


def _sanctioned(person: Person, books: Books, day: date, rng: Random) -> Command:
    kind, until = rng.choice(SANCTIONS), day + timedelta(days=180)
    _keep(books, person, "sanction", kind, day, until)
    span = {"from": day.isoformat(), "until": until.isoformat()}
    return _paper("cadre.sanction", person, day, rng, kind=kind, **span)


def _on_leave(person: Person, books: Books, day: date, rng: Random) -> Command:
    kind, until = rng.choice(LEAVE), later(day, rng, 7, 45)
    _keep(books, person, "absence", kind, day, until)
    span = {"from": day.isoformat(), "until": until.isoformat()}
    return _paper("cadre.absence", person, day, rng, kind=kind, **span)


def _in_question(person: Person, books: Books, day: date, rng: Random) -> Command:
    """Return the opening of a case; it is closed next spring, until then the person stays."""
    _keep(books, person, "case", "opened", day)
    books.world.bound.add(person.cadre)
    books.world.in_question.add(person.cadre)
    return _paper("cadre.case", person, day, rng, state="opened")


def _case_closed(roster: Roster, person: Person, books: Books, rng: Random) -> Iterator[Command]:
    if person.cadre in books.world.in_question:
        books.world.in_question.remove(person.cadre)
        day = date(roster.year, 3, 20)
        _keep(books, person, "case", "closed", day)
        yield _paper("cadre.case", person, day, rng, state="closed", outcome="未发现违纪")


def _paper(command: str, person: Person, day: date, rng: Random, **fields: str) -> Command:
    return paper(command, ORGANIZATION, day, at(day, rng), cadre=person.cadre, **fields)


def _keep(
    books: Books,
    person: Person,
    kind: ServiceKind,
    what: str,
    starts: date,
    ends: date | None = None,
) -> None:
    line = Service(kind, what, starts, ends, 0)
    books.world.service.setdefault(person.cadre, []).append(line)
