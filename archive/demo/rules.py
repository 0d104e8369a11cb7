"""Which policies the city adopts, and which of them judges a unit's year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from archive.demo.chance import chance
from archive.demo.paper import ORGANIZATION, Command, paper
from archive.demo.people import World
from domain.rules.document import read_policy, shipped
from domain.rules.policy import Policy

PILOT_YEAR, CITY_YEAR, LAW_YEAR = 2017, 2018, 2021


@dataclass(frozen=True, slots=True)
class Rules:
    """The policies that judge one unit's year."""

    policy: Policy
    law: Policy


def rules(year: int, pilot: bool) -> Rules:
    """Return the rules of a year in a pilot unit or in another one."""
    city = "shishou-2018" if year >= CITY_YEAR else "shishou-2013"
    if pilot and year == PILOT_YEAR:
        city = "shishou-2017-pilot"
    return Rules(_read(city), _read("law-2021" if year >= LAW_YEAR else "law-2007"))


def pilots_of(world: World) -> frozenset[str]:
    """Return the units that try the new policy a year before the others."""
    units = [unit.unit for unit in world.units]
    return frozenset(chance(world.seed, "pilots").sample(units, min(3, len(units) // 2)))


def adoptions(year: int, pilots: frozenset[str]) -> Iterator[Command]:
    """Yield the policies that begin with the year; they are told when the year before is closed."""
    begins, told = date(year, 1, 1), f"{year}-02-01"
    if year == PILOT_YEAR:
        yield from _evaluated(date(year, 1, 20), "shishou-2013", "实绩权重偏低", "开展试点")
    if year == CITY_YEAR and pilots:
        yield from _evaluated(date(year, 1, 25), "shishou-2017-pilot", "区分度提高", "全市推行")
    if year == PILOT_YEAR and pilots:
        yield paper(
            "policy.adopt",
            ORGANIZATION,
            begins,
            told,
            policy="shishou-2017-pilot",
            units=sorted(pilots),
            source="2017年试点工作通知",
        )
    if year == CITY_YEAR:
        yield paper("policy.adopt", ORGANIZATION, begins, told, policy="shishou-2018")
    if year == LAW_YEAR:
        yield paper("policy.adopt", ORGANIZATION, begins, told, policy="law-2021")


def _evaluated(day: date, policy: str, findings: str, outcome: str) -> Iterator[Command]:
    """Yield what was learnt from the last year under a policy."""
    fields: dict[str, Any] = {
        "policy": policy,
        "year": day.year - 1,
        "findings": findings,
        "outcome": outcome,
    }
    yield paper("feedback.evaluate", ORGANIZATION, day, **fields)


@cache
def _read(name: str) -> Policy:
    text = shipped(name)
    if text is None:
        raise LookupError(name)
    return read_policy(text)
