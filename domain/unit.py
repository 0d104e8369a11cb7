"""A unit (单位): its registration and who leads it. Stream ``unit/U012``.

Topics and field names are the storage format: they never change.
"""

from datetime import date

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.rules.roles import RoleChange, holders
from domain.sentence import Term, say

KINDS = ("town", "department", "body", "institution", "office")
ROLES = (
    "unit_head",
    "unit_deputy",
    "city_leader",
    "appraisal_admin",
    "party_member",
    "appraisal_office",
)


class Unit(Stream):
    """A unit and the roles in it."""

    TOPIC = "unit"
    PARTS = ("unit",)

    class Registered(Fact):
        """The unit exists."""

        TOPIC = "unit.registered"
        name: str
        kind: str
        parent: str | None = None

        def apply(self, unit: "Unit") -> None:
            unit.since = self.on

    class Assigned(Fact):
        """A cadre takes a role in the unit."""

        TOPIC = "unit.assigned"
        role: str
        cadre: str
        scope: str | None = None

        def apply(self, unit: "Unit") -> None:
            unit.changes.append(RoleChange(self.role, self.cadre, self.on, assigned=True))

    class Released(Fact):
        """A cadre gives up a role in the unit."""

        TOPIC = "unit.released"
        role: str
        cadre: str

        def apply(self, unit: "Unit") -> None:
            unit.changes.append(RoleChange(self.role, self.cadre, self.on, assigned=False))

    def begin(self) -> None:
        """Set the state before the first event."""
        self.since: date | None = None
        self.changes: list[RoleChange] = []

    @property
    def code(self) -> str:
        """The unit's own id."""
        return self.parts[0]

    def must_exist(self, day: date, field: str | None = "unit") -> None:
        """Raise a refusal unless the unit exists on ``day``."""
        if self.since is None:
            raise Refusal(say("unit_unknown", unit=self.code), field)
        if self.since > day:
            raise Refusal(say("unit_not_yet", unit=self.code, since=self.since, day=day), field)

    def holds(self, cadre: str, role: str, day: date) -> bool:
        """Tell if ``cadre`` holds ``role`` here on ``day``."""
        return cadre in holders(self.changes, role, day)

    def holders(self, role: str, day: date) -> frozenset[str]:
        """Return who holds ``role`` here on ``day``."""
        return frozenset(holders(self.changes, role, day))

    def roles_of(self, cadre: str, day: date) -> frozenset[str]:
        """Return the roles that ``cadre`` holds here on ``day``."""
        return frozenset(role for role in ROLES if self.holds(cadre, role, day))

    def register(self, stamp: Stamp, name: str, kind: str, parent: "Unit | None") -> None:
        """Register the unit, once."""
        if self.since is not None:
            raise Refusal(say("unit_registered", unit=self.code, since=self.since), "unit")
        if parent is not None:
            parent.must_exist(stamp.on, "parent")
        self.record(
            self.Registered, stamp, name=name, kind=kind, parent=parent.code if parent else None
        )

    def assign(self, stamp: Stamp, role: str, cadre: str, scope: str | None) -> None:
        """Give a role to a cadre, who must be known to exist."""
        self.must_exist(stamp.on)
        if self.holds(cadre, role, stamp.on):
            raise Refusal(say("role_held", unit=self.code, cadre=cadre, role=Term(role)), "cadre")
        self.record(self.Assigned, stamp, role=role, cadre=cadre, scope=scope)

    def release(self, stamp: Stamp, role: str, cadre: str) -> None:
        """Take a role from a cadre who holds it."""
        if not self.holds(cadre, role, stamp.on):
            raise Refusal(
                say("role_not_held", unit=self.code, cadre=cadre, role=Term(role), day=stamp.on),
                "cadre",
            )
        self.record(self.Released, stamp, role=role, cadre=cadre)
