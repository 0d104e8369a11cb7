"""Schemes and work lists step by step: which step follows which, and who may take it.

What is refused live is recorded when ``legacy``: paper history is as it is, and the checks find it.
"""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from archive.fields import Content
from domain.rules.procedure import (
    LIST_ORDER,
    LIST_STEPS,
    SCHEME_ORDER,
    SCHEME_STEPS,
    approves,
    holds_any,
    in_order,
    list_roles,
    scheme_roles,
)
from domain.rules.scheme_terms import content_hash
from tests.commands.office import clock, items, with_outside, work_list
from tests.commands.process import (
    CONTENT,
    PLACE,
    RATIFIED,
    SCHEME_COMMANDS,
    draft,
    role,
    scheme,
    work,
)
from tests.given import When, an_archive, given
from tests.said import Command, cadre, close, policy, post, roster, said, unit

SCHEME = "scheme/2018/UP"
LIST = "work-list/2018/OTHER"
OFFICE = [policy(), *PLACE]
HASH = content_hash(CONTENT)
DRAFTED, SCREENED, RESOLVED, COUNTERSIGNED = (RATIFIED[:n] for n in range(1, 5))
RETURNED = [draft(), scheme("return", "OFFICE")]
MINE = work_list("OTHER", 1, by="OTHER")
LISTED = [MINE]
REVIEWED = [MINE, work("review", "DEPUTY")]
FILED = [*REVIEWED, work("file", "CLERK")]
AS_CHIEF = roster("OTHER", unit="UP", member={"category": "chief"})


class Case(NamedTuple):
    """What was recorded before, what is tried, and the sentence that refuses it live."""

    name: str
    before: list[Command]
    command: Command
    sentence: str
    field: str


def cases(*table: tuple[str, list[Command], Command, str, str]) -> Any:
    return pytest.mark.parametrize("case", [Case(*row) for row in table], ids=lambda c: c.name)


def stands(before: str, step: str, expected: str, stream: str = SCHEME) -> str:
    return f"{stream} stands at {before}, it can't be {step}; expected {expected} first"


def lacks(who: str, roles: str, step: str, unit_code: str = "UP", day: str = "2018-03-01") -> str:
    return (
        f"{who} doesn't hold the role {roles} in {unit_code} on {day}; "
        f"expected one who does, so that it can be {step}"
    )


PARTY = "party group member or unit head"
ANY_HAND = "appraisal office, party group member, unit head or city leader"
BEGINNING = "its beginning"
FINAL = f"{SCHEME} was ratified; a ratified scheme is final"

