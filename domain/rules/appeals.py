"""Reconsideration and appeal (复核, 申诉): the law's time limits, counted in days.

A reconsideration is asked for within 30 days of the notice and decided in 30. An appeal is filed
within 15 days of receiving that decision, or within 30 of the notice when there was none, and
decided in 60, extended by 30 at most. The day from which days are counted isn't counted itself:
30 days from 2018-01-15 end on 2018-02-14. Execution isn't suspended meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from domain.rules.facts import Status
from domain.rules.finding import Finding, Verdict, positions
from domain.rules.on_record import grade_on_record
from domain.rules.policy import Appeal, Policy
from domain.sentence import Sentence, Term, say

Stage = Literal["reconsider", "appeal"]
RequestStatus = Literal["in_time", "late", "pending", "overdue"]
FILED: Mapping[str, Stage] = {"reconsidered": "reconsider", "appealed": "appeal"}
GRADED: Mapping[str, Status] = {
    "proposed": "proposed",
    "confirmed": "confirmed",
    "decided": "corrected",
    "corrected": "corrected",
}


@dataclass(frozen=True, slots=True)
class ResultStep:
    """One step about a cadre's result.

    Args:
        step: ``proposed``, ``confirmed``, ``notified``, ``reconsidered``, ``appealed``,
            ``decided``, or ``corrected``; others are passed over.
        grade: the one that holds from then on; None where the step sets none.
        stage, outcome, received: of a decision, and when the cadre received it.
    """

    step: str
    on: date
    position: int
    grade: str | None = None
    stage: str | None = None
    outcome: str | None = None
    received: date | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request for reconsideration, or an appeal, and what became of it.

    Args:
        file_by, decide_by: the last days; None where nothing tells (no notice on record). The
            appeal's ``decide_by`` may be put off up to ``extended_to``.
        grade_before: the grade on record when it was filed; ``grade_after`` once decided.
        findings: the filing, then the decision.
    """

    stage: Stage
    filed: date
    position: int
    file_by: date | None
    decide_by: date
    extended_to: date
    outcome: str | None
    decided: date | None
    received: date | None
    grade_before: str | None
    grade_after: str | None
    status: RequestStatus
    findings: tuple[Finding, ...]

    @property
    def evidence(self) -> tuple[int, ...]:
        """The positions that its findings rest on."""
        return positions(finding.evidence for finding in self.findings)


def last_day(start: date, days: int) -> date:
    """Return the last of so many days counted from ``start``, which isn't counted itself."""
    return start + timedelta(days=days)


def requests(steps: Sequence[ResultStep], policy: Policy, today: date) -> list[Request]:
    """Return the requests about one cadre's result, in the order in which they were filed.

    Args:
        steps: in the order of their days.
        policy: the layer that states the limits: the law's, else the city's.
        today: the day to which pending and overdue refer.
    """
    found: list[_Filed] = []
    course = _Course()
    for step in steps:
        if step.step in FILED:
            found.append(course.filed(step, FILED[step.step]))
        course.follow(step)
        if step.step == "decided":
            _decide(found, step, course.grade)
    return [_request(filed, policy, today) for filed in found]


@dataclass(frozen=True, slots=True)
class _Filed:
    """A request as filed, with what its limit is counted from, and its decision once taken."""

    stage: Stage
    step: ResultStep
    notice: ResultStep | None
    reconsidered: ResultStep | None
    grade: str | None
    decision: ResultStep | None = None
    grade_after: str | None = None


class _Course:
    """What has happened so far: the last notice, the decision after it, and the grades."""

    def __init__(self) -> None:
        self.grades: list[tuple[str | None, Status, int]] = []
        self.notice: ResultStep | None = None
        self.reconsidered: ResultStep | None = None

    @property
    def grade(self) -> str | None:
        """The grade on record."""
        given = grade_on_record(self.grades)
        return given.grade if given else None

    def filed(self, step: ResultStep, stage: Stage) -> _Filed:
        decision = self.reconsidered if stage == "appeal" else None
        return _Filed(stage, step, self.notice, decision, self.grade)

    def follow(self, step: ResultStep) -> None:
        if status := GRADED.get(step.step):
            self.grades.append((step.grade, status, step.position))
        if step.step == "notified":  # of a changed result too: from here the days count anew
            self.notice, self.reconsidered = step, None
        elif step.step == "decided" and step.stage == "reconsider":
            self.reconsidered = step


def _decide(found: list[_Filed], step: ResultStep, grade: str | None) -> None:
    """Give a decision to the first request of its stage that waits for one."""
    for place, filed in enumerate(found):
        if filed.stage == step.stage and filed.decision is None:
            found[place] = replace(filed, decision=step, grade_after=grade)
            return


