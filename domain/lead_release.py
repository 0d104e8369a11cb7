"""A release of leads: what was computed, from what, by what. Stream ``lead-release/L2018-1``.

It pins all that the leads follow from, so that anybody can compute them again. Topics and field
names are the storage format: they never change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.sentence import say


@dataclass(frozen=True, slots=True)
class Family:
    """The tests of one kind that share one false discovery rate.

    Args:
        kind: of the leads.
        relation, source: the stratum; None for a kind that is tested over several.
        tests: how many there were, found or not.
        level: the false discovery rate that the leads keep to, in basis points; None where they
            follow from a rule and no test.
    """

    kind: str
    relation: str | None
    source: str | None
    tests: int
    level: int | None


@dataclass(frozen=True, slots=True)
class Computed:
    """What leads follow from.

    Args:
        position: the log was read up to it.
        code_version: which program computed them.
        seed: of what is drawn at random.
        first, last: the closed years looked at.
    """

    position: int
    code_version: str
    seed: int
    first: int
    last: int
    families: Sequence[Family]


class LeadRelease(Stream):
    """One release; its leads have streams of their own."""

    TOPIC = "lead-release"
    PARTS = ("release",)

    class Made(Fact):
        """Leads were computed and released together; there may be none."""

        TOPIC = "lead_release.made"
        position: int
        code_version: str
        seed: int
        first: int
        last: int
        families: tuple[Family, ...]
        leads: tuple[str, ...]

        def apply(self, release: "LeadRelease") -> None:
            """Fold: that it is there says all."""

    @property
    def code(self) -> str:
        """The release's own id."""
        return self.parts[0]

    def make(self, stamp: Stamp, computed: Computed, leads: Sequence[str]) -> None:
        """Record what the leads of this release follow from, once.

        Raises:
            Refusal: the release was made before, or its years go back.
        """
        if self.version:
            raise Refusal(say("leads_released", release=self.code), "release")
        if computed.last < computed.first:
            raise Refusal(say("years_go_back", first=computed.first, last=computed.last), "last")
        self.record(
            self.Made,
            stamp,
            position=computed.position,
            code_version=computed.code_version,
            seed=computed.seed,
            first=computed.first,
            last=computed.last,
            families=tuple(computed.families),
            leads=tuple(leads),
        )
