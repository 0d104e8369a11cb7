"""What the checks judge: everything known about how one unit conducted its year.

A check sees nothing else. Steps stand in the log's order; a position is the evidence.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from domain.rules.accountability import TalkDue
from domain.rules.appeals import Request
from domain.rules.facts import GradeGiven, UnitYear
from domain.rules.finding import Finding
from domain.rules.policy import Policy
from domain.rules.procedure import OFFICE
from domain.rules.roles import RoleChange, holders
from domain.rules.spread import Spread
from domain.rules.standing import Standing

DecisionKind = Literal["commend", "talent", "train", "appoint"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure: who took it on which day, and when it became known (µs)."""

    step: str
    by: str
    on: date
    position: int
    known_at: int = 0
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class SchemeStep(Step):
    """A step of the scheme; ``sha256`` is the hash of the draft it is about."""

    sha256: str | None = None
    content: Mapping[str, Any] | None = None
    meeting: str | None = None
    attendees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListStep(Step):
    """A step of one cadre's work list, in the year of ``unit``."""

    unit: str = ""
    meeting: str | None = None
    attendees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultStep(Step):
    """A step of one cadre's result; ``annual`` in hundredths as it was posted."""

    grade: str | None = None
    reason: str | None = None
    annual: int | None = None
    rank: int | None = None
    of: int | None = None
    stage: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class TalkStep(Step):
    """What followed a talk: a deadline, a review of the improvement, another post."""

    due: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What a scheme was used for: a round, ballot, item, component or the closing."""

    what: str
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class Post:
    """A posting of a cadre, and the one before it."""

    cadre: str
    unit: str
    post: str
    rank_level: str
    category: str
    on: date
    position: int
    former: "Post | None" = None

    @property
    def is_new(self) -> bool:
        """Whether it is another unit, post, level or category than before."""
        return self.former is None or self.place != self.former.place

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What a posting is to."""
        return self.unit, self.post, self.rank_level, self.category


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of the roster after it was frozen."""

    cadre: str
    change: str
    reason: str
    approver: str
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class Supervised:
    """An act of supervision; ``points`` in hundredths where it deducted any."""

    kind: str
    on: date
    position: int
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """Something that happened to a cadre on a day, such as a training or leaving."""

    cadre: str
    on: date
    position: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that stands, with its answer as known when it was taken, and as known now.

    Args:
        year: the last year of the window that it rests on.
        rank_level: the level appointed to; ``held`` is the post held until then.
        cites: the positions of the evidence that it names.
        excepted: the position of its exception; None without one.
        changed: positions of later events that corrected, voided or withdrew its evidence.
    """

    decision: str
    kind: DecisionKind
    cadre: str
    year: int | None
    on: date
    position: int
    then: Finding
    now: Finding
    reason: str | None = None
    rank_level: str | None = None
    held: Post | None = None
    cites: tuple[int, ...] = ()
    excepted: int | None = None
    changed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """Who held which role: in the unit, and in the appraisal office, which serves all units.

    Args:
        unit: the changes of each role in the unit, in the order in which they were recorded.
        offices: those of the appraisal office in every unit that has one.
    """

    unit: Mapping[str, Sequence[RoleChange]] = field(default_factory=dict)
    offices: tuple[Sequence[RoleChange], ...] = ()

    def holders(self, role: str, day: date) -> list[str]:
        """Return who held the role for the unit on ``day``."""
        changes = self.offices if role == OFFICE else (self.unit.get(role, ()),)
        return [cadre for of_one in changes for cadre in holders(of_one, role, day)]

    def any_held(self, cadre: str, roles: Collection[str], day: date) -> bool:
        """Tell if the cadre held one of the roles on ``day``."""
        return any(cadre in self.holders(role, day) for role in roles)


@dataclass(frozen=True, slots=True)
class Conduct:
    """How one unit conducted its year.

    Args:
        facts: the roster with its scores and the policy that judges it.
        today: the day to which overdue refers.
        paper: the whole year is paper history.
        standings: by cadre, of those whom this unit's roster judges.
        lists, results, talk_steps: by cadre.
        unforeseen: whose talk, or its kind, is due only by what became known after its last day.
        held: the talks on record about the year, their kinds in ``what``, by cadre.
        entries: the positions of the log entries, by cadre.
        then: a cadre's standing as known when a step of his result was taken, by its position;
            only where it may differ from the standing.
        requests: for reconsideration and appeals, by cadre.
        paid_then: by rank level, the spread as known when the last of it was granted; only where
            somebody is now paid more than someone ahead.
        postings: those to this unit that took effect in the year.
        appointments: the decisions to appoint that stand, by cadre; the level in ``what``.
        frozen: the standings by the roster as frozen; empty where it was never amended.
        earlier: the grades on record of the year before, by cadre.
        gone: who was demoted, moved, sanctioned or left after that, by cadre.
        deductions: the sum that the closing pinned, in hundredths.
    """

    facts: UnitYear
    today: date
    paper: bool = False
    standings: Mapping[str, Standing] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)
    scheme: tuple[SchemeStep, ...] = ()
    first_use: Use | None = None
    lists: Mapping[str, tuple[ListStep, ...]] = field(default_factory=dict)
    postings: tuple[Post, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    entries: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    results: Mapping[str, tuple[ResultStep, ...]] = field(default_factory=dict)
    then: Mapping[int, Standing | None] = field(default_factory=dict)
    requests: Mapping[str, tuple[Request, ...]] = field(default_factory=dict)
    spreads: tuple[Spread, ...] = ()
    paid_then: Mapping[str, Spread] = field(default_factory=dict)
    talks: tuple[TalkDue, ...] = ()
    unforeseen: frozenset[str] = frozenset()
    held: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    talk_steps: Mapping[str, tuple[TalkStep, ...]] = field(default_factory=dict)
    decisions: tuple[Decided, ...] = ()
    appointments: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    supervision: tuple[Supervised, ...] = ()
    deductions: int | None = None
    trained: tuple[Dated, ...] = ()
    frozen: Mapping[str, Standing] = field(default_factory=dict)
    earlier: Mapping[str, GradeGiven] = field(default_factory=dict)
    gone: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Whose year it is."""
        return self.facts.unit

    @property
    def year(self) -> int:
        """Which year it is."""
        return self.facts.year

    @property
    def policy(self) -> Policy:
        """What judges the year."""
        return self.facts.policy

    @property
    def closing(self) -> tuple[int, ...]:
        """The position of the closing, if the year is closed."""
        return (self.facts.closing.position,) if self.facts.closing else ()

    @property
    def roster(self) -> tuple[int, ...]:
        """The positions of the roster's lines, ascending."""
        return tuple(sorted(member.position for member in self.facts.members))

    def standing_at(self, step: Step, cadre: str) -> Standing | None:
        """Return a cadre's standing as it was known when the step was taken."""
        return self.then[step.position] if step.position in self.then else self.standings.get(cadre)


class Found(NamedTuple):
    """What a check found about the unit, or about one of its people."""

    cadre: str | None
    finding: Finding