SCHEME_OUT_OF_ORDER = (
    ("a screening of nothing", [], scheme("screen", "OFFICE"),
     stands(BEGINNING, "screened", "drafted"), "year"),
    ("a resolution of nothing", [], scheme("resolve", "PHEAD"),
     stands(BEGINNING, "resolved", "screened"), "year"),
    ("a countersignature of nothing", [], scheme("countersign", "CITY"),
     stands(BEGINNING, "countersigned", "resolved"), "year"),
    ("a ratification of nothing", [], scheme("ratify", "OFFICE"),
     stands(BEGINNING, "ratified", "countersigned"), "year"),
    ("a return of nothing", [], scheme("return", "OFFICE"),
     stands(BEGINNING, "returned", "drafted, screened, resolved or countersigned"), "year"),
    ("a resolution before the screening", DRAFTED, scheme("resolve", "PHEAD"),
     stands("drafted", "resolved", "screened"), "year"),
    ("a second screening", SCREENED, scheme("screen", "OFFICE"),
     stands("screened", "screened", "drafted"), "year"),
    ("a countersignature before the resolution", SCREENED, scheme("countersign", "CITY"),
     stands("screened", "countersigned", "resolved"), "year"),
    ("a ratification before the countersignature", RESOLVED, scheme("ratify", "OFFICE"),
     stands("resolved", "ratified", "countersigned"), "year"),
    ("a draft behind a screening", SCREENED, draft({"又一稿": 1}),
     stands("screened", "drafted", "returned"), "year"),
    ("a draft behind a countersignature", COUNTERSIGNED, draft(),
     stands("countersigned", "drafted", "returned"), "year"),
    ("a screening of what was returned", RETURNED, scheme("screen", "OFFICE"),
     stands("returned", "screened", "drafted"), "year"),
    ("a second return", RETURNED, scheme("return", "OFFICE"),
     stands("returned", "returned", "drafted, screened, resolved or countersigned"), "year"),
    ("a draft behind the ratification", RATIFIED, draft(), FINAL, "year"),
    ("a second ratification", RATIFIED, scheme("ratify", "OFFICE"), FINAL, "year"),
    ("a return of what is ratified", RATIFIED, scheme("return", "OFFICE"), FINAL, "year"),
)  # fmt: skip
SCHEME_BY_OTHERS = (
    ("a screening by the head", DRAFTED, scheme("screen", "PHEAD"),
     lacks("PHEAD", "appraisal office", "screened"), "by"),
    ("a screening by somebody unknown", DRAFTED, scheme("screen", "NOBODY"),
     lacks("NOBODY", "appraisal office", "screened"), "by"),
    ("a screening before one is in the office", DRAFTED,
     scheme("screen", "OFFICE", on="2014-12-31"),
     lacks("OFFICE", "appraisal office", "screened", day="2014-12-31"), "by"),
    ("a screening by who has left the office",
     [*DRAFTED, said("unit.release", unit="UO", role="appraisal_office", cadre="OFFICE",
                     on="2018-02-01")],
     scheme("screen", "OFFICE"), lacks("OFFICE", "appraisal office", "screened"), "by"),
    ("a resolution by a deputy who is no member", SCREENED, scheme("resolve", "DEPUTY"),
     lacks("DEPUTY", PARTY, "resolved"), "by"),
    ("a resolution by another unit's head", [*SCREENED, role("unit_head", "OTHER", "UX")],
     scheme("resolve", "OTHER"), lacks("OTHER", PARTY, "resolved"), "by"),
    ("a countersignature by the head", RESOLVED, scheme("countersign", "PHEAD"),
     lacks("PHEAD", "city leader", "countersigned"), "by"),
    ("a countersignature by another unit's city leader",
     [*RESOLVED, role("city_leader", "OFFICE", "UX")], scheme("countersign", "OFFICE"),
     lacks("OFFICE", "city leader", "countersigned"), "by"),
    ("a ratification by the city leader", COUNTERSIGNED, scheme("ratify", "CITY"),
     lacks("CITY", "appraisal office", "ratified"), "by"),
    ("a return by nobody in particular", DRAFTED, scheme("return", "OTHER"),
     lacks("OTHER", ANY_HAND, "returned"), "by"),
)  # fmt: skip

