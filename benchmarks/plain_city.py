"""A plain made-up city, whose commands come as many writers and raters hand them in."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, count, islice
from typing import Any

UNITS, CADRES = 10, 24
"""So many units, and so many cadres in each."""

SCORES = 20
FOUNDED = 2017

Command = dict[str, Any]


def founding() -> Iterator[Command]:
    """Yield the units and their cadres."""
    for unit in range(UNITS):
        yield _by("office", "unit.register", unit=f"U{unit}", name=f"第{unit}镇", kind="town")
    for unit, place, cadre in _everybody():
        yield _by("office", "cadre.register", cadre=cadre, name=f"干部{place}")
        held = {"post": "科员", "rank_level": "R6", "category": "other"}
        yield _by("office", "cadre.post", cadre=cadre, unit=unit, **held)


def logs(year: int, events: int) -> Iterator[Command]:
    """Yield commands of one event: day by day everybody enters his work, then all are rated."""
    days = (date(year, 1, 1) + timedelta(days=passed) for passed in count())
    return islice(chain.from_iterable(map(_day, days)), events)


def _day(day: date) -> Iterator[Command]:
    for _, _, cadre in _everybody():
        yield _by(cadre, "work_log.enter", cadre=cadre, day=day.isoformat(), text=_TEXT)
    for unit, place, cadre in _everybody():
        rater = _cadre(unit, place + 1)
        given = {"rater": rater, "relation": "leader", "points": 65 + place + day.day / 4}
        yield _by(rater, "work_log.rate", cadre=cadre, day=day.isoformat(), **given)


def ballots(year: int, events: int) -> Iterator[Command]:
    """Yield ballots of twenty scores: round by round everybody hands in a sheet."""
    sheets = chain.from_iterable(_round(year, f"R{number}") for number in count(1))
    return islice(sheets, events // SCORES)


def _round(year: int, name: str) -> Iterator[Command]:
    for unit, place, rater in _everybody():
        scores = [
            {"ratee": _cadre(unit, place + other), "points": 70 + other + place / 4}
            for other in range(1, SCORES + 1)
        ]
        sheet = {"unit": unit, "year": year, "round": name, "rater": rater}
        yield _by(rater, "ballot.submit", **sheet, relation="peer", scores=scores)


def _everybody() -> Iterator[tuple[str, int, str]]:
    """Yield unit, place in it and id of each cadre, from one unit to the next."""
    for place in range(CADRES):
        for unit in range(UNITS):
            yield f"U{unit}", place, _cadre(f"U{unit}", place)


def _cadre(unit: str, place: int) -> str:
    return f"{unit}-{place % CADRES:02}"


def _by(who: str, command: str, **fields: Any) -> Command:
    return {"command": command, "by": who, "on": f"{FOUNDED}-01-01", **fields}


_TEXT = "走访三个村，核对低保名单，协调水利所抢修河堤，晚上整理台账并报镇党委。"
