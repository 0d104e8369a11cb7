"""Plausible histories of how things are done: schemes, lists, supervision, results, decisions."""

from typing import Any

from hypothesis import strategies as st

from tests.archive import histories
from tests.archive.histories import CADRES, ITEMS, YEARS
from tests.commands.office import pool
from tests.given import Command
from tests.said import close, paper, said

_one = st.sampled_from
_who = _one(CADRES[:4])
_year = _one(YEARS)
_approved = {"reason": "核实", "approver": "BOSS"}
_hands = _one(("C1", "C2", "R1", "R2", "CLERK"))
_grade = _one(("excellent", "competent", "incompetent", "ungraded"))

ROLES: list[Command] = [
    said("unit.assign", unit=unit, role=role, cadre=cadre)
    for unit, role, cadre in (
        ("U1", "unit_deputy", "C2"),
        ("U1", "party_member", "C3"),
        ("U2", "appraisal_office", "R2"),
        ("U1", "appraisal_admin", "C4"),
        ("U2", "unit_head", "R1"),
    )
]
STANDARDS: list[Command] = [
    pool(unit=unit, year=year, rank_level="1A50", standard=1000)
    for unit in ("U1", "U2")
    for year in YEARS
]
FOUNDATION: list[Command] = [
    *histories.FOUNDATION,
    *paper(histories.BEFORE, *ROLES, *STANDARDS),
]

_CONTENTS: tuple[dict[str, Any], ...] = (
    {},
    {"components": {"performance": 0.5, "democratic": 0.3, "leader": 0.2}},
    {"categories": {"other": {"performance": 0.38, "democratic": 0.38, "leader": 0.24}}},
    {
        "allowance": {
            "basis": "grade",
            "method": "tiers",
            "tiers": [{"grade": "excellent", "coefficient": 1.1}],
        }
    },
    {"allowance": {"basis": "rank", "method": "proportional"}},
)


def _say(name: str, **fields: Any) -> st.SearchStrategy[Command]:
    given = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in fields.items()}
    return st.fixed_dictionaries(given).map(lambda drawn: said(name, **drawn))


def schemes() -> st.SearchStrategy[Command]:
    """Draw drafts of schemes and the steps that approve or return them."""
    about: dict[str, Any] = {"unit": _one(("U1", "U2")), "year": _year, "by": _hands}
    steps = [
        _say(f"scheme.{step}", **about, meeting="会议", attendees=st.lists(_who, max_size=2))
        for step in ("screen", "resolve", "countersign", "ratify", "return")
    ]
    return st.one_of(_say("scheme.draft", **about, content=_one(_CONTENTS)), *steps)


def lists() -> st.SearchStrategy[Command]:
    """Draw work lists, handed in and approved."""
    about: dict[str, Any] = {"cadre": _who, "year": _year, "by": _hands}
    steps = [_say(f"work_list.{step}", **about) for step in ("review", "resolve", "file", "return")]
    return st.one_of(_say("work_list.submit", **about, items=_one(ITEMS)), *steps)


def supervision() -> st.SearchStrategy[Command]:
    """Draw circulars, comments, inspections, deductions, feedback, unit scores and quotas."""
    about: dict[str, Any] = {"unit": _one(("U1", "U2")), "year": _year}
    item = _one(("goal_management", "circulars", "meeting_comments", "talks"))
    period = _one(("2017", "2018-06", "2018-Q2", "2017-H1"))
    return st.one_of(
        _say("circular.issue", unit="U1", period=period, text="通报",
             subject=_one(("log_completion", "log_rating"))),
        _say("meeting.comment", unit="U1", period=period, text="点评"),
        _say("supervision.inspect", **about, item=item, finding="台账不全"),
        _say("supervision.deduct", **about, item=item, finding="未开展", points=_one((1, 2.5))),
        _say("feedback.file", **about, problems="问题", suggestions="建议"),
        _say("unit_item.score", **about, points=histories.points(), **_approved),
        _say("quota.approve", **about, share=_one((0.16, 0.2)), approver="BOSS", document="批复"),
    )  # fmt: skip


def outcomes() -> st.SearchStrategy[Command]:
    """Draw the steps of results, the requests against them, and what follows from talks."""
    about: dict[str, Any] = {"cadre": _who, "year": _year, "on": "2019-02-01"}
    stage = _one(("reconsider", "appeal"))
    post = {"post": "科员", "rank_level": "1A41", "reason": "未改进"}
    return st.one_of(
        _say("result.propose", **about, grade=_grade, reason=_one((None, "说明"))),
        _say("result.publicise", **about, annual=histories.points(), rank=_one((1, 2)), of=6),
        *(_say(f"result.{step}", **about) for step in ("confirm", "notify", "acknowledge")),
        *(_say(f"result.{step}", **about, grounds="异议") for step in ("reconsider", "appeal")),
        _say("result.decide", **about, stage=stage, outcome="upheld",
             grade=st.none() | _grade, received=_one((None, "2019-03-01"))),
        _say("result.decide", **about, stage=stage, outcome="rejected"),
        _say("result.correct", **about, grade=_grade, **_approved),
        _say("talk.set_deadline", **about, due="2019-08-01", requirements="改进"),
        _say("talk.review_improvement", **about, outcome=_one(("improved", "not_improved"))),
        _say("post.demote", **about, **post),
        _say("post.to_non_leading", **about, **post),
        _say("admin.train", cadre=_who, course="培训"),
        _say("letter.inquire", cadre=_who, content="函询"),
    )  # fmt: skip


def decisions() -> st.SearchStrategy[Command]:
    """Draw decisions, their exceptions and withdrawals, and allowances granted."""
    about: dict[str, Any] = {"decision": _one(("D1", "D2", "D3")), "cadre": _who}
    about |= {"on": "2019-03-01", "reason": _one((None, "实绩突出"))}
    withdrawn = st.integers(len(FOUNDATION) + 15, len(FOUNDATION) + 60)
    grants = st.fixed_dictionaries({"cadre": _who, "amount": _one((900, 1000, 1150))})
    return st.one_of(
        _say("decision.commend", **about, year=_year, title="先进"),
        _say("decision.talent", **about, year=_year, title="人才"),
        _say("decision.train", **about, year=_year, course="培训"),
        _say("decision.appoint", **about, post="主任", rank_level="1A41", unit="U2"),
        _say("decision.except", decision=about["decision"], reason="需要", approver="BOSS"),
        _say("allowance.grant", unit="U1", year=_year, grants=st.lists(grants, min_size=1,
             max_size=2)),
        _say("fact.withdraw", position=withdrawn, **_approved),
    )  # fmt: skip


def anything() -> st.SearchStrategy[list[Command]]:
    """Draw a history's commands, mostly of how things are done; many of them are refused."""
    one = st.one_of(
        schemes(), lists(), supervision(), outcomes(), outcomes(), decisions(), decisions(),
        histories.evidence(), histories.components(), histories.frame(),
        st.builds(close, _one(("U1", "U1", "U2")), _year),
    )  # fmt: skip
    return st.lists(one, min_size=15, max_size=60)
