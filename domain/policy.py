"""A policy's adoption (政策版本). Stream ``policy/shishou-2018``.

The event carries the whole document and its SHA-256, and the values that held for what the
document leaves out, so that a past year is judged by the very policy it was closed under,
whatever the program's defaults become. Topics and field names are the storage format: they never
change.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.rules.document import read_policy, wrong
from domain.rules.in_force import Adoption, contradicted
from domain.rules.policy import Policy
from domain.sentence import say
from domain.unit import Unit


class PolicyStream(Stream):
    """The versions of one policy, and what was found of how it works."""

    TOPIC = "policy"
    PARTS = ("policy",)

    class Adopted(Fact):
        """The policy is in force; ``units`` are a pilot's, none means all."""

        TOPIC = "policy.adopted"
        document: str
        sha256: str
        units: tuple[str, ...] = ()
        unstated: dict[str, Any] = field(default_factory=dict)

        def apply(self, policy: "PolicyStream") -> None:
            policy.fold_version(self)

    class Amended(Fact):
        """A new text of the policy; closed years keep the one they were closed under.

        ``because`` are the log positions of what led to it: evaluations, feedback (R31).
        """

        TOPIC = "policy.amended"
        document: str
        sha256: str
        units: tuple[str, ...] = ()
        unstated: dict[str, Any] = field(default_factory=dict)
        because: tuple[int, ...] = ()

        def apply(self, policy: "PolicyStream") -> None:
            policy.fold_version(self)

    class Evaluated(Fact):
        """How a year under the policy was evaluated, and what is to come of it (R31)."""

        TOPIC = "policy.evaluated"
        year: int
        findings: str
        outcome: str

        def apply(self, policy: "PolicyStream") -> None:
            """Fold: nothing is decided by it."""

    def begin(self) -> None:
        """Set the state before the first event."""
        self.versions: list[Adoption] = []

    def fold_version(self, fact: "PolicyStream.Adopted | PolicyStream.Amended") -> None:
        """Fold: one more text; its rank among policies is that of the adoption."""
        self.versions.append(
            Adoption(
                name=self.parts[0],
                document=fact.document,
                on=self.versions[0].on if self.versions else fact.on,
                recorded=fact.timestamp,
                units=fact.units,
                unstated=json.dumps(fact.unstated, sort_keys=True),
            )
        )

    def adopt(
        self,
        stamp: Stamp,
        document: str,
        pilots: Mapping[str, Unit],
        others: Iterable[Adoption] = (),
    ) -> None:
        """Adopt the policy, once; the document must be valid and of this name.

        Args:
            pilots: the units it is for; none means all.
            others: the texts of other policies, in the order in which they were recorded.

        Raises:
            Refusal: adopted before, invalid, or nothing would say whether it or another policy
                adopted on that day judges a year.
        """
        if self.versions:
            raise Refusal(say("policy_adopted", policy=self.parts[0]), "policy")
        policy = self._read(document)
        offered = Adoption(self.parts[0], document, stamp.on, stamp.timestamp, tuple(pilots))
        rival = contradicted(offered, policy, others)
        if rival:
            raise wrong(
                document,
                "years.from",
                say("policy_contradicts", other=rival.name, day=rival.on),
            )
        self._record_version(self.Adopted, stamp, policy, pilots, units=tuple(pilots))

    def amend(
        self,
        stamp: Stamp,
        document: str,
        pilots: Mapping[str, Unit],
        because: Sequence[int] = (),
    ) -> None:
        """Amend an adopted policy; without pilots it keeps its own.

        Args:
            because: the log positions of what led to it.
        """
        self._must_be_adopted()
        policy = self._read(document)
        units = tuple(pilots) or self.versions[-1].units
        self._record_version(
            self.Amended, stamp, policy, pilots, units=units, because=tuple(because)
        )

    def evaluate(self, stamp: Stamp, year: int, findings: str, outcome: str) -> None:
        """Record how a year under this policy was evaluated."""
        self._must_be_adopted()
        self.record(self.Evaluated, stamp, year=year, findings=findings, outcome=outcome)

    def _must_be_adopted(self) -> None:
        if not self.versions:
            raise Refusal(say("policy_not_adopted", policy=self.parts[0]), "policy")

    def _read(self, document: str) -> Policy:
        policy = read_policy(document)
        if policy.name != self.parts[0]:
            raise Refusal(
                say("policy_name_differs", policy=self.parts[0], name=policy.name), "document"
            )
        return policy

    def _record_version(
        self,
        event: type[Fact],
        stamp: Stamp,
        policy: Policy,
        pilots: Mapping[str, Unit],
        **fields: Any,
    ) -> None:
        for index, pilot in enumerate(pilots.values()):
            pilot.must_exist(stamp.on, f"units.{index}")
        self.record(
            event,
            stamp,
            document=policy.text,
            sha256=policy.sha256,
            unstated=dict(policy.unstated),
            **fields,
        )
