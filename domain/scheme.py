"""A unit's appraisal scheme (考核方案) and the steps that approve it. Stream ``scheme/2018/U012``.

Topics and field names are the storage format: they never change.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.rules.policy import Policy
from domain.rules.procedure import SCHEME_ORDER, scheme_roles
from domain.rules.scheme_terms import content_hash, out_of_bounds, read_terms
from domain.sentence import say
from domain.steps import Step, must_be_next, must_hold
from domain.unit import Unit
from domain.year import Year


class SchemeStep(Step):
    """A step about a draft: ``sha256`` is the draft's, None where none is on record."""

    sha256: str | None = None

    def apply(self, scheme: "Scheme") -> None:
        """Fold: the scheme has come so far."""
        scheme.step = self.TOPIC.partition(".")[2]  # type: ignore[attr-defined]


class Scheme(Stream):
    """The draft in hand and the step it has come to."""

    TOPIC = "scheme"
    PARTS = ("year", "unit")

    class Drafted(Fact):
        """A draft; ``sha256`` is that of its content as canonical JSON."""

        TOPIC = "scheme.drafted"
        content: dict[str, Any]
        sha256: str

        def apply(self, scheme: "Scheme") -> None:
            scheme.step = "drafted"
            scheme.sha256 = self.sha256

    class Screened(SchemeStep):
        """The appraisal office has screened it (初审)."""

        TOPIC = "scheme.screened"

    class Resolved(SchemeStep):
        """The Party group has resolved it (集体研究)."""

        TOPIC = "scheme.resolved"

    class Countersigned(SchemeStep):
        """The city leader has countersigned it (审签)."""

        TOPIC = "scheme.countersigned"

    class Ratified(SchemeStep):
        """The appraisal office has ratified it (批复)."""

        TOPIC = "scheme.ratified"

    class Returned(SchemeStep):
        """It goes back to its beginning (退回); a new draft is wanted."""

        TOPIC = "scheme.returned"

    def begin(self) -> None:
        """Set the state before the first event."""
        self.step: str | None = None
        self.sha256: str | None = None

    def draft(
        self,
        stamp: Stamp,
        content: Mapping[str, Any],
        *,
        unit: Unit,
        year: Year,
        policy: Policy | None,
    ) -> None:
        """Record a draft.

        Args:
            content: JSON; the keys that the rules read must be well-formed.
            policy: whose bounds it must keep; None where none covers the year yet.

        Raises:
            Refusal: the year is closed or the content malformed; live also a draft out of its
                turn or outside the city's bounds (R26).
        """
        year.must_be_open()
        unit.must_exist(stamp.on)
        terms = read_terms(content)
        if not stamp.legacy:
            self._must_be_next("drafted")
            for field, sentence in out_of_bounds(terms, policy) if policy else ():
                raise Refusal(sentence, f"content.{field}")
        self.record(self.Drafted, stamp, content=dict(content), sha256=content_hash(content))

    def advance(
        self,
        stamp: Stamp,
        step: str,
        comment: str | None,
        meeting: str | None,
        attendees: Sequence[str],
        *,
        unit: Unit,
        year: Year,
        roles: Collection[str],
    ) -> None:
        """Take a step about the draft in hand.

        Args:
            step: ``screened``, ``resolved``, ``countersigned``, ``ratified`` or ``returned``.
            roles: those that ``stamp.by`` holds for this unit on that day.

        Raises:
            Refusal: the year is closed; live also out of order, or without the role.
        """
        year.must_be_open()
        unit.must_exist(stamp.on)
        if not stamp.legacy:
            self._must_be_next(step)
            must_hold(stamp, step, unit.code, roles, scheme_roles(step))
        self.record(
            _EVENTS[step],
            stamp,
            sha256=self.sha256,
            comment=comment,
            meeting=meeting,
            attendees=tuple(attendees),
        )

    def _must_be_next(self, step: str) -> None:
        if self.step == "ratified":
            raise Refusal(say("scheme_final", stream=self.id), "year")
        must_be_next(SCHEME_ORDER, self.id, self.step, step)


_EVENTS: Mapping[str, type[Fact]] = {
    "screened": Scheme.Screened,
    "resolved": Scheme.Resolved,
    "countersigned": Scheme.Countersigned,
    "ratified": Scheme.Ratified,
    "returned": Scheme.Returned,
}
