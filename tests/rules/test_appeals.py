"""The law's time limits for reconsideration and appeal, over year ends and leap days."""

from datetime import date

import pytest

from domain.rules.appeals import Request, ResultStep, last_day, requests
from domain.rules.finding import Verdict
from tests.rules.given import POLICY, the_policy

LAW = the_policy("law-2007")
PASS, FAIL, INSUFFICIENT = Verdict.PASS, Verdict.FAIL, Verdict.INSUFFICIENT


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2018-01-15", 30, "2018-02-14"),
        ("2018-12-31", 30, "2019-01-30"),
        ("2017-12-15", 30, "2018-01-14"),
        ("2020-01-30", 30, "2020-02-29"),  # a leap year
        ("2019-01-30", 30, "2019-03-01"),
        ("2020-02-14", 15, "2020-02-29"),
        ("2020-02-29", 60, "2020-04-29"),
        ("2018-02-28", 60, "2018-04-29"),
        ("2019-12-31", 60, "2020-02-29"),
    ],
)
def test_the_day_it_starts_from_is_not_counted(start: str, days: int, last: str) -> None:
    assert last_day(day(start), days) == day(last)


def steps(*told: str) -> list[ResultStep]:
    """Read steps: ``2018-01-15 notified`` or ``2018-03-01 decided appeal upheld excellent``.

    What a decision's last word is, a grade or the day on which it was received, its form tells.
    """
    read = []
    for position, line in enumerate(told, start=1):
        on, step, *more = line.split()
        if step in ("proposed", "confirmed", "corrected"):
            read.append(ResultStep(step, day(on), position, grade=more[0]))
        elif step == "decided":
            stage, outcome, *rest = more
            grade = next((word for word in rest if word.isalpha()), None)
            received = next((day(word) for word in rest if not word.isalpha()), None)
            read.append(ResultStep(step, day(on), position, grade, stage, outcome, received))
        else:
            read.append(ResultStep(step, day(on), position))
    return read


def asked(*told: str, today: str = "2018-12-31") -> list[Request]:
    return requests(steps(*told), LAW, day(today))


NOTIFIED = "2018-01-15 notified"