WRONG_APPROVAL = (
    "OTHER is {category}; lists of team members and chiefs want work_list.resolve, "
    "those of others work_list.review"
)
AUTHOR = f"{{by}} is the author of {LIST}; expected somebody else to review or resolve it"
NO_DEPUTY = said("unit.release", unit="UP", role="unit_deputy", cadre="DEPUTY", on="2018-02-01")
MOVED = [MINE, post("OTHER", "UX", on="2018-03-02"), role("unit_deputy", "DEPUTY", "UX")]
HEAD_REVIEWS = (
    "UP has no (other) unit deputy on 2018-03-02, so a list is reviewed by its unit head; "
    "DEPUTY doesn't hold that role"
)
LISTS = (
    ("a review of no list", [], work("review", "DEPUTY"),
     stands(BEGINNING, "reviewed", "submitted", LIST), "year"),
    ("a filing of no list", [], work("file", "CLERK"),
     stands(BEGINNING, "filed", "reviewed", LIST), "year"),
    ("a filing of a chief's list before the resolution", [AS_CHIEF, MINE], work("file", "CLERK"),
     stands("submitted", "filed", "resolved", LIST), "year"),
    ("a filing before the review", LISTED, work("file", "CLERK"),
     stands("submitted", "filed", "reviewed", LIST), "year"),
    ("a second review", REVIEWED, work("review", "DEPUTY"),
     stands("reviewed", "reviewed", "submitted", LIST), "year"),
    ("a second filing", FILED, work("file", "CLERK"),
     stands("filed", "filed", "reviewed", LIST), "year"),
    ("a return of a filed list", FILED, work("return", "DEPUTY"),
     stands("filed", "returned", "submitted or reviewed", LIST), "year"),
    ("a filing of a revision", [*FILED, MINE], work("file", "CLERK"),
     stands("submitted", "filed", "reviewed", LIST), "year"),
    ("a review of what was returned", [MINE, work("return", "CLERK")], work("review", "DEPUTY"),
     stands("returned", "reviewed", "submitted", LIST), "year"),
    ("a review by the head beside a deputy", LISTED, work("review", "PHEAD"),
     lacks("PHEAD", "unit deputy", "reviewed", day="2018-03-02"), "by"),
    ("a review by who is no deputy any more", [MINE, NO_DEPUTY], work("review", "DEPUTY"),
     HEAD_REVIEWS, "by"),
    ("a resolution by no member", [AS_CHIEF, MINE], work("resolve", "DEPUTY"),
     lacks("DEPUTY", PARTY, "resolved", day="2018-03-02"), "by"),
    ("a resolution of an ordinary list", LISTED, work("resolve", "PHEAD"),
     WRONG_APPROVAL.format(category="other"), "cadre"),
    ("a review of a chief's list by the roster", [AS_CHIEF, MINE], work("review", "DEPUTY"),
     WRONG_APPROVAL.format(category="chief"), "cadre"),
    ("a review of a member's list by the post held",
     [post("OTHER", "UP", category="team_member", on="2018-01-05"), MINE],
     work("review", "DEPUTY"), WRONG_APPROVAL.format(category="team member"), "cadre"),
    ("one's own list reviewed", [role("unit_deputy", "OTHER"), MINE], work("review", "OTHER"),
     AUTHOR.format(by="OTHER"), "by"),
    ("one's own list resolved", [AS_CHIEF, role("party_member", "OTHER"), MINE],
     work("resolve", "OTHER"), AUTHOR.format(by="OTHER"), "by"),
    ("a list reviewed by who handed it in", [work_list("OTHER", 1, by="DEPUTY")],
     work("review", "DEPUTY"), AUTHOR.format(by="DEPUTY"), "by"),
    ("a list of the former unit", MOVED, work("review", "DEPUTY"),
     f"the list in hand of {LIST} is of unit UP; expected that unit, or a revised list first",
     "unit"),
)  # fmt: skip


@cases(*SCHEME_OUT_OF_ORDER, *SCHEME_BY_OTHERS, *LISTS)
def test_refused_live_recorded_when_legacy(case: Case) -> None:
    times = [clock()]
    with an_archive(*OFFICE, *case.before, clock=lambda: times[-1]) as archive:
        times.append(clock() + timedelta(hours=1))
        When(archive, case.command).refused(case.sentence, case.field)
        later = {"legacy": True, "known_at": "2019-06-01T12:30:00+08:00"}
        tried = When(archive, case.command | later)
        assert tried.refusal is None, str(tried.refusal)
        ((_, _, state),) = tried.events
        assert (state["legacy"], state["by"]) == (True, case.command["by"])


def test_every_step_of_paper_history_is_recorded_without_any_before() -> None:
    """Nobody's role is known and no draft on record: then the step is about no hash."""
    for step in SCHEME_COMMANDS:
        command = scheme(step, "某人", legacy=True, known_at="2018-03-01")
        tried = given(unit("UP")).when(command)
        ((_, _, state),) = tried.events
        assert "sha256" not in state


# What is accepted


def test_a_scheme_goes_its_way_with_one_hash_throughout() -> None:
    with an_archive(*OFFICE, clock=clock) as archive:
        for command, topic in zip(
            RATIFIED, ("drafted", "screened", "resolved", "countersigned", "ratified"), strict=True
        ):
            When(archive, command).then((SCHEME, f"scheme.{topic}", {"sha256": HASH}))


def test_a_step_says_what_was_decided_where_and_by_whom() -> None:
    resolved = scheme(
        "resolve", "MEMBER", comment="同意", meeting="党组第3次会议", attendees=["PHEAD", "MEMBER"]
    )
    given(*OFFICE, *SCREENED).when(resolved).then(
        (
            SCHEME,
            "scheme.resolved",
            {
                "by": "MEMBER",
                "comment": "同意",
                "meeting": "党组第3次会议",
                "attendees": ["PHEAD", "MEMBER"],
                "sha256": HASH,
            },
        )
    )


