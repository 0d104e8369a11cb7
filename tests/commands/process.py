"""Commands about schemes, lists' steps, supervision and quotas; a unit that takes them all."""

from tests.commands.office import work_list
from tests.said import Command, people, roster, said, unit

SCHEME_COMMANDS = ("screen", "resolve", "countersign", "ratify", "return")
YEAR = {"unit": "UP", "year": 2018, "on": "2018-03-01"}
CONTENT = {"allowance": {"basis": "annual", "method": "proportional"}, "说明": "示例"}


def draft(content: Command | None = None, **fields: object) -> Command:
    """Draft a scheme."""
    return said("scheme.draft", **YEAR | {"content": content or CONTENT} | fields)


def scheme(step: str, by: str, **fields: object) -> Command:
    """Take a step (``screen``, ``resolve`` …) about the scheme."""
    return said(f"scheme.{step}", **YEAR | {"by": by} | fields)


def work(step: str, by: str, cadre: str = "OTHER", **fields: object) -> Command:
    """Take a step (``review``, ``file`` …) about a work list of unit UP."""
    given = {"cadre": cadre, "year": 2018, "by": by, "on": "2018-03-02"}
    return said(f"work_list.{step}", **given | fields)


def circular(**fields: object) -> Command:
    """Issue a circular about the logs of June."""
    given = {"unit": "UP", "period": "2018-06", "subject": "log_completion", "text": "示例通报"}
    return said("circular.issue", **given | fields)


def meeting(**fields: object) -> Command:
    """Comment on a quarter at a meeting."""
    return said("meeting.comment", **{"unit": "UP", "period": "2018-Q2", "text": "点评"} | fields)


def inspect(**fields: object) -> Command:
    """Inspect a unit's goal management."""
    given = {"item": "goal_management", "finding": "台账不全", "points": 1.5}
    return said("supervision.inspect", **YEAR | given | fields)


def deduct(points: float | None = 2, **fields: object) -> Command:
    """Deduct points from a unit's implementation item."""
    given = {"item": "talks", "finding": "谈话未开展", "points": points}
    return said("supervision.deduct", **YEAR | given | fields)


def score_unit(points: float = 95, **fields: object) -> Command:
    """Score a unit's implementation item."""
    return said("unit_item.score", **YEAR | {"points": points} | fields)


def feedback(**fields: object) -> Command:
    """File a unit's feedback."""
    given = {"problems": "日志重复", "suggestions": "按周记录"}
    return said("feedback.file", **YEAR | given | fields)


def evaluate(policy: str = "shishou-2018", **fields: object) -> Command:
    """Evaluate a policy."""
    given = {"policy": policy, "year": 2018, "findings": "日志负担重", "outcome": "修订"}
    return said("feedback.evaluate", **given | fields)


def quota(share: float = 0.25, **fields: object) -> Command:
    """Approve a larger share of excellent."""
    given = {"share": share, "approver": "BOSS", "document": "示例批复1号"}
    return said("quota.approve", **YEAR | given | fields)


def role(name: str, cadre: str, unit_code: str = "UP", **fields: object) -> Command:
    """Assign a role from 2015 on."""
    given = {"unit": unit_code, "role": name, "cadre": cadre, "on": "2015-01-01"}
    return said("unit.assign", **given | fields)


CHIEF = {"category": "chief", "rank_level": "1A41"}
PLACE = [
    *people("PHEAD", "DEPUTY", "MEMBER", "OTHER", unit_code="UP"),
    *people("OFFICE", unit_code="UO"),
    unit("UX"),
    said("cadre.register", cadre="CITY", name="市领导", on="2010-01-01"),
    role("unit_head", "PHEAD"),
    role("unit_deputy", "DEPUTY"),
    role("party_member", "MEMBER"),
    role("city_leader", "CITY"),
    role("appraisal_office", "OFFICE", "UO"),
]
"""A unit with everybody whom a step wants; the office is in a unit of its own."""

RATIFIED = [
    draft(),
    scheme("screen", "OFFICE", comment="同意上会"),
    scheme("resolve", "PHEAD", meeting="党组第3次会议", attendees=["PHEAD", "MEMBER"]),
    scheme("countersign", "CITY"),
    scheme("ratify", "OFFICE"),
]
PROCESS = [
    *PLACE,
    draft(),
    scheme("return", "OFFICE", comment="补充分档"),
    *RATIFIED,
    work_list("OTHER", 1, by="OTHER"),
    work("return", "DEPUTY", comment="重写"),
    work_list("OTHER", 1, by="OTHER"),
    work("review", "DEPUTY"),
    work("file", "CLERK"),
    roster("PHEAD", unit="UP", member=CHIEF),
    work_list("PHEAD", 1, by="PHEAD"),
    work("resolve", "MEMBER", "PHEAD", meeting="党组第4次会议", attendees=["MEMBER", "DEPUTY"]),
    circular(),
    meeting(),
    inspect(),
    deduct(),
    score_unit(),
    feedback(),
    evaluate(),
    quota(),
]
"""Every command of this subject once, each accepted behind ``tests.commands.office.PAST``."""
