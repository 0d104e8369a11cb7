"""The annual round in December: who is to score whom, the sheets, what is corrected or void."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from archive.demo.chance import chance
from archive.demo.paper import Command, at, in_order, later, paper
from archive.demo.roster import Roster, standing
from archive.demo.scores import Law
from archive.demo.tally import Tally

ROUND = "annual"
NO_SHEET, NO_SCORE = 0.015, 0.015  # of ordinary raters: leaders always answer
CORRECTED, VOIDED = 0.02, 0.012  # of sheets
Pairs = list[tuple[str, str]]
"""The ratees of one rater, each with the rater's standing towards the ratee."""


def hold_round(roster: Roster, law: Law, tally: Tally) -> Iterator[Command]:
    """Yield the opened round, its sheets, and then the corrections and voids."""
    rng = chance(roster.seed, "ballots", roster.unit.unit, roster.year)
    expected = dict(standing(roster))
    yield _opened(roster, expected, rng)
    leaders = {p.cadre for p in roster.members if p.leads} | {roster.unit.city_leader}
    sheets: list[Command] = []
    repairs: list[Command] = []
    for rater, pairs in expected.items():
        answered = pairs if rater in leaders else _answered(pairs, rng)
        if not answered:
            continue
        sheet = _sheet(roster, rater, answered, law, rng)
        sheets.append(sheet)
        for score in sheet["scores"]:
            relation = score.get("relation") or sheet["relation"]
            tally.give(score["ratee"], "ballot", rater, score["points"], relation)
        if rater not in leaders and rater != roster.admin:
            repairs += _repairs(roster, sheet, law, tally, rng)
    yield from in_order(sheets)
    yield from in_order(repairs)


def _answered(pairs: Pairs, rng: Random) -> Pairs:
    """Leave out what a rater doesn't answer: single ratees, now and then the whole sheet."""
    if rng.random() < NO_SHEET:
        return []
    return [pair for pair in pairs if rng.random() >= NO_SCORE]


def _opened(roster: Roster, expected: dict[str, Pairs], rng: Random) -> Command:
    day = date(roster.year, 12, 8)
    return paper(
        "round.open",
        roster.admin,
        day,
        at(day, rng),
        **_round(roster),
        **{"from": f"{roster.year}-12-09", "until": f"{roster.year}-12-23"},
        expected=[
            {"rater": rater, "ratee": ratee, "relation": relation}
            for rater, pairs in expected.items()
            for ratee, relation in pairs
        ],
    )


def _round(roster: Roster) -> dict[str, Any]:
    return {"unit": roster.unit.unit, "year": roster.year, "round": ROUND}


def _sheet(roster: Roster, rater: str, pairs: Pairs, law: Law, rng: Random) -> Command:
    """Return a sheet; its own relation is the most frequent one, others stand at the score."""
    relations = [relation for _, relation in pairs]
    usual = max(sorted(set(relations)), key=relations.count)
    scores = []
    for ratee, relation in pairs:
        points = law.ballot(rater, ratee, roster.year, rng)
        score = {"ratee": ratee, "points": points}
        scores.append(score if relation == usual else score | {"relation": relation})
    day = later(date(roster.year, 12, 9), rng, 0, 14)
    command = paper(
        "ballot.submit",
        rater,
        day,
        at(day, rng),
        **_round(roster),
        rater=rater,
        relation=usual,
        scores=scores,
    )
    if rng.random() < 0.2:
        command["source"] = f"{roster.year}年度民主测评表 第{rng.randint(1, 60)}页"
    return command


def _repairs(
    roster: Roster, sheet: Command, law: Law, tally: Tally, rng: Random
) -> Iterator[Command]:
    """Correct a score of the sheet, or void one, or all of it; most sheets need nothing."""
    draw = rng.random()
    if draw >= CORRECTED + VOIDED:
        return
    day = later(date(roster.year, 12, 24), rng, 0, 3)
    own = {**_round(roster), "rater": sheet["rater"], "approver": roster.head}
    score = rng.choice(sheet["scores"])
    if draw < CORRECTED:
        old, new = score["points"], law.ballot(sheet["rater"], score["ratee"], roster.year, rng)
        if new == old:
            return
        relation = tally.relation(score["ratee"], sheet["rater"])
        tally.give(score["ratee"], "ballot", sheet["rater"], new, relation)
        own |= {"ratee": score["ratee"], "points": new, "reason": "录入有误"}
        yield paper("ballot.correct", sheet["rater"], day, at(day, rng), **own)
        return
    whole = rng.random() < 0.5
    for voided in sheet["scores"] if whole else [score]:
        tally.void(voided["ratee"], sheet["rater"])
    reason = {"reason": "评分表未签名" if whole else "评分人与被评人当年未共事"}
    ratee = {} if whole else {"ratee": score["ratee"]}
    yield paper("ballot.void", roster.admin, day, at(day, rng), **own, **ratee, **reason)