def _request(filed: _Filed, policy: Policy, today: date) -> Request:
    limits = policy.appeal
    start = filed.step.on
    days = (
        limits.reconsider_decided_days
        if filed.stage == "reconsider"
        else limits.appeal_decided_days
    )
    decide_by = last_day(start, days)
    extension = limits.appeal_extension_days if filed.stage == "appeal" else 0
    extended_to = last_day(decide_by, extension)
    file_by = _file_by(filed, limits)
    filing = _filing(filed, file_by, policy)
    deciding = _deciding(filed, (decide_by, extended_to), policy, today)
    decision = filed.decision
    return Request(
        stage=filed.stage,
        filed=start,
        position=filed.step.position,
        file_by=file_by,
        decide_by=decide_by,
        extended_to=extended_to,
        outcome=decision.outcome if decision else None,
        decided=decision.on if decision else None,
        received=decision.received if decision else None,
        grade_before=filed.grade,
        grade_after=filed.grade_after,
        status=_status(filed, filing, deciding),
        findings=(filing, deciding),
    )


def _status(filed: _Filed, filing: Finding, deciding: Finding) -> RequestStatus:
    if filing.verdict is Verdict.FAIL:
        return "late"
    if deciding.verdict is Verdict.FAIL:
        return "overdue"
    return "in_time" if filed.decision else "pending"


def _file_by(filed: _Filed, limits: Appeal) -> date | None:
    """Return the last day for filing.

    A decision whose receipt isn't on record was received when it was taken at the earliest: a
    request filed within the days from then is surely in time.
    """
    if filed.reconsidered is not None:
        received = filed.reconsidered.received or filed.reconsidered.on
        return last_day(received, limits.appeal_after_decision_days)
    if filed.notice is None:
        return None
    days = (
        limits.reconsider_days if filed.stage == "reconsider" else limits.appeal_after_notice_days
    )
    return last_day(filed.notice.on, days)


def _filing(filed: _Filed, file_by: date | None, policy: Policy) -> Finding:
    since = filed.reconsidered or filed.notice
    unsure = filed.reconsidered is not None and filed.reconsidered.received is None
    found = say("appeal_filed", stage=Term(filed.stage), on=filed.step.on)
    if file_by is None:
        verdict, found = Verdict.INSUFFICIENT, say("appeal_no_notice", filed=found)
    elif filed.step.on <= file_by:
        verdict = Verdict.PASS
    elif unsure:
        verdict, found = Verdict.INSUFFICIENT, say("appeal_no_receipt", filed=found)
    else:
        verdict = Verdict.FAIL
    parameter = "reconsider_days"
    if filed.stage == "appeal":
        after_decision = filed.reconsidered is not None
        parameter = "appeal_after_decision_days" if after_decision else "appeal_after_notice_days"
    return Finding(
        rule=f"law.{filed.stage}.filed",
        verdict=verdict,
        found=found,
        needed=_within_days(getattr(policy.appeal, parameter), _start_of(parameter), file_by),
        clause=policy.clause(f"appeal.{parameter}"),
        evidence=positions([[filed.step.position], [since.position] if since else []]),
    )


def _start_of(parameter: str) -> Term:
    return Term("receipt" if parameter == "appeal_after_decision_days" else "notice")


def _within_days(days: int, start: Term, last: date | None) -> Sentence:
    if last is None:
        return say("appeal_file_within", days=days, start=start)
    return say("appeal_file_by", days=days, start=start, last=last)


def _deciding(filed: _Filed, limits: tuple[date, date], policy: Policy, today: date) -> Finding:
    """Judge when it was decided; past the days an extension isn't on record, it may have been."""
    decide_by, extended_to = limits
    decision = filed.decision
    day = decision.on if decision else today
    if day <= decide_by:
        verdict = Verdict.PASS if decision else Verdict.INSUFFICIENT
    else:
        verdict = Verdict.INSUFFICIENT if day <= extended_to else Verdict.FAIL
    if decision:
        found = say(
            "appeal_decided",
            stage=Term(filed.stage),
            on=decision.on,
            outcome=Term(decision.outcome or "none"),
        )
    else:
        found = say("appeal_undecided", stage=Term(filed.stage), today=today)
    extendable = extended_to > decide_by
    needed = say("appeal_decide_by", last=decide_by)
    if extendable:
        needed = say("appeal_decide_by_extended", last=decide_by, extended=extended_to)
    parameter = "reconsider_decided_days" if filed.stage == "reconsider" else "appeal_decided_days"
    return Finding(
        rule=f"law.{filed.stage}.decided",
        verdict=verdict,
        found=found,
        needed=needed,
        clause=policy.clause(f"appeal.{parameter}"),
        evidence=positions([[filed.step.position], [decision.position] if decision else []]),
    )
