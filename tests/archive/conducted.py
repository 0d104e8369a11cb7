"""A unit's year conducted as it should be, part by part, for tests to conduct it otherwise."""

from typing import Any

from tests.commands.office import enter, rate, score_item, work_list
from tests.commands.personnel import result, train
from tests.commands.process import inspect, role, work
from tests.said import (
    Command,
    cadre,
    close,
    people,
    policy,
    roster,
    said,
    sheet,
)

POINTS = {"C1": 92, "C2": 88, "C3": 84, "C4": 80, "C5": 70, "T1": 86}
GRADES = {"C1": "excellent", "C5": "basically_competent"}
PLACES = {"C1": 1, "C2": 2, "C3": 3, "C4": 4, "C5": 5}
AMOUNTS = {"C1": 11_000, "C2": 10_500, "C3": 10_000, "C4": 9_500, "C5": 9_000}
MEETING: dict[str, Any] = {"meeting": "党组第1次会议", "attendees": ["HEAD", "MEMBER"]}
CONTENT = {"components": {"performance": 0.5, "democratic": 0.3, "leader": 0.2}}

Parts = dict[str, list[Command]]


def step(name: str, by: str, on: str = "2018-02-20", **fields: Any) -> Command:
    """Take a step of U1's scheme."""
    return said(f"scheme.{name}", **{"unit": "U1", "year": 2018, "by": by, "on": on} | fields)


def draft(content: dict[str, Any] | None = None, **fields: Any) -> Command:
    """Draft U1's scheme."""
    return step("draft", "CLERK", **{"content": content or CONTENT} | fields)


def listed(code: str, **fields: Any) -> list[Command]:
    """Hand in, approve and file a list as its cadre's category asks."""
    about = {"on": "2018-03-05"} | fields
    approval = work("review", "DEPUTY", code, **about)
    if code == "T1":
        approval = work("resolve", "HEAD", code, **MEETING | about)
    return [
        work_list(code, 1, **{"by": code, "on": "2018-03-01"} | fields),
        approval,
        work("file", "CLERK", code, **about),
    ]


def scored(code: str, points: float) -> list[Command]:
    """Enter and rate a day, and score the item, all alike."""
    return [
        enter(code, by=code, on="2018-06-01", day="2018-06-01"),
        rate(code, "2018-06-01", points, on="2018-06-30"),
        score_item(code, points, on="2018-12-10"),
    ]


def ballots(points: dict[str, float]) -> list[Command]:
    """Hand in the sheets of one whom they serve and of the head."""
    return [sheet("R1", points, "served"), sheet("HEAD", points, "leader")]


def told(code: str, **fields: Any) -> list[Command]:
    """Propose, publicise, confirm and notify a result as computed."""
    published = {"annual": POINTS[code]}
    if code in PLACES:
        published |= {"rank": PLACES[code], "of": len(PLACES)}
    return [
        result("propose", code, grade=GRADES.get(code, "competent"), on="2019-01-25", **fields),
        result("publicise", code, on="2019-01-26", **published),
        result("confirm", code, on="2019-02-05"),
        result("notify", code, on="2019-02-06"),
    ]


def pool(**fields: Any) -> Command:
    """Set the standard of the level 1A50."""
    given = {"unit": "U1", "year": 2018, "rank_level": "1A50", "standard": 10_000}
    return said("allowance.set_pool", **given | {"on": "2019-02-10"} | fields)


def granted(amounts: dict[str, float]) -> Command:
    """Grant the allowances."""
    grants = [{"cadre": code, "amount": amount} for code, amount in amounts.items()]
    return said("allowance.grant", unit="U1", year=2018, grants=grants, on="2019-02-10")


def reminded(talker: str = "DEPUTY", talker_role: str = "unit_deputy", **fields: Any) -> Command:
    """Remind C5."""
    given = {"cadre": "C5", "year": 2018, "kind": "reminder", "content": "提醒"}
    given |= {"talker": talker, "talker_role": talker_role, "on": "2019-02-20"}
    return said("talk.hold", **given | fields)


def commended(code: str, **fields: Any) -> Command:
    """Commend somebody for 2018."""
    given = {"decision": f"D-{code}", "cadre": code, "year": 2018, "title": "先进个人"}
    return said("decision.commend", **given | {"reason": "实绩突出", "on": "2019-03-01"} | fields)


def conducted(**other: list[Command]) -> list[Command]:
    """Return the commands of a year in which everything is in order, but for ``other`` parts."""
    team = {"category": "team_member", "rank_level": "1A42"}
    parts: Parts = {
        "policy": [policy(on="2018-01-01")],
        "people": [
            *people("HEAD", "DEPUTY", "MEMBER", "ADMIN", "T1", "C1", "C2", "C3", "C4", "C5"),
            *people("OFFICE", "R1", unit_code="UO"),
            cadre("CITY"),
        ],
        "roles": [
            role("unit_head", "HEAD", "U1"),
            role("unit_deputy", "DEPUTY", "U1"),
            role("party_member", "MEMBER", "U1"),
            role("city_leader", "CITY", "U1"),
            role("appraisal_office", "OFFICE", "UO"),
        ],
        "admin": [role("appraisal_admin", "ADMIN", "U1"), train("ADMIN")],
        "scheme": [
            draft(on="2018-02-01"),
            step("screen", "OFFICE", "2018-02-05"),
            step("resolve", "HEAD", "2018-02-06", **MEETING),
            step("countersign", "CITY", "2018-02-10"),
            step("ratify", "OFFICE", "2018-02-20"),
        ],
        "roster": [
            roster("C1", "C2", "C3", "C4", "C5", on="2018-02-25"),
            said("roster.amend", unit="U1", year=2018, cadre="T1", change="added", **team,
                 reason="补录", approver="BOSS", on="2018-02-26"),
        ],
        "lists": [line for code in POINTS for line in listed(code)],
        "postings": [],
        "scores": [line for code, points in POINTS.items() for line in scored(code, points)],
        "ballots": ballots(POINTS),  # type: ignore[arg-type]
        "supervision": [inspect(unit="U1", points=None)],
        "close": [close()],
        "results": [line for code in POINTS for line in told(code)],
        "allowances": [pool(), granted(AMOUNTS)],  # type: ignore[arg-type]
        "talks": [reminded()],
        "decisions": [commended("C1")],
    }  # fmt: skip
    assert other.keys() <= parts.keys()
    return [line for part in (parts | other).values() for line in part]