def test_a_draft_not_yet_screened_or_returned_gives_way_to_another() -> None:
    another = draft({"说明": "第二稿"})
    wanted = (SCHEME, "scheme.drafted", {"sha256": content_hash({"说明": "第二稿"})})
    given(*OFFICE, *DRAFTED).when(another).then(wanted)
    given(*OFFICE, *RETURNED).when(another).then(wanted)
    given(*OFFICE, *RETURNED, another).when(scheme("screen", "OFFICE")).then(
        (SCHEME, "scheme.screened", {"sha256": wanted[2]["sha256"]})
    )


@pytest.mark.parametrize("by", ["OFFICE", "PHEAD", "MEMBER", "CITY"])
def test_whoever_has_a_hand_in_it_returns_it(by: str) -> None:
    given(*OFFICE, *RESOLVED).when(scheme("return", by, comment="分档不清")).then(
        (SCHEME, "scheme.returned", {"by": by, "comment": "分档不清", "sha256": HASH})
    )


def test_the_office_serves_the_whole_city_wherever_its_people_are_posted() -> None:
    lent = [role("appraisal_office", "OTHER", "UX")]  # posted to UP, in the office through UX
    given(*OFFICE, *lent, *DRAFTED).when(scheme("screen", "OTHER")).then(
        (SCHEME, "scheme.screened", {"by": "OTHER"})
    )
    inside = [role("appraisal_office", "DEPUTY")]
    given(*OFFICE, *inside, *DRAFTED).when(scheme("screen", "DEPUTY")).then(
        (SCHEME, "scheme.screened", {"by": "DEPUTY"})
    )


def test_a_role_of_the_same_batch_counts() -> None:
    with an_archive(*OFFICE, *DRAFTED, cadre("NEW"), unit("UN")) as archive:
        outcomes = list(
            archive.record([role("appraisal_office", "NEW", "UN"), scheme("screen", "NEW")])
        )
        assert [outcome.refusal for outcome in outcomes] == [None, None]


def test_a_list_is_reviewed_filed_and_begun_anew_by_its_revision() -> None:
    with an_archive(*OFFICE, clock=clock) as archive:
        for command, topic, by in (
            (MINE, "submitted", "OTHER"),
            (work("return", "PHEAD", comment="重写"), "returned", "PHEAD"),
            (MINE, "submitted", "OTHER"),
            (work("review", "DEPUTY"), "reviewed", "DEPUTY"),
            (work("file", "CLERK"), "filed", "CLERK"),
            (work_list("OTHER", 0.5, 0.5, by="OTHER"), "submitted", "OTHER"),
            (work("review", "DEPUTY"), "reviewed", "DEPUTY"),
        ):
            wanted = {"by": by, "unit": "UP"}
            When(archive, command).then((LIST, f"work_list.{topic}", wanted))


def test_without_a_deputy_that_day_the_head_reviews() -> None:
    given(*OFFICE, NO_DEPUTY, MINE).when(work("review", "PHEAD")).then(
        (LIST, "work_list.reviewed", {"by": "PHEAD"})
    )
    given(*OFFICE, NO_DEPUTY, MINE).when(work("review", "DEPUTY", on="2018-01-31")).then(
        (LIST, "work_list.reviewed", {"by": "DEPUTY"})
    )


def test_where_the_only_deputy_is_the_author_the_head_reviews() -> None:
    handed_in = MINE | {"by": "DEPUTY"}
    given(*OFFICE, handed_in).when(work("review", "PHEAD")).then(
        (LIST, "work_list.reviewed", {"by": "PHEAD"})
    )


def test_a_members_list_is_resolved_at_a_meeting() -> None:
    resolved = work("resolve", "PHEAD", meeting="党组会", attendees=["PHEAD", "MEMBER"])
    given(*OFFICE, AS_CHIEF, MINE).when(resolved).then(
        (
            LIST,
            "work_list.resolved",
            {"unit": "UP", "meeting": "党组会", "attendees": ["PHEAD", "MEMBER"]},
        )
    )


@pytest.mark.parametrize(("step", "by"), [("review", "DEPUTY"), ("resolve", "PHEAD")])
def test_where_the_category_is_unknown_either_approval_is_taken(step: str, by: str) -> None:
    free = work_list("CITY", 1, by="CITY", unit="UP")
    tried = given(*OFFICE, free).when(work(step, by, "CITY", unit="UP"))
    assert tried.refusal is None, str(tried.refusal)


