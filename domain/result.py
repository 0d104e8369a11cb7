"""A cadre's annual result (考核结果). Stream ``result/2018/C00123``.

Topics and field names are the storage format: they never change.
"""

from collections.abc import Sequence

from domain.fact import Fact, Stamp, Stream, must_be_approved
from domain.refusal import Refusal
from domain.rules.policy import Policy
from domain.sentence import Term, say
from domain.year import must_be_component

GRADES = (
    "excellent",
    "competent",
    "basically_competent",
    "incompetent",
    "ungraded",
    "not_assessed",
)


class Result(Stream):
    """The grade as proposed, confirmed and corrected."""

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

    def begin(self) -> None:
        """Set the state before the first event."""
        self.grade: str | None = None
        self.confirmed = False
        self.corrected = False

    def propose(self, stamp: Stamp, grade: str, reason: str | None) -> None:
        """Propose a grade; live, not after it was confirmed or corrected."""
        if (self.confirmed or self.corrected) and not stamp.legacy:
            year, cadre = self.parts
            raise Refusal(say("result_confirmed", cadre=cadre, year=year), "grade")
        self.record(self.Proposed, stamp, grade=grade, reason=reason)

    def confirm(self, stamp: Stamp) -> None:
        """Confirm the proposed grade, once; live, not before it was proposed."""
        year, cadre = self.parts
        if self.confirmed:
            raise Refusal(say("result_confirmed", cadre=cadre, year=year), "year")
        if self.grade is None and not stamp.legacy:
            raise Refusal(say("result_not_proposed", cadre=cadre, year=year), "year")
        self.record(self.Confirmed, stamp, grade=self.grade)

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
