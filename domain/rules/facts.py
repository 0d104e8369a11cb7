"""The facts that rules judge: immutable, already filtered to one point in time.

Points are integers in hundredths (9150 is 91.50), weights in basis points (10000 is 1).
A position is the place of the event in the log; it is the evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from domain.rules.policy import Policy
from domain.sentence import Sentence

Source = Literal["ballot", "log", "item"]
ServiceKind = Literal["absence", "sanction", "case"]
Participates = Literal["yes", "no", "comment_only"]
Status = Literal["confirmed", "proposed", "computed", "corrected"]


class Score(NamedTuple):
    """One valid score; ``dimension`` is the ballot's dimension, the item, or the log's day.

    ``unit`` is the one in whose year it was given.
    """

    position: int
    source: Source
    rater: str
    relation: str
    dimension: str
    points: int
    unit: str = ""


class Item(msgspec.Struct, frozen=True, gc=False):
    """One item of the work list in force, weighted in basis points."""

    item: str
    weight: int
    position: int


@dataclass(frozen=True, slots=True)
class Given:
    """A component or final that was recorded or corrected rather than computed.

    ``computed_elsewhere`` marks paper history's number for what the policy would compute.
    """

    points: int
    position: int
    corrected: bool = False
    computed_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class GradeGiven:
    """The grade on record, which outranks the computed one."""

    grade: str
    status: Status
    position: int


@dataclass(frozen=True, slots=True)
class Served:
    """The days of a year that a cadre served in a unit, and the postings that say so."""

    unit: str
    days: int
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One line of a cadre's service record, both its days included.

    Args:
        what: the kind of absence or sanction; ``opened`` or ``closed`` of a case.
        ends: None while it is open-ended.
    """

    kind: ServiceKind
    what: str
    starts: date
    ends: date | None
    position: int


@dataclass(frozen=True, slots=True)
class CadreYear:
    """All facts of one cadre in one assessment year: the roster line and what was scored.

    Args:
        items: the work list in force.
        scores: those that count; ballots of another unit's round only where ``served`` says
            that the cadre served there too.
        served: the units served in during the year, where there is evidence of several.
        lists: by unit served in, its own list, where several had one; the last handed in last.
        service: what the service record says by the closing.
        ranked_in: the unit on whose roster the cadre is ranked, where it is another one.
        probation: the posting by which the cadre is on probation.
    """

    cadre: str
    unit: str
    year: int
    rank_level: str
    category: str
    participates: Participates
    position: int
    on_probation: bool = False
    items: tuple[Item, ...] = ()
    scores: tuple[Score, ...] = ()
    given: Mapping[str, Given] = field(default_factory=dict)
    grade: GradeGiven | None = None
    served: tuple[Served, ...] = ()
    lists: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    service: tuple[Service, ...] = ()
    ranked_in: str | None = None
    probation: int | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing of a unit's year: its position in the log, and when it was known (µs)."""

    position: int
    on: date
    known_at: int = 0


@dataclass(frozen=True, slots=True)
class QuotaApproval:
    """A share of 优秀 approved for one unit and year, in basis points."""

    share: int
    position: int


@dataclass(frozen=True, slots=True)
class SchemeUsed:
    """A unit's ratified scheme, whose weights the unit's policy has.

    Args:
        position: of its ratification; ``drafted`` of the draft that was ratified.
        problem: why its weights aren't used; the policy's own are.
    """

    position: int
    drafted: int
    sha256: str
    problem: Sentence | None = None

    @property
    def evidence(self) -> tuple[int, ...]:
        """The positions of the draft and of its ratification, ascending."""
        return tuple(sorted((self.drafted, self.position)))


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit's roster in one year with its facts and the policies it is judged by.

    Args:
        policy: the one in force, with the weights of ``scheme`` where it has any.
        law: the law's layer, where one is adopted.
        approval: the share of 优秀 that was approved last.
    """

    unit: str
    year: int
    policy: Policy
    members: tuple[CadreYear, ...]
    closing: Closing | None = None
    law: Policy | None = None
    approval: QuotaApproval | None = None
    scheme: SchemeUsed | None = None

    @property
    def strict(self) -> Policy:
        """The layer that says what bars 优秀 and who isn't graded: the law's, else the city's."""
        return self.law or self.policy


@dataclass(frozen=True, slots=True)
class TalkHeld:
    """A talk on record; ``holds_role`` says if the talker held that role on that day."""

    cadre: str
    kind: Literal["reminder", "admonition"]
    talker: str
    talker_role: str
    holds_role: bool
    on: date
    position: int