def test_the_roster_says_the_category_before_the_post_does() -> None:
    posted = post("OTHER", "UP", category="team_member", on="2018-01-05")
    listed = roster("OTHER", unit="UP", member={"category": "other"})
    given(*OFFICE, posted, listed, MINE).when(work("review", "DEPUTY")).then(
        (LIST, "work_list.reviewed", {})
    )


# A closed year, in one batch too


def test_within_the_batch_that_closes_it_a_year_takes_no_more_steps() -> None:
    closing = close("UP")
    batch = [closing, scheme("resolve", "PHEAD"), work("review", "DEPUTY"), draft()]
    with an_archive(*OFFICE, *SCREENED, MINE, roster("OTHER", unit="UP"), clock=clock) as archive:
        outcomes = list(archive.record(batch))
    refused = [outcome.refusal and outcome.refusal.sentence.key for outcome in outcomes]
    assert refused == [None, "year_closed", "year_closed", "year_closed"]


# Refused always: who or what isn't there, and content that can't be read


@pytest.mark.parametrize("paper", [{}, {"legacy": True, "known_at": "2019-05-01"}])
@pytest.mark.parametrize(
    ("command", "sentence", "field"),
    [
        (draft(unit="U404"), "unit U404 is not registered; register it with unit.register", "unit"),
        (
            scheme("screen", "OFFICE", unit="U404"),
            "unit U404 is not registered; register it with unit.register",
            "unit",
        ),
        (
            work("review", "DEPUTY", "NOBODY"),
            "cadre NOBODY is not registered; register them with cadre.register",
            "cadre",
        ),
        (
            work("file", "CLERK", unit="U404"),
            "unit U404 is not registered; register it with unit.register",
            "unit",
        ),
    ],
)
def test_who_and_what_must_exist(
    command: Command, sentence: str, field: str, paper: Command
) -> None:
    given(*OFFICE, clock=clock).when(command | paper).refused(sentence, field)


def allowance(**fields: Any) -> dict[str, Any]:
    return {"allowance": {"basis": "grade", "method": "tiers"} | fields}


SHARE = "a number from 0 to 1 with at most four decimals"
BASIS = "one of: performance, annual, grade, rank"
TIERS = "a list of at least one tier, each with its bound and coefficient"
POINTS = "a number from 0.00 to 100.00 with at most two decimals"
FACTOR = "a number from 0 to 10 with at most four decimals"
CATEGORIES = "one of: chief, team_member, section_chief, other"
GRADES = "one of: excellent, competent, basically_competent, incompetent, ungraded, not_assessed"
MALFORMED: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"components": [0.5]}, "components", "a JSON object"),
    ({"components": {"leader": "0.2"}}, "components.leader", SHARE),
    ({"components": {"leader": 1.2}}, "components.leader", SHARE),
    ({"components": {"leader": -0.2}}, "components.leader", SHARE),
    ({"components": {"leader": 0.20005}}, "components.leader", SHARE),
    ({"components": {"leader": True}}, "components.leader", SHARE),
    ({"components": {"leader": None}}, "components.leader", SHARE),
    ({"categories": 1}, "categories", "a JSON object"),
    ({"categories": {"boss": {}}}, "categories.boss", CATEGORIES),
    ({"categories": {"chief": 1}}, "categories.chief", "a JSON object"),
    ({"categories": {"chief": {"leader": 2}}}, "categories.chief.leader", SHARE),
    ({"allowance": "grade"}, "allowance", "a JSON object"),
    ({"allowance": {}}, "allowance.basis", BASIS),
    (allowance(basis="age"), "allowance.basis", BASIS),
    (allowance(method=None), "allowance.method", "one of: proportional, tiers"),
    (allowance(tiers=[]), "allowance.tiers", TIERS),
    (allowance(tiers={"excellent": 1}), "allowance.tiers", TIERS),
    (allowance(tiers=[1.1]), "allowance.tiers.0", "a JSON object"),
    (allowance(tiers=[{"grade": "best", "coefficient": 1}]), "allowance.tiers.0.grade", GRADES),
    (allowance(tiers=[{"grade": "excellent"}]), "allowance.tiers.0.coefficient", FACTOR),
    (allowance(tiers=[{"grade": "excellent", "coefficient": 11}]),
     "allowance.tiers.0.coefficient", FACTOR),
    (allowance(tiers=[{"grade": "excellent", "coefficient": 1}] * 2), "allowance.tiers.1",
     "tiers that differ"),
    (allowance(basis="annual", tiers=[{"from": 101, "coefficient": 1}]),
     "allowance.tiers.0.from", POINTS),
    (allowance(basis="performance", tiers=[{"upto": 90, "coefficient": 1}]),
     "allowance.tiers.0.from", POINTS),
    (allowance(basis="rank", tiers=[{"upto": 20, "coefficient": 1}]),
     "allowance.tiers.0.upto", SHARE),
)  # fmt: skip


