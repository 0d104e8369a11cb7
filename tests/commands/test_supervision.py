"""Supervision, what the closing pins of it, approved quotas, and policies that are evaluated."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from archive.archive import Archive
from domain.period import parse_period
from domain.rules.document import shipped
from tests.archive.test_concurrency import Clock
from tests.commands.office import clock, with_outside, withdraw
from tests.commands.process import (
    PLACE,
    circular,
    deduct,
    evaluate,
    feedback,
    inspect,
    meeting,
    quota,
    score_unit,
)
from tests.given import When, an_archive, given
from tests.said import Command, close, paper, policy, roster, said, unit

STREAM = "supervision/2018/UP"
OFFICE = [policy(), *PLACE, roster("OTHER", "DEPUTY", unit="UP")]
PAPER = {"legacy": True, "known_at": "2019-05-01"}
NO_UNIT = "unit U404 is not registered; register it with unit.register"
CLOSED = (
    "UP's year 2018 was closed on 2019-01-20; "
    "a closed year takes no more evidence, correct results with result.correct"
)
SUPERVISING = (circular(), meeting(), inspect(), deduct(), score_unit())


# What is recorded


@pytest.mark.parametrize(
    ("command", "topic", "fields"),
    [
        (
            circular(subject="log_rating"),
            "circular_issued",
            {"period": "2018-06", "subject": "log_rating", "text": "示例通报"},
        ),
        (meeting(period="2018Q2"), "meeting_commented", {"period": "2018-Q2", "text": "点评"}),
        (
            inspect(),
            "inspected",
            {"item": "goal_management", "finding": "台账不全", "points": 150},
        ),
        (inspect(points=None), "inspected", {"points": None}),
        (deduct(0.25), "deducted", {"item": "talks", "finding": "谈话未开展", "points": 25}),
        (deduct(None), "deducted", {"item": "talks", "finding": "谈话未开展", "points": None}),
        (score_unit(95.5), "unit_scored", {"points": 9550, "reason": None, "approver": None}),
        (feedback(), "feedback_filed", {"problems": "日志重复", "suggestions": "按周记录"}),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
@pytest.mark.parametrize("paper", [{}, PAPER], ids=["live", "legacy"])
def test_what_supervision_records(
    command: Command, topic: str, fields: dict[str, Any], paper: Command
) -> None:
    given(*OFFICE, clock=clock).when(command | paper).then((STREAM, f"supervision.{topic}", fields))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (2018, "2018"),
        ("2018Q2", "2018-Q2"),
        ("2018年上半年", "2018-H1"),
        ("2018年6月份", "2018-06"),
    ],
)
def test_a_period_is_recorded_in_one_form_however_it_was_written(written: Any, text: str) -> None:
    given(*OFFICE).when(circular(period=written)).then(
        (STREAM, "supervision.circular_issued", {"period": text})
    )


def test_the_period_says_which_year_it_is() -> None:
    given(*OFFICE).when(circular(period="2017-H2")).then(
        ("supervision/2017/UP", "supervision.circular_issued", {"period": "2017-H2"})
    )


@pytest.mark.parametrize("command", [*SUPERVISING, feedback()], ids=lambda c: c["command"])
def test_the_unit_must_exist(command: Command) -> None:
    given(*OFFICE, clock=clock).when(command | {"unit": "U404"}).refused(NO_UNIT, "unit")
    given(*OFFICE, clock=clock).when(command | {"unit": "U404"} | PAPER).refused(NO_UNIT, "unit")


def test_scoring_the_unit_again_is_a_correction() -> None:
    before = [*OFFICE, score_unit(95)]
    again = f"the implementation item of {STREAM} was already scored; "
    again += "a correction wants reason and approver"
    given(*before).when(score_unit(90)).refused(again, "points")
    given(*before).when(score_unit(90, reason="计算有误")).refused(again, "points")
    approved = {"reason": "计算有误", "approver": "BOSS"}
    given(*before).when(score_unit(90, **approved, by="BOSS")).refused(
        "approver BOSS is the one who asks; expected somebody else", "approver"
    )
    given(*before).when(score_unit(90, **approved)).then(
        (STREAM, "supervision.unit_scored", {"points": 9000} | approved)
    )


# Periods

DAYS = {
    "2018": ("2018-01-01", "2018-12-31"),
    "2018-H1": ("2018-01-01", "2018-06-30"),
    "2018-H2": ("2018-07-01", "2018-12-31"),
    "2018-Q1": ("2018-01-01", "2018-03-31"),
    "2018Q4": ("2018-10-01", "2018-12-31"),
    "2018-02": ("2018-02-01", "2018-02-28"),
    "2016-02": ("2016-02-01", "2016-02-29"),
    "2018-12": ("2018-12-01", "2018-12-31"),
    "2018H1": ("2018-01-01", "2018-06-30"),
    "2018年": ("2018-01-01", "2018-12-31"),
    "2018年度": ("2018-01-01", "2018-12-31"),
    "2018年下半年": ("2018-07-01", "2018-12-31"),
    "2018年第二季度": ("2018-04-01", "2018-06-30"),
    "2018年4季度": ("2018-10-01", "2018-12-31"),
    "2018年6月": ("2018-06-01", "2018-06-30"),
}


@pytest.mark.parametrize(("written", "days"), DAYS.items())
def test_a_period_has_its_first_and_last_day(written: str, days: tuple[str, str]) -> None:
    period = parse_period(written)
    assert period is not None
    assert (str(period.starts), str(period.ends)) == days
    assert period.year == period.starts.year


@drawn(year=st.integers(1949, 2200))
def test_a_years_parts_follow_one_another(year: int) -> None:
    for parts in (("Q1", "Q2", "Q3", "Q4"), ("H1", "H2"), tuple(f"{m:02}" for m in range(1, 13))):
        day = date(year, 1, 1)
        for part in parts:
            period = parse_period(f"{year}-{part}")
            assert period is not None
            assert period.starts == day
            day = period.ends + timedelta(days=1)
        assert day == date(year + 1, 1, 1)


@pytest.mark.parametrize(
    "written",
    ["18", "2018-13", "2018-00", "2018-6", "2018-Q5", "2018-Q0", "2018-H3", "2018-06-01",
     "2018年13月", "1948", "2201-06", "２０１８", "2018-q2", "第二季度", "", 18, 2018.5, None],
)  # fmt: skip
def test_what_is_no_period_is_told_the_forms(written: Any) -> None:
    tried = given(*OFFICE).when(circular() | {"period": written})
    shown = repr(written) if isinstance(written, str) else written
    sentence = "this field is missing"
    if written is not None:
        sentence = f"{shown} is not a period; "
        sentence += "expected the form 2018, 2018-H1, 2018-Q2 or 2018-06"
    tried.refused(f"period: {sentence}", "period")


# A closed year


@pytest.mark.parametrize("command", SUPERVISING, ids=lambda c: c["command"])
def test_within_the_batch_that_closes_it_a_year_takes_no_more(command: Command) -> None:
    with an_archive(*OFFICE, clock=clock) as archive:
        outcomes = list(archive.record([close("UP"), command, command | PAPER]))
        refused = [outcome.refusal and outcome.refusal.sentence.key for outcome in outcomes]
        assert refused == [None, "year_closed", "year_closed"]
        When(archive, command).refused(CLOSED, "year")


def test_feedback_quotas_and_evaluations_stay_open() -> None:
    with an_archive(*OFFICE, close("UP"), clock=clock) as archive:
        for command in (feedback(), quota(), evaluate()):
            tried = When(archive, command)
            assert tried.refusal is None, str(tried.refusal)


# What was recorded in error


@pytest.mark.parametrize("command", [*SUPERVISING, feedback()], ids=lambda c: c["command"])
def test_what_was_recorded_in_error_is_withdrawn_while_the_year_is_open(command: Command) -> None:
    with an_archive(*OFFICE, deduct(2), command, clock=clock) as archive:
        wrong = withdraw(archive.log.last_position())
        When(archive, wrong).then((STREAM, "supervision.withdrawn", {"reason": "录入有误"}))
        archive.do(command)
        again = withdraw(archive.log.last_position())
        archive.do(close("UP"))
        When(archive, again).refused(CLOSED, "year")


def test_a_withdrawn_deduction_or_score_counts_no_more() -> None:
    with an_archive(*OFFICE, clock=clock) as archive:
        for command in (deduct(2), score_unit(95), deduct(0.5), inspect()):
            position = archive.do(command)[0]
            if command in (deduct(2), score_unit(95)):
                archive.do(withdraw(position))
        archive.do(close("UP"))
        state = last_event(archive)
    assert (state.get("unit_points"), state["deductions"]) == (None, 50)


# What the closing pins

LAW = policy("law-2007")


@pytest.mark.parametrize(
    ("before", "pinned"),
    [
        ([], {"unit_points": None, "deductions": None, "law_sha256": None}),
        ([feedback()], {"unit_points": None, "deductions": 0}),
        ([inspect()], {"unit_points": None, "deductions": 0}),
        ([deduct(2), deduct(0.5)], {"unit_points": None, "deductions": 250}),
        ([deduct(2), deduct(None)], {"unit_points": None, "deductions": 200}),
        (
            [score_unit(95), score_unit(90, reason="更正", approver="BOSS"), deduct(60.25)],
            {"unit_points": 9000, "deductions": 6025},
        ),
        ([deduct(unit="UX"), deduct(year=2017)], {"unit_points": None, "deductions": None}),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
def test_the_closing_pins_what_supervision_deducted(
    before: list[Command], pinned: Command, at_once: bool
) -> None:
    with an_archive(*OFFICE, *([] if at_once else before), clock=clock) as archive:
        batch = [*(before if at_once else []), close("UP")]
        assert [outcome.refusal for outcome in archive.record(batch)] == [None] * len(batch)
        state = last_event(archive)
    assert {key: state.get(key) for key in pinned} == pinned


def last_event(archive: Archive) -> dict[str, Any]:
    """Return the state of the log's last event."""

    rows = [row for page in archive.log.scan(0) for row in page]
    return msgspec.json.decode(rows[-1][4])  # type: ignore[no-any-return]


