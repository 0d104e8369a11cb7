"""Reconsiderations and appeals, in time, with each outcome."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from archive.demo.books import Route
from archive.demo.paper import ORGANIZATION, Command, at, later, paper
from archive.demo.season import Season

CONTESTED = 0.012
BETTER = {
    "competent": "excellent",
    "basically_competent": "competent",
    "incompetent": "basically_competent",
}
ROUTES: tuple[Route, ...] = (
    (("reconsider", "rejected"), ("appeal", "upheld")),
    (("reconsider", "upheld"),),
    (("reconsider", "rejected"), ("appeal", "rejected")),
    (("appeal", "rejected"),),
    (("reconsider", "rejected"),),
)
GROUNDS = {"reconsider": "认为民主测评汇总有误", "appeal": "不服复核决定"}
AUTHORITY = "市公务员主管部门"


def contests(season: Season, rng: Random) -> list[Command]:
    """Return the requests and the decisions about them."""
    return [
        command
        for cadre, grade in sorted(season.grades.items())
        if grade in BETTER and _worth(season, cadre) and rng.random() < CONTESTED
        for command in _contest(season, cadre, grade, rng)
    ]


def _worth(season: Season, cadre: str) -> bool:
    """Tell if a result may be contested: nothing else is to be found about it."""
    named = {label.get("cadre") for label in season.books.violations.labels}
    competent = season.grades[cadre] == "competent"
    able = season.standings[cadre].half == "upper" and season.unbarred(cadre)
    return season.free(cadre) and cadre not in named | season.honoured and (able or not competent)


def _contest(season: Season, cadre: str, grade: str, rng: Random) -> Iterator[Command]:
    route = next(season.books.routes)
    season.books.world.bound.add(cadre)
    own = {"cadre": cadre, "year": season.year}
    day = later(date(season.year + 1, 1, 28), rng, 3, 14)
    if season.seized("late"):
        season.label("late", cadre)
        day = later(day, rng, 40, 50)
    for stage, outcome in route:
        grounds = {"grounds": GROUNDS[stage]}
        yield paper(f"result.{stage}", cadre, day, at(day, rng), **own, **grounds)
        day = later(day, rng, 8, 24)
        fields: dict[str, Any] = {"stage": stage, "outcome": outcome}
        if outcome == "upheld":
            fields["grade"] = BETTER[grade]
            season.grades[cadre] = BETTER[grade]
            season.books.memory.regrade(cadre, season.year, BETTER[grade])
        received = later(day, rng, 1, 3)
        fields["received"] = received.isoformat()
        by = ORGANIZATION if stage == "reconsider" else AUTHORITY
        yield paper("result.decide", by, received, at(received, rng), **own, **fields)
        season.tell({"kind": "contest", "unit": season.unit, **own, **_told(stage, outcome)})
        day = later(received, rng, 3, 12)


def _told(stage: str, outcome: str) -> dict[str, str]:
    return {"stage": stage, "outcome": outcome}