@pytest.mark.parametrize("paper", [{}, {"legacy": True, "known_at": "2019-05-01"}])
@pytest.mark.parametrize(("content", "key", "expected"), MALFORMED, ids=lambda v: str(v)[:40])
def test_malformed_keys_that_the_rules_read_are_refused_always(
    content: Command, key: str, expected: str, paper: Command
) -> None:
    given(*OFFICE, clock=clock).when(draft(content, **paper)).refused(
        f"the scheme's {key} is not allowed; expected {expected}", f"content.{key}"
    )


def deep(levels: int) -> Any:
    return {"层": deep(levels - 1)} if levels else 1


NOT_CONTENT: tuple[tuple[Any, str], ...] = (
    ([], "expected a JSON object"),
    ("方案", "expected a JSON object"),
    (deep(21), "the content is nested too deep; expected at most 20 levels"),
    ({"长": "长" * 100_000}, "the text has 100009 characters; expected at most 100000"),
    ({"数": float("nan")},
     "the number nan can't be kept exactly; expected one within ±2^53 with at most 15 digits"),
    ({"数": 2**60}, f"the number {2**60} can't be kept exactly; "
     "expected one within ±2^53 with at most 15 digits"),
    ({"字": "\x00"}, "the text holds the control character U+0000; expected none"),
    ({"字\ud800": 1}, "the text holds the control character U+D800; expected none"),
    ({"\u00e9": 1, "e\u0301": 2}, "two keys of an object are the same; expected each key once"),
)  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), NOT_CONTENT, ids=lambda v: ascii(v)[:30])
def test_content_is_a_json_object_that_can_be_kept(content: Any, sentence: str) -> None:
    command = draft() | {"content": content}
    given(*OFFICE, clock=clock).when(command).refused(f"content: {sentence}", "content")


# R26: the city's bounds

WEIGHED = {"performance": 0.5, "democratic": 0.3, "leader": 0.2}
OUTSIDE: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"components": WEIGHED | {"leader": 0.1}}, "components",
     "the weights must sum to 100%, found 90%"),
    ({"components": {"performance": 0.56, "democratic": 0.3, "leader": 0.14}}, "components",
     "performance must weigh 50% within 5%, found 56%"),
    ({"components": {"performance": 0.5, "democratic": 0.5}}, "components",
     "the scheme weighs performance, democratic; "
     "expected exactly the policy's components performance, democratic, leader"),
    ({"components": WEIGHED | {"考勤": 0}}, "components",
     "the scheme weighs performance, democratic, leader, 考勤; "
     "expected exactly the policy's components performance, democratic, leader"),
    ({"categories": {"chief": {"leader": 0.3}}}, "categories.chief",
     "the weights must sum to 100%, found 110%"),
    ({"categories": {"chief": {"performance": 0.4, "leader": 0.3}}}, "categories.chief",
     "performance must weigh 50% within 5%, found 40%"),
    ({"categories": {"other": {"考勤": 0}}}, "categories.other.考勤",
     "there is no such parameter; expected one of: performance, democratic, leader"),
)  # fmt: skip


