"""What befalls a cadre in service (任职期间事项): absences, sanctions, cases, training, inquiries.

Stream ``service/C00123``. Topics and field names are the storage format: they never change.
"""

from dataclasses import dataclass
from datetime import date

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, WithdrawableStream, Withdrawal
from domain.refusal import Refusal
from domain.sentence import say

ABSENCES = ("sick", "private", "secondment", "study")
SANCTIONS = (
    "warning",
    "serious_warning",
    "demerit",
    "major_demerit",
    "demotion",
    "removal",
    "admonition",
)
CASE_STATES = ("opened", "closed")


@dataclass(frozen=True, slots=True)
class Event:
    """What stands: its kind, and a code of its own within the kind."""

    kind: str
    what: str | None = None


class Service(WithdrawableStream):
    """One cadre's time in service; ``standing`` holds its events by version."""

    TOPIC = "service"
    PARTS = ("cadre",)
    standing: dict[int, Event]

    class Absent(Fact):
        """The cadre is away from ``starts`` to ``ends``, both included; without one, until now."""

        TOPIC = "service.absent"
        kind: str
        starts: date
        ends: date | None = None

        def apply(self, service: "Service") -> None:
            service.standing[self.originator_version] = Event("absence", self.kind)

    class Sanctioned(Fact):
        """A sanction was imposed; it has effect from ``starts`` to ``ends``, both included."""

        TOPIC = "service.sanctioned"
        kind: str
        starts: date
        ends: date

        def apply(self, service: "Service") -> None:
            service.standing[self.originator_version] = Event("sanction", self.kind)

    class CaseOpened(Fact):
        """A case against the cadre was opened."""

        TOPIC = "service.case_opened"
        outcome: str | None = None

        def apply(self, service: "Service") -> None:
            service.standing[self.originator_version] = Event("case", "opened")

    class CaseClosed(Fact):
        """The case was closed."""

        TOPIC = "service.case_closed"
        outcome: str | None = None

        def apply(self, service: "Service") -> None:
            service.standing[self.originator_version] = Event("case", "closed")

    class Trained(Fact):
        """The cadre was trained as an appraisal administrator (R27)."""

        TOPIC = "service.trained"
        course: str

        def apply(self, service: "Service") -> None:
            service.standing[self.originator_version] = Event("training", self.course)

    class Inquired(Fact):
        """A letter of inquiry was sent (函询), with its answer where there is one."""

        TOPIC = "service.inquired"
        content: str
        reply_by: date | None = None
        reply: str | None = None

        def apply(self, service: "Service") -> None:
            service.standing[self.originator_version] = Event("letter")

    class Withdrawn(Withdrawal):
        """One of these was recorded in error."""

        TOPIC = "service.withdrawn"

    @property
    def case_open(self) -> bool:
        """Whether a case is open, of what stands."""
        states = [event.what for event in self.standing.values() if event.kind == "case"]
        return bool(states) and states[-1] == "opened"

    def absent(
        self, stamp: Stamp, kind: str, starts: date, ends: date | None, *, cadre: Cadre
    ) -> None:
        """Record an absence; again with the same kind and first day: until when it lasted.

        Raises:
            Refusal: the cadre hadn't come, or it ends before it starts.
        """
        cadre.must_have_come(stamp.on)
        _must_end_after(starts, ends)
        self.record(self.Absent, stamp, kind=kind, starts=starts, ends=ends)

    def sanction(self, stamp: Stamp, kind: str, starts: date, ends: date, *, cadre: Cadre) -> None:
        """Record a sanction and the days on which it has effect."""
        cadre.must_have_come(stamp.on)
        _must_end_after(starts, ends)
        self.record(self.Sanctioned, stamp, kind=kind, starts=starts, ends=ends)

    def case(self, stamp: Stamp, state: str, outcome: str | None, *, cadre: Cadre) -> None:
        """Open a case or close it; live, not out of order."""
        cadre.must_have_come(stamp.on)
        if not stamp.legacy and self.case_open == (state == "opened"):
            sentence = say("case_open" if self.case_open else "no_case_open", cadre=cadre.code)
            raise Refusal(sentence, "state")
        event = self.CaseOpened if state == "opened" else self.CaseClosed
        self.record(event, stamp, outcome=outcome)

    def train(self, stamp: Stamp, course: str, *, cadre: Cadre) -> None:
        """Record that the cadre was trained."""
        cadre.must_exist(stamp.on)
        self.record(self.Trained, stamp, course=course)

    def inquire(
        self, stamp: Stamp, content: str, reply_by: date | None, reply: str | None, *, cadre: Cadre
    ) -> None:
        """Record a letter of inquiry, with its answer where there is one already."""
        cadre.must_have_come(stamp.on)
        self.record(self.Inquired, stamp, content=content, reply_by=reply_by, reply=reply)


def _must_end_after(starts: date, ends: date | None) -> None:
    if ends is not None and ends < starts:
        raise Refusal(say("ends_before_start", starts=starts, ends=ends), "until")
