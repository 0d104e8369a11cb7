"""Decisions about cadres (表彰, 人才, 参训, 任用) and exceptions. Stream ``decision/D2018-001``.

A decision cites what was known of the cadre's eligibility when it was taken. It isn't refused for
an answer that speaks against it: the checks show that. Topics and field names are the storage
format: they never change.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeAlias

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, WithdrawableStream, Withdrawal, must_be_approved
from domain.refusal import Refusal
from domain.sentence import Term, say
from domain.unit import Unit

KINDS = ("commend", "talent", "train", "appoint", "except")


@dataclass(frozen=True, slots=True)
class CitedFinding:
    """A finding as it read when the decision was taken; ``found`` is its Chinese sentence."""

    rule: str
    verdict: str
    found: str


@dataclass(frozen=True, slots=True)
class Cited:
    """What a decision rests on.

    Args:
        position: the last position of the log when it was taken.
        root: the root hash of the log up to there, of a sealed archive.
        purpose: what the cadre's eligibility was asked for.
        year: the last year of the window judged; None when nothing could be judged.
    """

    position: int
    root: str | None
    purpose: str
    year: int | None
    verdict: str
    findings: tuple[CitedFinding, ...]


Cite: TypeAlias = Callable[[], Cited]
"""Asks for what is known of the eligibility; called once nothing speaks against recording."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What every decision may say of itself; ``evidence`` are positions in the log."""

    document: str | None = None
    meeting: str | None = None
    proposer: str | None = None
    evidence: tuple[int, ...] = ()


class Taken(Fact):
    """A decision about a cadre."""

    _: KW_ONLY
    cadre: str
    cited: Cited
    document: str | None = None
    meeting: str | None = None
    proposer: str | None = None
    reason: str | None = None
    evidence: tuple[int, ...] = ()


class Decision(WithdrawableStream):
    """One decision; ``standing`` holds its kind, and its exception, by version."""

    TOPIC = "decision"
    PARTS = ("decision",)
    standing: dict[int, str]

    class Commended(Taken):
        """The cadre is commended (表彰)."""

        TOPIC = "decision.commended"
        year: int
        title: str

        def apply(self, decision: "Decision") -> None:
            decision.standing[self.originator_version] = "commend"

    class NamedTalent(Taken):
        """The cadre is named a talent (优秀人才)."""

        TOPIC = "decision.named_talent"
        year: int
        title: str

        def apply(self, decision: "Decision") -> None:
            decision.standing[self.originator_version] = "talent"

    class SentToTraining(Taken):
        """The cadre is sent to training (参训)."""

        TOPIC = "decision.sent_to_training"
        year: int
        course: str

        def apply(self, decision: "Decision") -> None:
            decision.standing[self.originator_version] = "train"

    class Appointed(Taken):
        """The cadre is to take a post (选拔任用); the posting itself is recorded as one."""

        TOPIC = "decision.appointed"
        post: str
        rank_level: str
        unit: str

        def apply(self, decision: "Decision") -> None:
            decision.standing[self.originator_version] = "appoint"

    class Excepted(Fact):
        """The decision is an exception from what the rules ask for (原则上例外)."""

        TOPIC = "decision.excepted"
        reason: str
        approver: str
        document: str | None = None
        meeting: str | None = None
        proposer: str | None = None
        evidence: tuple[int, ...] = ()

        def apply(self, decision: "Decision") -> None:
            decision.standing[self.originator_version] = "except"

    class Withdrawn(Withdrawal):
        """The decision or its exception was recorded in error."""

        TOPIC = "decision.withdrawn"

    @property
    def code(self) -> str:
        """The decision's own id."""
        return self.parts[0]

    @property
    def kind(self) -> str | None:
        """The kind of the decision that stands, if one does."""
        return next((kind for kind in self.standing.values() if kind != "except"), None)

    @property
    def excepted(self) -> bool:
        """Whether the decision that stands is an exception; one withdrawn took its own away."""
        versions = {kind: version for version, kind in self.standing.items()}
        return versions.get("except", 0) > versions.get(self.kind or "", 0)

    def honour(
        self,
        stamp: Stamp,
        kind: str,
        year: int,
        what: str,
        reason: str | None,
        papers: Papers,
        *,
        cadre: Cadre,
        cite: Cite,
    ) -> None:
        """Commend a cadre for a year, or by the years up to it name a talent or send to training.

        Args:
            kind: ``commend``, ``talent`` or ``train``.
            what: the title given, or the course.
        """
        event, field = _HONOURS[kind]
        self._take(event, stamp, reason, papers, cadre, cite, year=year, **{field: what})

    def appoint(
        self,
        stamp: Stamp,
        post: str,
        rank_level: str,
        reason: str | None,
        papers: Papers,
        *,
        cadre: Cadre,
        unit: Unit,
        cite: Cite,
    ) -> None:
        """Decide that a cadre takes a post in a unit that exists."""
        unit.must_exist(stamp.on)
        fields = {"post": post, "rank_level": rank_level, "unit": unit.code}
        self._take(self.Appointed, stamp, reason, papers, cadre, cite, **fields)

    def make_exception(
        self, stamp: Stamp, reason: str | None, approver: str | None, papers: Papers
    ) -> None:
        """Record why the decision is an exception, and who else approved it.

        Raises:
            Refusal: no decision stands under this id, or its exception does already.
        """
        must_be_approved(stamp, reason, approver)
        if self.kind is None:
            raise Refusal(say("decision_unknown", decision=self.code), "decision")
        if self.excepted:
            raise Refusal(say("decision_excepted", decision=self.code), "decision")
        self.record(self.Excepted, stamp, reason=reason, approver=approver, **_fields(papers))

    def _take(
        self,
        event: type[Taken],
        stamp: Stamp,
        reason: str | None,
        papers: Papers,
        cadre: Cadre,
        cite: Cite,
        **fields: object,
    ) -> None:
        """Record a decision about a cadre who had come by that day, under an id of its own.

        What it cites is asked for last: it takes long.
        """
        cadre.must_have_come(stamp.on)
        if self.kind is not None:
            raise Refusal(
                say("decision_stands", decision=self.code, kind=Term(self.kind)), "decision"
            )
        self.record(
            event,
            stamp,
            cadre=cadre.code,
            reason=reason,
            cited=cite(),
            **_fields(papers),
            **fields,
        )


_HONOURS: Mapping[str, tuple[type[Taken], str]] = {
    "commend": (Decision.Commended, "title"),
    "talent": (Decision.NamedTalent, "title"),
    "train": (Decision.SentToTraining, "course"),
}
"""The event of each kind, and its field for what is given."""


def _fields(papers: Papers) -> Mapping[str, Any]:
    return {
        "document": papers.document,
        "meeting": papers.meeting,
        "proposer": papers.proposer,
        "evidence": papers.evidence,
    }
