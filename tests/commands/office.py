"""One unit's past in which every refusal can be met, and a clock that stands still."""

from datetime import UTC, datetime

from domain.rules.document import shipped
from tests.said import (
    Command,
    cadre,
    close,
    component,
    graded,
    paper,
    people,
    policy,
    post,
    roster,
    said,
    sheet,
    unit,
)

APPROVED = {"reason": "录入有误", "approver": "BOSS"}


def clock() -> datetime:
    """Return noon of a June day in Shanghai."""
    return datetime(2019, 6, 1, 4, 0, tzinfo=UTC)


def with_outside(name: str = "pilot") -> str:
    """Return the city's policy with its leader's part taken from outside."""
    text = shipped("shishou-2018")
    assert text is not None
    begin = text.index("[components.leader]")
    end = text.index("[ranking]")
    leader = (
        "[components.leader]\n"
        'weight = { value = 0.20, clause = "示例，非原文" }\n'
        'source = { value = "outside", clause = "示例，非原文" }\n\n'
    )
    return (text[:begin] + leader + text[end:]).replace('"shishou-2018"', f'"{name}"', 1)


def items(*weights: float) -> list[Command]:
    """Return work items I1, I2, … with these weights."""
    return [
        {"item": f"I{n}", "title": f"工作{n}", "weight": weight}
        for n, weight in enumerate(weights, start=1)
    ]


def work_list(code: str, *weights: float, **fields: object) -> Command:
    """Hand in a work list."""
    return said(
        "work_list.submit", **{"cadre": code, "year": 2018, "items": items(*weights)} | fields
    )


def score_item(code: str, points: float, item: str = "I1", **fields: object) -> Command:
    """Score one item of a work list."""
    given = {"rater": "HEAD", "relation": "leader", "scores": [{"item": item, "points": points}]}
    return said("work_list.score", **{"cadre": code, "year": 2018} | given | fields)


def rate(code: str, day: str, points: float, **fields: object) -> Command:
    """Rate a day of a work log."""
    given = {"rater": "HEAD", "relation": "leader", "points": points, "day": day}
    return said("work_log.rate", **{"cadre": code} | given | fields)


def enter(code: str, day: str = "2018-03-01", **fields: object) -> Command:
    """Enter a day's work."""
    return said("work_log.enter", **{"cadre": code, "day": day, "text": "下村走访"} | fields)


def rounds(name: str = "annual", unit_code: str = "U1", **fields: object) -> Command:
    """Open a round in which A is expected to score B."""
    expected = [{"rater": "A", "ratee": "B", "relation": "peer"}]
    given = {"unit": unit_code, "year": 2018, "round": name, "expected": expected}
    return said("round.open", **given | {"from": "2018-12-01", "until": "2018-12-31"} | fields)


def ballot(name: str, rater: str, unit_code: str = "U1", **fields: object) -> Command:
    """Correct or void (``name``) what a rater scored in the annual round."""
    given = {"unit": unit_code, "year": 2018, "round": "annual", "rater": rater}
    return said(f"ballot.{name}", **given | APPROVED | {"on": "2018-12-25"} | fields)


def amend(code: str, change: str, unit_code: str = "U1", **fields: object) -> Command:
    """Amend a roster."""
    given = {"unit": unit_code, "year": 2018, "cadre": code, "change": change, "on": "2018-07-15"}
    return said("roster.amend", **given | APPROVED | fields)


def withdraw(position: object, **fields: object) -> Command:
    """Withdraw the fact at a position, or the first of a stream and topic."""
    return said("fact.withdraw", **{"position": position, "on": "2019-02-01"} | APPROVED | fields)


def talk(code: str, talker: str, role: str = "unit_head", **fields: object) -> Command:
    """Hold a reminder talk about 2018."""
    given = {"cadre": code, "year": 2018, "kind": "reminder", "talker": talker}
    given |= {"talker_role": role, "content": "提醒", "on": "2019-03-01"}
    return said("talk.hold", **given | fields)


CLOSED_UNIT = [
    *people("K1", "K2", unit_code="UC"),
    work_list("K1", 1),
    roster("K1", "K2", unit="UC"),
    score_item("K1", 80),
    rate("K1", "2018-03-01", 80),
    sheet("K1", {"K2": 80}, unit="UC"),
    close("UC"),
]

PAST = [
    policy(),
    *people("A", "B", "C", "HEAD"),
    said("unit.assign", unit="U1", role="unit_head", cadre="HEAD", on="2015-01-01"),
    unit("U9", on="2018-07-01"),
    cadre("LATE", on="2018-07-01"),
    cadre("FREE"),
    cadre("GONE"),
    post("GONE"),
    said("cadre.leave", cadre="GONE", reason="retired", on="2018-06-01"),
    *people("E", unit_code="U2"),
    said("policy.adopt", policy="pilot", document=with_outside(), units=["U2"]),
    component("E", "leader", 90, unit="U2"),
    *paper("2015-03-01", cadre("PAPER", on="2010-01-01")),
    roster("A", "B", "C"),
    rounds(),
    sheet("A", {"B": 90, "C": 80}),
    sheet("B", {"A": 70}),
    ballot("void", "B", ratee="A"),
    work_list("A", 0.6, 0.4),
    score_item("A", 85),
    rate("A", "2018-03-01", 85),
    *graded("A", "competent"),
    *CLOSED_UNIT,
]


def pool(rank_level: str = "1A50", **fields: object) -> Command:
    """Set an allowance's standard."""
    defaults = {"unit": "U1", "year": 2018, "rank_level": rank_level, "standard": 10_000}
    return said("allowance.set_pool", **defaults | fields)


def grant(*cadres: str, **fields: object) -> Command:
    """Grant an allowance to some people."""
    grants = [{"cadre": code, "amount": 9_500.5} for code in cadres]
    return said("allowance.grant", **{"unit": "U1", "year": 2018, "grants": grants} | fields)