def test_the_closing_pins_the_law_in_force_for_that_year() -> None:
    sha = {name: _sha256(name) for name in ("law-2007", "law-2021", "shishou-2018")}
    given(*OFFICE, LAW, policy("law-2021", on="2021-01-01")).when(close("UP")).then(
        (
            "year/2018/UP",
            "year.closed",
            {"policy_sha256": sha["shishou-2018"], "law_sha256": sha["law-2007"]},
        )
    )
    given(*OFFICE, policy("law-2021")).when(close("UP")).then(
        ("year/2018/UP", "year.closed", {"law_sha256": None})
    )


def _sha256(name: str) -> str:

    return sha256((shipped(name) or "").encode()).hexdigest()


def test_a_deduction_recorded_while_the_closing_is_decided_is_in_it_or_refused(
    location: str,
) -> None:
    with Archive(location, create=True) as other:
        for outcome in other.record([*OFFICE, deduct(1)]):
            assert outcome.refusal is None, str(outcome.refusal)
        watched = Clock()
        with Archive(location, clock=watched) as archive:
            watched.meanwhile = [lambda: other.do(deduct(2))]
            archive.do(close("UP"))
            assert last_event(archive)["deductions"] == 300
        (late,) = other.record([deduct(4)])
    assert late.refusal is not None
    assert late.refusal.sentence.key == "year_closed"


