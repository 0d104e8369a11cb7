"""A lead (线索): a pattern in scores that people should look into. Stream ``lead/L1-001``.

A lead is no verdict and changes no score. Whom it concerns may reply; reviewers close it. Topics
and field names are the storage format: they never change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.rules.leads import status
from domain.sentence import Term, say

KINDS = ("pairs", "rings", "windows", "raters", "in-group", "rivals", "retaliation", "units")
STRENGTHS = ("review", "strong")
OUTCOMES = ("upheld", "innocent", "undecided")
SOURCES = ("ballot", "log", "item")


@dataclass(frozen=True, slots=True)
class Named:
    """What a lead is about, and what was found.

    Args:
        lead: its own id.
        members: whom it concerns; of a lead about a whole unit, everyone who was compared.
        relation, source: the stratum of the scores, where it is about one.
        first, last: the years in which the pattern stands.
        found: the statistics, by name.
    """

    lead: str
    kind: str
    unit: str
    members: tuple[str, ...]
    relation: str | None
    source: str | None
    first: int
    last: int
    strength: str | None
    found: Mapping[str, Any]


class Lead(Stream):
    """One lead; ``reviews`` holds the outcome that each reviewer came to."""

    TOPIC = "lead"
    PARTS = ("lead",)

    class Released(Fact):
        """The lead was handed to people."""

        TOPIC = "lead.released"
        release: str
        kind: str
        unit: str
        members: tuple[str, ...]
        first: int
        last: int
        found: dict[str, Any]
        relation: str | None = None
        score_source: str | None = None
        strength: str | None = None

        def apply(self, lead: "Lead") -> None:
            lead.members = self.members

    class Replied(Fact):
        """Somebody whom it concerns said something about it."""

        TOPIC = "lead.replied"
        cadre: str
        note: str

        def apply(self, lead: "Lead") -> None:
            """Fold: nothing is decided by it."""

    class Reviewed(Fact):
        """A reviewer came to an outcome."""

        TOPIC = "lead.reviewed"
        reviewer: str
        outcome: str
        note: str

        def apply(self, lead: "Lead") -> None:
            lead.reviews[self.reviewer] = self.outcome
            lead.reviewed_on = self.on

    def begin(self) -> None:
        """Set the state before the first event."""
        self.members: tuple[str, ...] = ()
        self.reviews: dict[str, str] = {}
        self.reviewed_on: date | None = None

    @property
    def code(self) -> str:
        """The lead's own id."""
        return self.parts[0]

    @property
    def status(self) -> str:
        """``open``, or the outcome it was closed with."""
        return status(self.reviews.values())

    def release(self, stamp: Stamp, release: str, named: Named) -> None:
        """Hand the lead to people, once.

        Raises:
            Refusal: a lead of this id was released before.
        """
        if self.version:
            raise Refusal(say("lead_released", lead=self.code), "leads")
        self.record(
            self.Released,
            stamp,
            release=release,
            kind=named.kind,
            unit=named.unit,
            members=named.members,
            relation=named.relation,
            score_source=named.source,
            first=named.first,
            last=named.last,
            strength=named.strength,
            found=dict(named.found),
        )

    def reply(self, stamp: Stamp, cadre: str, note: str) -> None:
        """Record what somebody whom it concerns says, while it is open.

        Raises:
            Refusal: there is no such lead, it doesn't concern the cadre, or it is closed.
        """
        self._must_be_open()
        if cadre not in self.members:
            raise Refusal(say("lead_of_others", lead=self.code, cadre=cadre), "cadre")
        self.record(self.Replied, stamp, cadre=cadre, note=note)

    def review(self, stamp: Stamp, reviewer: str, outcome: str, note: str) -> None:
        """Record the outcome that a reviewer came to; two who agree close the lead.

        Raises:
            Refusal: there is no such lead, it is closed, the reviewer reviewed it before, or
                (live) it concerns the reviewer.
        """
        self._must_be_open()
        if reviewer in self.reviews:
            raise Refusal(
                say(
                    "lead_reviewed_by",
                    lead=self.code,
                    reviewer=reviewer,
                    outcome=_told(self.reviews[reviewer]),
                ),
                "reviewer",
            )
        if reviewer in self.members and not stamp.legacy:
            raise Refusal(say("lead_of_reviewer", lead=self.code, reviewer=reviewer), "reviewer")
        self.record(self.Reviewed, stamp, reviewer=reviewer, outcome=outcome, note=note)

    def must_ground(self, rater: str) -> None:
        """Raise a refusal unless the lead may ground voiding what this rater gave."""
        self._must_be_released()
        if rater not in self.members:
            raise Refusal(say("lead_of_other_rater", lead=self.code, rater=rater), "lead")
        if self.status == "innocent":
            raise Refusal(say("lead_innocent", lead=self.code, day=self.reviewed_on), "lead")

    def _must_be_released(self) -> None:
        if not self.version:
            raise Refusal(say("lead_unknown", lead=self.code), "lead")

    def _must_be_open(self) -> None:
        self._must_be_released()
        if self.status != "open":
            raise Refusal(
                say(
                    "lead_closed",
                    lead=self.code,
                    day=self.reviewed_on,
                    outcome=_told(self.status),
                ),
                "lead",
            )


def _told(outcome: str) -> Term:
    return Term(outcome, f"lead_{outcome}")
