"""One unit's assessment year (考核年度): roster, rounds, components, closing.

Stream ``year/2018/U012``. Topics and field names are the storage format: they never change.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from domain.cadre import Cadre
from domain.component import is_from_outside, must_be_correction
from domain.fact import (
    Closable,
    Fact,
    Stamp,
    WithdrawableStream,
    Withdrawal,
    must_be_approved,
)
from domain.refusal import Refusal
from domain.roster import Line, amended_line, must_be_listable
from domain.round import Expected, must_be_round
from domain.rules.policy import Policy
from domain.rules.quota import must_be_approvable
from domain.sentence import say
from domain.unit import Unit


class Year(WithdrawableStream):
    """A unit's year; ``standing`` holds the roster's lines by version."""

    TOPIC = "year"
    PARTS = ("year", "unit")

    class Listed(Fact):
        """A cadre stands on the roster as frozen."""

        TOPIC = "year.listed"
        cadre: str
        rank_level: str
        category: str
        participates: str
        reason: str | None = None

        def apply(self, year: "Year") -> None:
            year.fold_line(self.originator_version, _line(self))

    class Amended(Fact):
        """A line of the roster was added, removed or changed; it carries the whole new line."""

        TOPIC = "year.amended"
        change: str
        cadre: str
        rank_level: str
        category: str
        participates: str
        reason: str
        approver: str

        def apply(self, year: "Year") -> None:
            year.fold_line(
                self.originator_version,
                None if self.change == "removed" else _line(self),
                self.cadre,
            )

    class RoundOpened(Fact):
        """A round of scoring is open; who is expected to score whom."""

        TOPIC = "year.round_opened"
        round: str
        starts: date
        ends: date
        expected: tuple[Expected, ...]

        def apply(self, year: "Year") -> None:
            year.rounds.add(self.round)

    class ComponentRecorded(Fact):
        """A component taken from outside, or paper history's number; points in hundredths."""

        TOPIC = "year.component_recorded"
        cadre: str
        component: str
        points: int
        computed_elsewhere: bool = False
        reason: str | None = None
        approver: str | None = None

        def apply(self, year: "Year") -> None:
            year.components.add((self.cadre, self.component))

    class Closed(Fact):
        """The year is closed under this policy; its position pins the log up to here.

        ``law_sha256`` is the text of the law's layer then in force, ``unit_points`` what the
        unit's implementation was scored and ``deductions`` the sum of what supervision deducted,
        in hundredths; None where there was none.
        """

        TOPIC = "year.closed"
        policy: str
        policy_sha256: str
        law_sha256: str | None = None
        unit_points: int | None = None
        deductions: int | None = None

        def apply(self, year: "Year") -> None:
            year.closed_on = self.on
            year.closed_version = self.originator_version
            year.closed_under = self.policy_sha256
            year.closed_law = self.law_sha256

    class QuotaApproved(Fact):
        """More 优秀 than the quota was approved; ``share`` is in basis points (R15)."""

        TOPIC = "year.quota_approved"
        share: int
        approver: str
        document: str

        def apply(self, year: "Year") -> None:
            """Fold: nothing is decided by it."""

    class Withdrawn(Withdrawal):
        """A roster line was recorded in error."""

        TOPIC = "year.withdrawn"

    def begin(self) -> None:
        """Set the state before the first event."""
        super().begin()
        self.rounds: set[str] = set()
        self.components: set[tuple[str, str]] = set()
        self.closed_on: date | None = None
        self.closed_version: int | None = None
        self.closed_under: str | None = None
        self.closed_law: str | None = None

    @property
    def code(self) -> tuple[int, str]:
        """The year and the unit."""
        year, unit = self.parts
        return int(year), unit

    def line(self, cadre: str) -> Line | None:
        """Return the cadre's line as it stands."""
        return next((line for line in self.standing.values() if line.cadre == cadre), None)

    def fold_line(self, version: int, line: Line | None, cadre: str | None = None) -> None:
        """Fold: a new line takes the place of the cadre's former one."""
        whose = line.cadre if line else cadre
        self.standing = {v: kept for v, kept in self.standing.items() if kept.cadre != whose}
        if line:
            self.standing[version] = line

    def must_be_open(self) -> None:
        """Raise a refusal once the year is closed."""
        if self.closed_on is not None:
            year, unit = self.code
            raise Refusal(say("year_closed", unit=unit, year=year, day=self.closed_on), "year")

    def freeze(
        self, stamp: Stamp, lines: Sequence[Line], *, unit: Unit, cadres: Mapping[str, Cadre]
    ) -> None:
        """Freeze the roster, once; afterwards it is amended.

        Raises:
            Refusal: frozen before, closed, nobody on it, somebody twice or unknown.
        """
        self.must_be_open()
        unit.must_exist(stamp.on)
        if self.standing:
            year, code = self.code
            raise Refusal(say("roster_frozen", unit=code, year=year), "members")
        must_be_listable(lines, cadres, stamp.on)
        for line in lines:
            self.record(
                self.Listed,
                stamp,
                cadre=line.cadre,
                rank_level=line.rank_level,
                category=line.category,
                participates=line.participates,
                reason=line.reason,
            )

    def amend(
        self,
        stamp: Stamp,
        cadre: Cadre,
        change: str,
        rank_level: str | None,
        category: str | None,
        participates: str | None,
        reason: str,
        approver: str,
        *,
        unit: Unit,
    ) -> None:
        """Add, remove or change a line of the roster; who is added must have come by that day."""
        self.must_be_open()
        unit.must_exist(stamp.on)
        must_be_approved(stamp, reason, approver)
        before = self.line(cadre.code)
        if (before is None) != (change == "added"):
            key = "roster_already_lists" if before else "roster_lacks"
            year, code = self.code
            raise Refusal(say(key, cadre=cadre.code, unit=code, year=year), "cadre")
        line = amended_line(before, cadre, rank_level, category, participates, stamp.on)
        self.record(
            self.Amended,
            stamp,
            change=change,
            cadre=line.cadre,
            rank_level=line.rank_level,
            category=line.category,
            participates=line.participates,
            reason=reason,
            approver=approver,
        )

    def open_round(
        self,
        stamp: Stamp,
        name: str,
        starts: date,
        ends: date,
        expected: Sequence[Expected],
        *,
        unit: Unit,
        cadres: Mapping[str, Cadre],
    ) -> None:
        """Open a round and say who is expected to score whom."""
        self.must_be_open()
        unit.must_exist(stamp.on)
        if name in self.rounds:
            year, code = self.code
            raise Refusal(say("round_opened", round=name, unit=code, year=year), "round")
        must_be_round(starts, ends, expected, cadres, stamp.on)
        self.record(
            self.RoundOpened,
            stamp,
            round=name,
            starts=starts,
            ends=ends,
            expected=tuple(expected),
        )

    def record_component(
        self,
        stamp: Stamp,
        cadre: Cadre,
        component: str,
        points: int,
        reason: str | None,
        approver: str | None,
        *,
        unit: Unit,
        policy: Policy,
    ) -> None:
        """Record what the policy takes from outside; of paper history also what it computes.

        Raises:
            Refusal: closed, nobody, no such component, or recorded before without correction.
        """
        self.must_be_open()
        unit.must_exist(stamp.on)
        cadre.must_have_come(stamp.on)
        outside = is_from_outside(component, policy, legacy=stamp.legacy)
        if (cadre.code, component) in self.components:
            must_be_correction(stamp, cadre.code, component, reason, approver)
        self.record(
            self.ComponentRecorded,
            stamp,
            cadre=cadre.code,
            component=component,
            points=points,
            computed_elsewhere=not outside,
            reason=reason,
            approver=approver,
        )

    def close(
        self,
        stamp: Stamp,
        *,
        unit: Unit,
        policy: Policy,
        law: Policy | None,
        unit_points: int | None,
        deductions: int | None,
    ) -> None:
        """Close the year under the policy in force.

        Args:
            law: the law's layer in force for the unit's year.
            unit_points: the score of the unit's own implementation, in hundredths.
            deductions: what supervision deducted, in hundredths.

        Raises:
            Refusal: closed before; live also without a roster.
        """
        self.must_be_open()
        unit.must_exist(stamp.on)
        if not self.standing and not stamp.legacy:
            year, code = self.code
            raise Refusal(say("close_without_roster", unit=code, year=year), "year")
        self.record(
            self.Closed,
            stamp,
            policy=policy.name,
            policy_sha256=policy.sha256,
            law_sha256=law.sha256 if law else None,
            unit_points=unit_points,
            deductions=deductions,
        )

    def approve_quota(
        self,
        stamp: Stamp,
        share: int,
        approver: str,
        document: str,
        *,
        unit: Unit,
        policy: Policy,
        law: Policy | None,
    ) -> None:
        """Record that more 优秀 than the quota were approved, also after closing.

        Args:
            share: in basis points, above the quota and within the most of policy and law.
            document: the paper that approves it.

        Raises:
            Refusal: no such unit, one's own approval, or a share that isn't allowed.
        """
        unit.must_exist(stamp.on)
        if approver == stamp.by:
            raise Refusal(say("approver_is_asker", approver=approver), "approver")
        must_be_approvable(share, policy, law)
        self.record(self.QuotaApproved, stamp, share=share, approver=approver, document=document)

    def withdraw(
        self,
        stamp: Stamp,
        version: int,
        position: int,
        reason: str,
        approver: str,
        *,
        year: Closable | None = None,
    ) -> None:
        """Withdraw a roster line while the year is open."""
        super().withdraw(stamp, version, position, reason, approver, year=self)


def _line(fact: "Year.Listed | Year.Amended") -> Line:
    return Line(fact.cadre, fact.rank_level, fact.category, fact.participates, fact.reason)
