"""The talks that the ranking asks for: held in time, by whom the rules name."""

from collections.abc import Iterator
from datetime import date
from random import Random

from archive.demo.improvement import improvement
from archive.demo.paper import Command, at, later, paper
from archive.demo.season import Season
from domain.rules.accountability import Kind, kind_due

WAYS = ("talk_missing", "talk_wrong_talker", "talk_overdue")


def talks(season: Season, closed: date, rng: Random) -> list[Command]:
    """Return the talks held: all that are due, unless one is planted to go wrong."""
    due = [(s.cadre, kind) for s in season.ranked if (kind := kind_due(s))]
    return [c for cadre, kind in due for c in _talk(season, cadre, kind, closed, rng)]


def _talk(season: Season, cadre: str, kind: Kind, closed: date, rng: Random) -> Iterator[Command]:
    wrong = _wrong(season, cadre, kind)
    if wrong:
        season.label(wrong, cadre)
    if wrong == "talk_missing":
        return
    day = later(date(season.year + 1, 1, 21), rng, 0, 8)
    talker, role = _talker(season, cadre, kind)
    if wrong == "talk_wrong_talker":
        others = [p.cadre for p in season.roster.final if not p.leads and p.cadre != cadre]
        talker = rng.choice(others)
    if wrong == "talk_overdue":
        day = later(closed, rng, 70, 90)
        season.books.world.bound.update((cadre, talker))
    held = "reminder" if wrong == "talk_too_light" else kind
    yield paper(
        "talk.hold",
        talker,
        day,
        at(day, rng),
        cadre=cadre,
        year=season.year,
        kind=held,
        talker=talker,
        talker_role=role,
        content="指出年度实绩靠后的问题，明确改进要求",
    )
    if held == "admonition":
        yield from improvement(season, cadre, talker, day, rng)


def _wrong(season: Season, cadre: str, kind: Kind) -> str:
    """Return what goes wrong with a talk; mostly nothing."""
    ways: tuple[str, ...] = WAYS
    if kind == "admonition":
        # after a second such year more than a talk is due, and only the talk is to be wrong
        ways = () if season.again(cadre) else ("talk_too_light",)
    return next((way for way in ways if season.free(cadre) and season.seized(way)), "")


def _talker(season: Season, cadre: str, kind: Kind) -> tuple[str, str]:
    """Return who is to talk, and as what: never with oneself."""
    roster = season.roster
    in_charge = roster.in_charge(season.people[cadre])
    if cadre == roster.head:
        return in_charge, "city_leader"
    if kind == "admonition" or in_charge == roster.head:
        return roster.head, "unit_head"
    return in_charge, "unit_deputy"