@pytest.mark.parametrize(("content", "key", "sentence"), OUTSIDE, ids=lambda v: str(v)[:40])
def test_outside_the_citys_bounds_is_refused_live_and_recorded_when_legacy(
    content: Command, key: str, sentence: str
) -> None:
    given(*OFFICE, clock=clock).when(draft(content)).refused(sentence, f"content.{key}")
    paper = {"legacy": True, "known_at": "2019-05-01"}
    given(*OFFICE, clock=clock).when(draft(content, **paper)).then(
        (SCHEME, "scheme.drafted", {"content": content})
    )


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"components": WEIGHED},
        {"components": {"performance": 0.55, "democratic": 0.3, "leader": 0.15}},
        {"components": WEIGHED, "categories": {"chief": {"democratic": 0.1, "leader": 0.4}}},
        {"categories": {"chief": {"democratic": 0.1, "leader": 0.4}}},
        {"allowance": {"basis": "rank", "method": "proportional", "备注": "按名次"}},
        allowance(),
        allowance(tiers=[{"grade": "excellent", "coefficient": 1.1}]),
        allowance(basis="annual", tiers=[{"from": 90.5, "coefficient": 1.05}]),
        {"自拟": {"加分": [1, 2.5, None, True, "项"]}},
    ],
    ids=str,
)
def test_a_scheme_within_the_bounds_is_kept_whole(content: Command) -> None:
    command = draft() | {"content": content}
    given(*OFFICE).when(command).then((SCHEME, "scheme.drafted", {"content": content}))


def test_a_pilots_scheme_keeps_to_the_pilots_policy_and_one_without_policy_to_none() -> None:
    pilot = said("policy.adopt", policy="pilot", document=with_outside(), units=["UP"])
    odd = {"components": {"performance": 0.9, "democratic": 0.1}}
    given(*PLACE).when(draft(odd)).then((SCHEME, "scheme.drafted", {"content": odd}))
    given(*OFFICE, pilot).when(draft(odd)).refused(
        "the scheme weighs performance, democratic; "
        "expected exactly the policy's components performance, democratic, leader",
        "content.components",
    )


# One content, one hash

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.decimals(-(10**9), 10**9, places=4)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")))
)
KEYS = st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), max_size=8)
CONTENTS = st.dictionaries(
    st.text(
        st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=8
    ),
    st.recursive(
        LEAVES,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.text(
                    st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), max_size=8
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    ),
    max_size=4,
).filter(lambda content: content.keys().isdisjoint({"components", "categories", "allowance"}))


def turned(value: Any) -> Any:
    """Return the same content with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: turned(inner) for key, inner in reversed(value.items())}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@drawn(content=CONTENTS)
def test_the_hash_is_the_contents_whatever_the_order_of_its_keys(content: Any) -> None:
    loaded = Content()._deserialize(content, None, None)
    other = Content()._deserialize(turned(content), None, None)
    assert content_hash(loaded) == content_hash(other)
    stored = json.loads(json.dumps(loaded))  # as it is read back
    assert content_hash(stored) == content_hash(loaded)
    canonical = json.dumps(loaded, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content_hash(loaded) == sha256(canonical.encode()).hexdigest()


def test_numbers_written_differently_are_one_content() -> None:
    written = [draft({"x": 1, "y": 0.5}), draft({"y": 0.50, "x": 1.0})]
    hashes = {given(*OFFICE).when(one).events[0][2]["sha256"] for one in written}
    assert hashes == {sha256(b'{"x":1,"y":0.5}').hexdigest()}


# The tables that commands and checks read


def test_every_step_is_ordered_and_its_roles_are_said() -> None:
    assert tuple(SCHEME_ORDER) == SCHEME_STEPS
    assert tuple(LIST_ORDER) == LIST_STEPS
    assert scheme_roles("drafted") == ()
    assert list_roles("filed", has_deputy=False) == ()
    assert holds_any((), ())
    assert not holds_any({"unit_head"}, ("unit_deputy",))
    assert [approves("filed", category) for category in ("chief", None, "boss")] == [True] * 3


@pytest.mark.parametrize("order", [SCHEME_ORDER, LIST_ORDER])
def test_every_step_can_be_reached_and_nothing_else_comes_first(order: Any) -> None:
    reached: set[str | None] = {None}
    while True:
        more = {step for step in order for before in reached if in_order(order, before, step)}
        if more <= reached:
            break
        reached |= more
    assert reached == {None, *order}
    assert [step for step in order if in_order(order, None, step)] == [next(iter(order))]


def test_items_stay_scored_whatever_step_the_list_takes() -> None:
    scored = said(
        "work_list.score",
        cadre="OTHER",
        year=2018,
        rater="PHEAD",
        relation="leader",
        scores=[{"item": items(1)[0]["item"], "points": 90}],
        on="2018-12-20",
    )
    given(*OFFICE, *FILED).when(scored).then((LIST, "work_list.scored", {"points": 9000}))
