"""January: grades are proposed, publicised, confirmed, notified and acknowledged."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from archive.demo.paper import ORGANIZATION, Command, at, later, paper
from archive.demo.season import Season

Proposals = dict[str, tuple[str, str]]
"""Each cadre's grade, and the reason where there is one."""
OUTSIDE = {"not_assessed": "长期请假", "ungraded": "试用期或立案未结"}


def results(season: Season, rng: Random) -> list[Command]:
    """Return the papers about everyone's result; what is proposed is what the rules compute."""
    proposals = _proposals(season, rng)
    season.grades.update({cadre: grade for cadre, (grade, _) in proposals.items()})
    return [
        command for step in _steps(season, proposals, rng) for command in _papers(season, step, rng)
    ]


def _proposals(season: Season, rng: Random) -> Proposals:
    proposals = {}
    for cadre, standing in season.standings.items():
        grade = standing.computed_grade
        if grade is None:
            proposals[cadre] = ("ungraded", "材料不足")
        else:
            proposals[cadre] = (grade, OUTSIDE.get(grade, ""))
    upper = [
        s.cadre for s in season.ranked if s.half == "upper" and s.computed_grade == "competent"
    ]
    near = [cadre for cadre in upper if season.unbarred(cadre)]
    if season.planned("grade_differs") and near:
        better = rng.choice(near)
        proposals[better] = ("excellent", "")
        season.label("grade_differs", better)
    return proposals


Step = tuple[str, str, date, dict[str, dict[str, Any]]]
"""A command, who gives it, the day, and its fields by cadre."""


def _steps(season: Season, proposals: Proposals, rng: Random) -> Iterator[Step]:
    head = season.roster.head
    day = later(date(season.year + 1, 1, 16), rng, 0, 2)
    yield "result.propose", head, day, _proposed(season, proposals)
    yield "result.publicise", season.roster.admin, later(day, rng, 1, 1), _posted(season, rng)
    day = later(day, rng, 6, 7)
    everyone: dict[str, dict[str, Any]] = {cadre: {} for cadre in proposals}
    yield "result.confirm", ORGANIZATION, day, everyone
    yield "result.notify", season.roster.admin, later(day, rng, 1, 1), everyone
    yield "result.acknowledge", "", later(day, rng, 2, 3), everyone


def _papers(season: Season, step: Step, rng: Random) -> Iterator[Command]:
    command, decider, on, fields = step
    told = at(on, rng)  # one list, one meeting: everyone's at the same time
    for cadre, own in fields.items():
        by = season.roster.unit.city_leader if cadre == decider else decider or cadre
        yield paper(command, by, on, told, cadre=cadre, year=season.year, **own)


def _proposed(season: Season, proposals: Proposals) -> dict[str, dict[str, Any]]:
    return {
        cadre: {"grade": grade, "source": f"{season.year}年度考核登记表 第{page}页"}
        | ({"reason": reason} if reason else {})
        for page, (cadre, (grade, reason)) in enumerate(proposals.items(), start=1)
    }


def _posted(season: Season, rng: Random) -> dict[str, dict[str, Any]]:
    """Return what is posted on the wall: score and place of those who have one."""
    posted: dict[str, dict[str, Any]] = {cadre: {} for cadre in season.standings}
    for standing in season.ranked:
        annual = (standing.annual or 0) / 100
        posted[standing.cadre] = {"annual": annual, "rank": standing.rank, "of": standing.of}
    if season.planned("publicised_differs"):
        wrong = rng.choice([s for s in season.ranked if s.of > 2 and s.rank and s.rank < s.of])
        posted[wrong.cadre]["rank"] = (wrong.rank or 0) + 1
        season.label("publicised_differs", wrong.cadre)
    return posted