def test_a_deduction_decided_before_the_closing_is_saved_is_refused(location: str) -> None:
    with Archive(location, create=True) as other:
        for outcome in other.record(OFFICE):
            assert outcome.refusal is None, str(outcome.refusal)
        watched = Clock()
        with Archive(location, clock=watched) as archive:
            watched.meanwhile = [lambda: other.do(close("UP"))]
            (late,) = archive.record([deduct(2)])
            assert late.refusal is not None
            assert late.refusal.sentence.key == "year_closed"
            assert "deductions" not in last_event(archive)


# R15: more excellent than the quota


def test_a_quota_is_approved_by_another_with_a_document() -> None:
    given(*OFFICE).when(quota(0.25)).then(
        (
            "year/2018/UP",
            "year.quota_approved",
            {"share": 2500, "approver": "BOSS", "document": "示例批复1号"},
        )
    )
    given(*OFFICE).when(quota(by="BOSS")).refused(
        "approver BOSS is the one who asks; expected somebody else", "approver"
    )
    given(*OFFICE).when(quota(unit="U404")).refused(NO_UNIT, "unit")
    given(*PLACE).when(quota()).refused(
        "no policy covers UP's year 2018; adopt one with policy.adopt", "year"
    )
    for name in ("document", "approver"):
        given(*OFFICE).when(quota() | {name: None}).refused(f"{name}: this field is missing", name)


@pytest.mark.parametrize(
    ("law", "share", "shown", "limits"),
    [
        ([], 0.2, "20%", ("20%", "25%")),
        ([], 0.1, "10%", ("20%", "25%")),
        ([], 0.2501, "25.01%", ("20%", "25%")),
        ([LAW], 0.21, "21%", ("15%", "20%")),
        ([LAW], 0.15, "15%", ("15%", "20%")),
    ],
)
@pytest.mark.parametrize("paper", [{}, PAPER], ids=["live", "legacy"])
def test_a_share_is_above_the_quota_and_within_what_policy_and_law_allow(
    law: list[Command], share: float, shown: str, limits: tuple[str, str], paper: Command
) -> None:
    least, most = limits
    given(*OFFICE, *law, clock=clock).when(quota(share, **paper)).refused(
        f"a share of {shown} can't be approved; "
        f"expected more than {least}, the quota without approval, and at most {most}",
        "share",
    )


