"""What supervision (督办) finds of a unit's year (R24, R29, R31). Stream ``supervision/2018/U012``.

Points are hundredths. Topics and field names are the storage format: they never change.
"""

from typing import NamedTuple

from domain.fact import Fact, Stamp, WithdrawableStream, Withdrawal, must_be_approved
from domain.period import Period
from domain.refusal import Refusal
from domain.sentence import say
from domain.unit import Unit
from domain.year import Year

SUBJECTS = ("log_completion", "log_rating")
ITEMS = ("goal_management", "circulars", "meeting_comments", "talks")


class Noted(NamedTuple):
    """What stands of supervision: an ``act``, a ``deduction`` or a ``score``, with its points."""

    kind: str
    points: int | None = None


class Supervision(WithdrawableStream):
    """The deductions and the score of the unit's own item; ``standing`` holds all by version."""

    TOPIC = "supervision"
    PARTS = ("year", "unit")
    standing: dict[int, Noted]

    class CircularIssued(Fact):
        """A circular (通报) on how logs were kept, or rated, in a period."""

        TOPIC = "supervision.circular_issued"
        period: str
        subject: str
        text: str

        def apply(self, supervision: "Supervision") -> None:
            supervision.standing[self.originator_version] = Noted("act")

    class MeetingCommented(Fact):
        """A comment at a regular meeting (例会点评)."""

        TOPIC = "supervision.meeting_commented"
        period: str
        text: str

        def apply(self, supervision: "Supervision") -> None:
            supervision.standing[self.originator_version] = Noted("act")

    class Inspected(Fact):
        """An inspection and what it found."""

        TOPIC = "supervision.inspected"
        item: str
        finding: str
        points: int | None = None

        def apply(self, supervision: "Supervision") -> None:
            supervision.standing[self.originator_version] = Noted("act")

    class Deducted(Fact):
        """Points are deducted from the unit's implementation item; none named, none are."""

        TOPIC = "supervision.deducted"
        item: str
        finding: str
        points: int | None = None

        def apply(self, supervision: "Supervision") -> None:
            supervision.standing[self.originator_version] = Noted("deduction", self.points)

    class FeedbackFiled(Fact):
        """What the unit found hard about the rules, and what it suggests."""

        TOPIC = "supervision.feedback_filed"
        problems: str
        suggestions: str

        def apply(self, supervision: "Supervision") -> None:
            supervision.standing[self.originator_version] = Noted("act")

    class UnitScored(Fact):
        """The unit's implementation was scored; with reason and approver it is a correction."""

        TOPIC = "supervision.unit_scored"
        points: int
        reason: str | None = None
        approver: str | None = None

        def apply(self, supervision: "Supervision") -> None:
            supervision.standing[self.originator_version] = Noted("score", self.points)

    class Withdrawn(Withdrawal):
        """One of these was recorded in error."""

        TOPIC = "supervision.withdrawn"

    @property
    def points(self) -> int | None:
        """The last score of the unit's own implementation that stands."""
        return next(
            (noted.points for noted in reversed(self.standing.values()) if noted.kind == "score"),
            None,
        )

    @property
    def deductions(self) -> int | None:
        """The sum of what was deducted; None where nothing of supervision stands."""
        deducted = [n.points or 0 for n in self.standing.values() if n.kind == "deduction"]
        return sum(deducted) if self.standing else None

    def issue_circular(
        self, stamp: Stamp, period: Period, subject: str, text: str, *, unit: Unit, year: Year
    ) -> None:
        """Issue a circular about a period of the year."""
        _must_be_open(stamp, unit, year)
        self.record(self.CircularIssued, stamp, period=period.text, subject=subject, text=text)

    def comment(self, stamp: Stamp, period: Period, text: str, *, unit: Unit, year: Year) -> None:
        """Record a meeting's comment on a period of the year."""
        _must_be_open(stamp, unit, year)
        self.record(self.MeetingCommented, stamp, period=period.text, text=text)

    def inspect(
        self, stamp: Stamp, item: str, finding: str, points: int | None, *, unit: Unit, year: Year
    ) -> None:
        """Record an inspection; its points deduct nothing."""
        _must_be_open(stamp, unit, year)
        self.record(self.Inspected, stamp, item=item, finding=finding, points=points)

    def deduct(
        self, stamp: Stamp, item: str, finding: str, points: int | None, *, unit: Unit, year: Year
    ) -> None:
        """Deduct points; they enter the year's closing."""
        _must_be_open(stamp, unit, year)
        self.record(self.Deducted, stamp, item=item, finding=finding, points=points)

    def file_feedback(self, stamp: Stamp, problems: str, suggestions: str, *, unit: Unit) -> None:
        """File the unit's feedback, also after the year's closing."""
        unit.must_exist(stamp.on)
        self.record(self.FeedbackFiled, stamp, problems=problems, suggestions=suggestions)

    def score_unit(
        self,
        stamp: Stamp,
        points: int,
        reason: str | None,
        approver: str | None,
        *,
        unit: Unit,
        year: Year,
    ) -> None:
        """Score the unit's implementation; again is a correction.

        Raises:
            Refusal: closed, no such unit, or scored before without reason and approver.
        """
        _must_be_open(stamp, unit, year)
        if self.points is not None:
            if not (reason and approver):
                raise Refusal(say("unit_scored_before", stream=self.id), "points")
            must_be_approved(stamp, reason, approver)
        self.record(self.UnitScored, stamp, points=points, reason=reason, approver=approver)


def _must_be_open(stamp: Stamp, unit: Unit, year: Year) -> None:
    year.must_be_open()
    unit.must_exist(stamp.on)
