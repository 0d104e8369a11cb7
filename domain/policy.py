"""A policy's adoption (政策版本). Stream ``policy/shishou-2018``.

The event carries the whole document and its SHA-256, and the values that held for what the
document leaves out, so that a past year is judged by the very policy it was closed under,
whatever the program's defaults become. Topics and field names are the storage format: they never
change.
"""

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.rules.document import read_policy
from domain.rules.in_force import Adoption
from domain.sentence import say
from domain.unit import Unit


class PolicyStream(Stream):
    """The versions of one policy."""

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
        """A new text of the policy; closed years keep the one they were closed under."""

        TOPIC = "policy.amended"
        document: str
        sha256: str
        units: tuple[str, ...] = ()
        unstated: dict[str, Any] = field(default_factory=dict)

        def apply(self, policy: "PolicyStream") -> None:
            policy.fold_version(self)

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

    def adopt(self, stamp: Stamp, document: str, pilots: Mapping[str, Unit]) -> None:
        """Adopt the policy, once; the document must be valid and of this name.

        Args:
            pilots: the units it is for; none means all.
        """
        if self.versions:
            raise Refusal(say("policy_adopted", policy=self.parts[0]), "policy")
        self._record_version(self.Adopted, stamp, document, pilots, tuple(pilots))

    def amend(self, stamp: Stamp, document: str, pilots: Mapping[str, Unit]) -> None:
        """Amend an adopted policy; without pilots it keeps its own."""
        if not self.versions:
            raise Refusal(say("policy_not_adopted", policy=self.parts[0]), "policy")
        units = tuple(pilots) or self.versions[-1].units
        self._record_version(self.Amended, stamp, document, pilots, units)

    def _record_version(
        self,
        event: type[Fact],
        stamp: Stamp,
        document: str,
        pilots: Mapping[str, Unit],
        units: tuple[str, ...],
    ) -> None:
        policy = read_policy(document)
        if policy.name != self.parts[0]:
            raise Refusal(
                say("policy_name_differs", policy=self.parts[0], name=policy.name), "document"
            )
        for index, pilot in enumerate(pilots.values()):
            pilot.must_exist(stamp.on, f"units.{index}")
        self.record(
            event,
            stamp,
            document=document,
            sha256=policy.sha256,
            units=units,
            unstated=dict(policy.unstated),
        )