CASES = {
    "the last day": ([NOTIFIED, "2018-02-14 reconsidered"], "2018-02-14", "2018-03-16", "overdue"),
    "a day late": ([NOTIFIED, "2018-02-15 reconsidered"], "2018-02-14", "2018-03-17", "late"),
    "decided on the last day": (
        [NOTIFIED, "2018-02-14 reconsidered", "2018-03-16 decided reconsider rejected"],
        "2018-02-14", "2018-03-16", "in_time",
    ),
    "decided a day late": (
        [NOTIFIED, "2018-02-14 reconsidered", "2018-03-17 decided reconsider rejected"],
        "2018-02-14", "2018-03-16", "overdue",
    ),
    "appealed at once on the last day": (
        [NOTIFIED, "2018-02-14 appealed"], "2018-02-14", "2018-04-15", "overdue",
    ),
    "appealed at once a day late": (
        [NOTIFIED, "2018-02-15 appealed"], "2018-02-14", "2018-04-16", "late",
    ),
    "appealed after a decision on the last day": (
        [NOTIFIED, "2018-02-01 reconsidered",
         "2018-02-20 decided reconsider rejected 2018-02-26", "2018-03-13 appealed"],
        "2018-03-13", "2018-05-12", "overdue",
    ),
    "appealed after a decision a day late": (
        [NOTIFIED, "2018-02-01 reconsidered",
         "2018-02-20 decided reconsider rejected 2018-02-26", "2018-03-14 appealed"],
        "2018-03-13", "2018-05-13", "late",
    ),
    "within a year's last and next first days": (
        ["2017-12-20 notified", "2018-01-19 appealed", "2018-03-20 decided appeal rejected"],
        "2018-01-19", "2018-03-20", "in_time",
    ),
    "over a leap day": (
        ["2020-01-30 notified", "2020-02-29 reconsidered", "2020-03-30 decided reconsider upheld"],
        "2020-02-29", "2020-03-30", "in_time",
    ),
    "decided within the extension": (
        [NOTIFIED, "2018-02-01 appealed", "2018-05-02 decided appeal rejected"],
        "2018-02-14", "2018-04-02", "in_time",
    ),
    "decided beyond the extension": (
        [NOTIFIED, "2018-02-01 appealed", "2018-05-03 decided appeal rejected"],
        "2018-02-14", "2018-04-02", "overdue",
    ),
    "counted anew from the notice of a changed result": (
        [NOTIFIED, "2018-04-01 corrected competent", "2018-04-02 notified",
         "2018-05-02 reconsidered", "2018-05-30 decided reconsider rejected"],
        "2018-05-02", "2018-06-01", "in_time",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_requests_are_in_time_or_late_and_decisions_too(case: str) -> None:
    told, file_by, decide_by, status = CASES[case]
    found = asked(*told)[-1]
    assert (found.file_by, found.decide_by) == (day(file_by), day(decide_by))
    assert found.status == status


@pytest.mark.parametrize(
    ("today", "status", "verdict"),
    [
        ("2018-02-02", "pending", INSUFFICIENT),
        ("2018-04-02", "pending", INSUFFICIENT),
        ("2018-04-03", "pending", INSUFFICIENT),  # it may have been extended
        ("2018-05-02", "pending", INSUFFICIENT),
        ("2018-05-03", "overdue", FAIL),
    ],
)
def test_an_appeal_is_overdue_only_beyond_the_extension(
    today: str, status: str, verdict: Verdict
) -> None:
    (found,) = asked(NOTIFIED, "2018-02-01 appealed", today=today)
    assert (found.status, found.findings[1].verdict) == (status, verdict)
    assert found.extended_to == day("2018-05-02")


@pytest.mark.parametrize(
    ("today", "status"), [("2018-03-03", "pending"), ("2018-03-04", "overdue")]
)
def test_a_reconsideration_cannot_be_extended(today: str, status: str) -> None:
    (found,) = asked(NOTIFIED, "2018-02-01 reconsidered", today=today)
    assert found.status == status


def test_without_a_notice_on_record_nothing_says_whether_it_is_in_time() -> None:
    (found,) = asked("2018-05-01 reconsidered", "2018-05-02 decided reconsider rejected")
    assert (found.file_by, found.status) == (None, "in_time")
    assert found.findings[0].verdict is INSUFFICIENT


@pytest.mark.parametrize(("on", "verdict"), [("2018-03-07", PASS), ("2018-03-08", INSUFFICIENT)])
def test_a_decision_was_received_when_it_was_taken_at_the_earliest(
    on: str, verdict: Verdict
) -> None:
    decided = "2018-02-20 decided reconsider rejected"
    *_, found = asked(NOTIFIED, "2018-02-01 reconsidered", decided, f"{on} appealed")
    assert found.findings[0].verdict is verdict
    assert found.status != "late"


def test_an_appeal_beside_a_pending_reconsideration_counts_from_the_notice() -> None:
    *_, found = asked(NOTIFIED, "2018-02-01 reconsidered", "2018-02-10 appealed")
    assert found.file_by == day("2018-02-14")


def test_the_grade_before_and_after_a_decision() -> None:
    first, second = asked(
        "2018-01-05 proposed competent", "2018-01-10 confirmed competent", NOTIFIED,
        "2018-02-01 reconsidered", "2018-02-05 proposed incompetent",
        "2018-02-20 decided reconsider rejected 2018-02-21",
        "2018-03-01 appealed", "2018-04-01 decided appeal upheld excellent",
    )  # fmt: skip
    assert (first.grade_before, first.grade_after) == ("competent", "competent")
    assert (second.grade_before, second.grade_after) == ("competent", "excellent")
    assert (first.outcome, second.outcome) == ("rejected", "upheld")
    assert first.received == day("2018-02-21")
    assert second.evidence == (6, 7, 8)


def test_the_limits_and_their_clauses_are_the_policys() -> None:
    (by_law,) = asked(NOTIFIED, "2018-02-01 appealed")
    (by_default,) = requests(steps(NOTIFIED, "2018-02-01 appealed"), POLICY, day("2018-12-31"))
    assert by_law.file_by == by_default.file_by
    assert "30日" in by_law.findings[0].clause
    assert "默认" in by_default.findings[0].clause