def test_a_closed_years_quota_is_measured_by_the_law_it_was_closed_under() -> None:
    closed = [*OFFICE, close("UP"), LAW]
    given(*closed).when(quota(0.21)).then(("year/2018/UP", "year.quota_approved", {"share": 2100}))
    under = [*OFFICE, LAW, close("UP")]
    given(*under).when(quota(0.2)).then(("year/2018/UP", "year.quota_approved", {"share": 2000}))
    given(*under).when(quota(0.21)).refused(
        "a share of 21% can't be approved; "
        "expected more than 15%, the quota without approval, and at most 20%",
        "share",
    )


# R31: policies are evaluated and amended for reasons; R25: no two at once


def test_a_policy_is_evaluated_once_it_is_adopted() -> None:
    given(policy()).when(evaluate()).then(
        (
            "policy/shishou-2018",
            "policy.evaluated",
            {"year": 2018, "findings": "日志负担重", "outcome": "修订"},
        )
    )
    given().when(evaluate()).refused(
        "policy shishou-2018 was never adopted; adopt it with policy.adopt", "policy"
    )


def test_an_amendment_names_what_led_to_it() -> None:
    amendment = said(
        "policy.amend", policy="shishou-2018", document=f"{shipped('shishou-2018')}\n# 修订\n"
    )
    given(policy(), evaluate()).when(amendment | {"because": [2]}).then(
        ("policy/shishou-2018", "policy.amended", {"because": [2]})
    )
    given(policy()).when(amendment).then(
        ("policy/shishou-2018", "policy.amended", {"because": None})
    )
    given(policy()).when(amendment | {"because": [1, 2]}).refused(
        "there is no event at position 2; expected the position of a recorded event", "because.1"
    )


def mine(name: str = "mine", first: int = 2018, **fields: Any) -> Command:
    """Adopt a policy of one's own from a year on."""
    text = with_outside(name).replace("value = 2018", f"value = {first}", 1)
    return policy(name, document=text, **fields)


def both(other: str, day: str = "2018-01-01") -> str:
    return (
        f"policy document, line 8, years.from: policy {other}, adopted on the same {day}, "
        "begins with the same year for the same units; expected another first year or another day"
    )


U1_U2 = [unit("U1"), unit("U2")]


@pytest.mark.parametrize(
    ("before", "command", "other"),
    [
        ([policy()], mine(), "shishou-2018"),
        ([mine("other", 2030)], mine(first=2030), "other"),
        (
            [*U1_U2, mine("other", units=["U1", "U2"])],
            mine(units=["U2"]),
            "other",
        ),
        ([policy(on="2017-01-01"), mine("other")], mine(), "other"),
    ],
    ids=range(4),
)
@pytest.mark.parametrize("known", [{}, PAPER], ids=["live", "legacy"])
def test_two_policies_adopted_on_one_day_never_begin_with_the_same_year(
    before: list[Command], command: Command, other: str, known: Command
) -> None:
    given(*before, clock=clock).when(command | known).refused(both(other), "document")


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ([policy()], mine(on="2018-01-02")),
        ([policy()], mine(on="2017-12-31")),
        ([*U1_U2, policy()], mine(units=["U1"])),
        ([*U1_U2, mine("other", units=["U1"])], mine(units=["U2"])),
        ([*U1_U2, mine("other", units=["U1"])], mine()),
        ([policy()], policy("law-2007")),
        ([policy("law-2007")], policy("law-2021")),
        ([policy("shishou-2013")], policy()),
        ([policy()], policy("shishou-2013")),
        ([policy()], mine(first=2030)),
    ],
    ids=range(10),
)
def test_of_two_days_scopes_layers_or_years_both_stand(
    before: list[Command], command: Command
) -> None:
    tried = given(*before).when(command)
    assert tried.refusal is None, str(tried.refusal)


def test_in_one_batch_too_the_second_adoption_of_the_day_is_refused() -> None:
    with an_archive(clock=clock) as archive:
        outcomes = list(archive.record([policy(), *paper("2018-01-01", mine())]))
        assert outcomes[0].refusal is None
        assert outcomes[1].refusal is not None
        assert outcomes[1].refusal.field == "document"
