"""Commands about service, results, talks and decisions, and a past in which each is taken."""

from typing import Any

from tests.commands.office import talk
from tests.said import Command, graded, said


def absence(code: str = "A", **fields: Any) -> Command:
    """Record a sick leave in spring."""
    given = {"cadre": code, "kind": "sick", "from": "2018-03-01", "until": "2018-04-30"}
    return said("cadre.absence", **given | {"on": "2018-05-02"} | fields)


def sanction(code: str = "A", **fields: Any) -> Command:
    """Record a warning of half a year."""
    given = {"cadre": code, "kind": "warning", "from": "2018-06-01", "until": "2018-11-30"}
    return said("cadre.sanction", **given | {"on": "2018-06-01"} | fields)


def case(state: str, code: str = "A", **fields: Any) -> Command:
    """Open or close a case."""
    return said("cadre.case", **{"cadre": code, "state": state, "on": "2018-07-01"} | fields)


def train(code: str = "A", **fields: Any) -> Command:
    """Train an appraisal administrator."""
    given = {"cadre": code, "course": "绩考专干培训班", "on": "2018-02-01"}
    return said("admin.train", **given | fields)


def letter(code: str = "A", **fields: Any) -> Command:
    """Send a letter of inquiry."""
    given = {"cadre": code, "content": "请说明情况", "reply_by": "2018-08-15"}
    return said("letter.inquire", **given | {"on": "2018-08-01"} | fields)


def result(step: str, code: str = "B", **fields: Any) -> Command:
    """Take a step of the result of 2018."""
    return said(f"result.{step}", **{"cadre": code, "year": 2018, "on": "2019-02-10"} | fields)


def after_talk(step: str, code: str = "B", **fields: Any) -> Command:
    """Take a step after a talk about 2018."""
    return said(step, **{"cadre": code, "year": 2018, "on": "2019-03-10"} | fields)


def deadline(code: str = "B", **fields: Any) -> Command:
    """Set a deadline to improve."""
    given = {"due": "2019-09-10", "requirements": "完成重点工作"}
    return after_talk("talk.set_deadline", code, **given | fields)


def demotion(step: str = "post.demote", code: str = "B", **fields: Any) -> Command:
    """Decide on a lower or non-leading post."""
    given = {"post": "科员", "rank_level": "1A50", "reason": "限期内未改进"}
    return after_talk(step, code, **given | fields)


def decision(kind: str, code: str = "A", **fields: Any) -> Command:
    """Take a decision of this kind, under an id named after it."""
    own: dict[str, dict[str, Any]] = {
        "commend": {"year": 2018, "title": "先进个人"},
        "talent": {"year": 2018, "title": "优秀人才"},
        "train": {"year": 2018, "course": "中青年干部培训班"},
        "appoint": {"post": "副主任", "rank_level": "1A42", "unit": "U1"},
    }
    given = {"decision": f"D-{kind}", "cadre": code, "on": "2019-04-01", **own[kind]}
    return said(f"decision.{kind}", **given | fields)


def exception(code: str = "D-appoint", **fields: Any) -> Command:
    """Make an exception of a decision."""
    given = {"decision": code, "reason": "工作特殊需要", "approver": "BOSS"}
    return said("decision.except", **{"on": "2019-04-02"} | given | fields)


PERSONNEL = [
    absence(),
    sanction(),
    case("opened", outcome="涉嫌违纪"),
    case("closed", outcome="不予处分"),
    train(),
    letter(reply="情况属实"),
    *graded("B", "competent")[:1],
    result("publicise", annual=85.5, rank=2, of=3),
    result("confirm"),
    result("notify"),
    result("acknowledge"),
    result("reconsider", grounds="漏计一项工作"),
    result(
        "decide", stage="reconsider", outcome="upheld", grade="excellent", received="2019-02-20"
    ),
    result("appeal", grounds="仍有异议"),
    talk("B", "HEAD", on="2018-06-01"),
    deadline(),
    after_talk("talk.review_improvement", outcome="not_improved"),
    demotion(),
    demotion("post.to_non_leading"),
    *(decision(kind) for kind in ("commend", "talent", "train", "appoint")),
    exception(),
]
