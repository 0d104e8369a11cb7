"""January: the year is closed, results are proposed and confirmed, talks are held."""

from collections.abc import Iterator
from datetime import date
from random import Random

from archive.demo.chance import chance
from archive.demo.paper import (
    APPRAISAL_OFFICE,
    ORGANIZATION,
    Command,
    at,
    in_order,
    later,
    paper,
)
from archive.demo.roster import Roster
from archive.demo.tally import WEIGHTS_2013, WEIGHTS_2017, Standing, Tally, grades, rank

TALK_HELD = 0.85
RESULT_CORRECTED = 0.004
Proposals = dict[str, tuple[str, str]]
"""Each cadre's grade, and the reason where there is one."""


def conclude(roster: Roster, tally: Tally, pilot: bool) -> Iterator[Command]:
    """Yield the closing of a unit's year and what follows from it."""
    rng = chance(roster.seed, "closing", roster.unit.unit, roster.year)
    day = later(date(roster.year + 1, 1, 5), rng, 0, 10)
    yield paper(
        "year.close",
        APPRAISAL_OFFICE,
        day,
        at(day, rng),
        unit=roster.unit.unit,
        year=roster.year,
    )
    weights = WEIGHTS_2017 if pilot or roster.year >= 2018 else WEIGHTS_2013
    annual = {
        p.cadre: points
        for p in roster.final
        if (points := tally.annual(p.cadre, weights)) is not None
    }
    ranked = [p for p in roster.final if p.cadre in annual and roster.participates(p) == "yes"]
    groups = rank(ranked, annual)
    yield from _results(roster, _proposals(roster, groups), rng)
    low = [one for group in groups for one in group if one.in_bottom_zone and one.annual < 75]
    yield from _talks(roster, low, rng)
    yield from _corrections(roster, tally, sorted(annual), rng)


def _proposals(roster: Roster, groups: list[list[Standing]]) -> Proposals:
    graded = grades(groups)
    proposals = {}
    for person in roster.members:
        how = roster.participates(person)
        if person.cadre in roster.leaving:
            continue
        if how == "no":
            proposals[person.cadre] = ("not_assessed", "长期请假")
        elif how == "comment_only":
            proposals[person.cadre] = ("ungraded", "试用期")
        elif person.cadre in graded:
            proposals[person.cadre] = (graded[person.cadre], "")
        else:
            proposals[person.cadre] = ("ungraded", "材料不足")
    return proposals


def _results(roster: Roster, proposals: Proposals, rng: Random) -> Iterator[Command]:
    day = later(date(roster.year + 1, 1, 16), rng, 0, 2)
    for command, decider, on in (
        ("result.propose", roster.head, day),
        ("result.confirm", ORGANIZATION, later(day, rng, 1, 2)),
    ):
        told = at(on, rng)  # one list, one meeting: everyone's at the same time
        for page, (cadre, (grade, reason)) in enumerate(proposals.items(), start=1):
            fields = {"cadre": cadre, "year": roster.year}
            by = roster.unit.city_leader if cadre == decider else decider
            if command == "result.propose":
                fields |= {"grade": grade, "source": f"{roster.year}年度考核登记表 第{page}页"}
                fields |= {"reason": reason} if reason else {}
            yield paper(command, by, on, told, **fields)


def _talks(roster: Roster, low: list[Standing], rng: Random) -> Iterator[Command]:
    """Yield most of the talks that are due: reminders below 75, admonitions below 60."""
    people = {p.cadre: p for p in roster.members}
    held = [one for one in low if rng.random() < TALK_HELD]
    talks = []
    for one in held:
        severe = one.annual < 60
        in_charge = roster.in_charge(people[one.cadre])
        talker, role = in_charge, "unit_deputy"
        if one.cadre == roster.head:
            role = "city_leader"
        elif severe or in_charge == roster.head:
            talker, role = roster.head, "unit_head"
        day = later(date(roster.year + 1, 1, 21), rng, 0, 6)
        talks.append(
            paper(
                "talk.hold",
                talker,
                day,
                at(day, rng),
                cadre=one.cadre,
                year=roster.year,
                kind="admonition" if severe else "reminder",
                talker=talker,
                talker_role=role,
                content="指出年度实绩靠后的问题，明确改进要求",
            )
        )
    yield from in_order(talks)


def _corrections(
    roster: Roster, tally: Tally, assessed: list[str], rng: Random
) -> Iterator[Command]:
    """Yield the few components found wrong after closing."""
    corrections = []
    for cadre in assessed:
        if rng.random() >= RESULT_CORRECTED:
            continue
        component = rng.choice(("democratic", "leader"))
        found = tally.mean(cadre, component) or 0.0
        points = min(100.0, max(0.0, round(found + rng.choice((-1.5, 0.8, 1.2)), 2)))
        day = later(date(roster.year + 1, 1, 28), rng, 0, 3)
        corrections.append(
            paper(
                "result.correct",
                APPRAISAL_OFFICE,
                day,
                at(day, rng),
                cadre=cadre,
                year=roster.year,
                component=component,
                points=points,
                reason="复核时发现汇总有误",
                approver=ORGANIZATION,
            )
        )
    yield from in_order(corrections)
