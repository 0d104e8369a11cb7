"""A cadre's annual result (考核结果). Stream ``result/2018/C00123``.

Topics and field names are the storage format: they never change.
"""

from collections.abc import Sequence
from datetime import date

from domain.component import must_be_component
from domain.fact import Fact, Stamp, Stream, must_be_approved
from domain.refusal import Refusal
from domain.rules.policy import Policy
from domain.sentence import Term, say

GRADES = (
    "excellent",
    "competent",
    "basically_competent",
    "incompetent",
    "ungraded",
    "not_assessed",
)
STAGES = ("reconsider", "appeal")
OUTCOMES = ("upheld", "rejected")


class Result(Stream):
    """The grade as proposed, publicised, confirmed and told; as asked again for and corrected."""

    TOPIC = "result"
    PARTS = ("year", "cadre")

    class Proposed(Fact):
        """A grade was proposed."""

        TOPIC = "result.proposed"
        grade: str
        reason: str | None = None

        def apply(self, result: "Result") -> None:
            if result.grade is None or not (result.confirmed or result.corrected):
                result.grade = self.grade

    class Confirmed(Fact):
        """The proposed grade was confirmed; none on paper history without its proposal."""

        TOPIC = "result.confirmed"
        grade: str | None = None

        def apply(self, result: "Result") -> None:
            result.confirmed = True
            result.grade = self.grade or result.grade

    class Publicised(Fact):
        """The result was posted for all to see (公示), with the score and rank as posted."""

        TOPIC = "result.publicised"
        annual: int | None = None
        rank: int | None = None
        of: int | None = None

        def apply(self, result: "Result") -> None:
            """Fold: nothing asks for it."""

    class Notified(Fact):
        """The cadre was notified of the confirmed result."""

        TOPIC = "result.notified"

        def apply(self, result: "Result") -> None:
            result.notified = True
            result.unread = True
            result.changed = False

    class Acknowledged(Fact):
        """The cadre signed for the notice (签收)."""

        TOPIC = "result.acknowledged"

        def apply(self, result: "Result") -> None:
            result.unread = False

    class Reconsidered(Fact):
        """The cadre asked for a reconsideration (复核)."""

        TOPIC = "result.reconsidered"
        grounds: str

        def apply(self, result: "Result") -> None:
            result.pending.setdefault("reconsider", self.on)

    class Appealed(Fact):
        """The cadre appealed (申诉)."""

        TOPIC = "result.appealed"
        grounds: str

        def apply(self, result: "Result") -> None:
            result.pending.setdefault("appeal", self.on)

    class Decided(Fact):
        """A reconsideration or appeal was decided; ``received`` is when the cadre got to know."""

        TOPIC = "result.decided"
        stage: str
        outcome: str
        grade: str | None = None
        received: date | None = None

        def apply(self, result: "Result") -> None:
            result.pending.pop(self.stage, None)
            result.decided.add(self.stage)
            if self.grade is not None:
                result.grade = self.grade
                result.corrected = result.changed = True

    class Corrected(Fact):
        """A component (points in hundredths) or the grade was corrected."""

        TOPIC = "result.corrected"
        unit: str
        reason: str
        approver: str
        component: str | None = None
        points: int | None = None
        grade: str | None = None

        def apply(self, result: "Result") -> None:
            result.grade = self.grade or result.grade
            result.corrected = result.corrected or self.grade is not None
            result.changed = True

    def begin(self) -> None:
        """Set the state before the first event."""
        self.grade: str | None = None
        self.confirmed = False
        self.corrected = False
        self.notified = False
        self.unread = False  # notified, and not signed for
        self.changed = False  # since the last notice
        self.pending: dict[str, date] = {}  # the day on which each request was filed
        self.decided: set[str] = set()

    def propose(self, stamp: Stamp, grade: str, reason: str | None) -> None:
        """Propose a grade; live, not after it was confirmed or corrected."""
        if (self.confirmed or self.corrected) and not stamp.legacy:
            year, cadre = self.parts
            raise Refusal(say("result_confirmed", cadre=cadre, year=year), "grade")
        self.record(self.Proposed, stamp, grade=grade, reason=reason)

    def confirm(self, stamp: Stamp) -> None:
        """Confirm the proposed grade, once; live, not before it was proposed, nor one's own."""
        year, cadre = self.parts
        if self.confirmed:
            raise Refusal(say("result_confirmed", cadre=cadre, year=year), "year")
        if not stamp.legacy:
            self._must_be_proposed()
            self._must_be_anothers(stamp)
        self.record(self.Confirmed, stamp, grade=self.grade)

    def publicise(self, stamp: Stamp, annual: int | None, rank: int | None, of: int | None) -> None:
        """Post the result; live, between its proposal and its confirmation.

        Args:
            annual: the score as posted, in hundredths.
            rank, of: the rank as posted.
        """
        year, cadre = self.parts
        if rank is not None and of is not None and rank > of:
            raise Refusal(say("rank_over_of", rank=rank, of=of), "rank")
        if not stamp.legacy:
            self._must_be_proposed()
            if self.confirmed:
                raise Refusal(say("publicised_late", cadre=cadre, year=year), "year")
        self.record(self.Publicised, stamp, annual=annual, rank=rank, of=of)

    def notify(self, stamp: Stamp) -> None:
        """Notify the cadre; live, of a confirmed result, and again once it was changed."""
        year, cadre = self.parts
        if not stamp.legacy:
            if not self.confirmed:
                raise Refusal(say("result_not_confirmed", cadre=cadre, year=year), "year")
            if self.notified and not self.changed:
                raise Refusal(say("result_notified", cadre=cadre, year=year), "year")
        self.record(self.Notified, stamp)

    def acknowledge(self, stamp: Stamp) -> None:
        """Sign for the notice; live, once it was given, and once."""
        if not stamp.legacy:
            self._must_be_notified()
            if not self.unread:
                year, cadre = self.parts
                raise Refusal(say("result_acknowledged", cadre=cadre, year=year), "year")
        self.record(self.Acknowledged, stamp)

    def reconsider(self, stamp: Stamp, grounds: str) -> None:
        """Ask for a reconsideration; live, of a result that was notified."""
        self._must_not_be_pending("reconsider", stamp)
        self.record(self.Reconsidered, stamp, grounds=grounds)

    def appeal(self, stamp: Stamp, grounds: str) -> None:
        """Appeal; live, against a result that was notified."""
        self._must_not_be_pending("appeal", stamp)
        self.record(self.Appealed, stamp, grounds=grounds)

    def decide(
        self, stamp: Stamp, stage: str, outcome: str, grade: str | None, received: date | None
    ) -> None:
        """Decide a reconsideration or appeal; live, one that is pending, and not one's own.

        Args:
            grade: the grade that holds from now on, of a request that was upheld.
            received: the day on which the cadre received the decision.

        Raises:
            Refusal: a grade with a request that was rejected; live also nothing to decide, one's
                own request, a day before the request's, a receipt before the decision's.
        """
        if grade is not None and outcome != "upheld":
            raise Refusal(say("grade_of_rejected", outcome=Term("upheld")), "grade")
        if not stamp.legacy:
            self._must_be_pending(stage, stamp.on)
            self._must_be_anothers(stamp)
            if received is not None and received < stamp.on:
                raise Refusal(say("received_early", received=received, on=stamp.on), "received")
        self.record(
            self.Decided, stamp, stage=stage, outcome=outcome, grade=grade, received=received
        )

    def _must_be_proposed(self) -> None:
        if self.grade is None:
            year, cadre = self.parts
            raise Refusal(say("result_not_proposed", cadre=cadre, year=year), "year")

    def _must_be_notified(self) -> None:
        if not self.notified:
            year, cadre = self.parts
            raise Refusal(say("result_not_notified", cadre=cadre, year=year), "year")

    def _must_be_anothers(self, stamp: Stamp) -> None:
        year, cadre = self.parts
        if stamp.by == cadre:
            raise Refusal(say("own_result", cadre=cadre, year=year), "by")

    def _must_be_pending(self, stage: str, day: date) -> None:
        year, cadre = self.parts
        asked = {"cadre": cadre, "year": year, "stage": Term(stage)}
        if stage not in self.pending:
            done = stage in self.decided
            raise Refusal(say("decided_before" if done else "nothing_to_decide", **asked), "stage")
        filed = self.pending[stage]
        if day < filed:
            raise Refusal(say("decided_early", **asked, on=day, filed=filed), "on")

    def _must_not_be_pending(self, stage: str, stamp: Stamp) -> None:
        if stamp.legacy:
            return
        self._must_be_notified()
        if stage in self.pending:
            year, cadre = self.parts
            raise Refusal(say("asked_before", cadre=cadre, year=year, stage=Term(stage)), "year")

    def correct(
        self,
        stamp: Stamp,
        component: str | None,
        points: int | None,
        grade: str | None,
        reason: str,
        approver: str,
        *,
        units: Sequence[str],
        policy: Policy | None,
    ) -> None:
        """Correct a component or final, or the grade.

        Args:
            units: the units on whose roster of that year the cadre stands.
            policy: the policy that the year is judged by.

        Raises:
            Refusal: nothing to correct, no such component, or not on any roster.
        """
        must_be_approved(stamp, reason, approver)
        year, cadre = self.parts
        if not units:
            raise Refusal(say("not_on_roster", cadre=cadre, year=year), "cadre")
        if (component is None) != (points is None) or (component is None and grade is None):
            raise Refusal(say("correction_of_nothing"), "points" if component else "component")
        if component is not None and policy is not None:
            must_be_component(component, policy)
        if component is None and grade == self.grade:
            raise Refusal(say("grade_unchanged", cadre=cadre, grade=Term(grade or "")), "grade")
        self.record(
            self.Corrected,
            stamp,
            unit=units[-1],
            component=component,
            points=points,
            grade=grade,
            reason=reason,
            approver=approver,
        )
