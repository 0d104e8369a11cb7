"""The facts that rules judge: immutable, already filtered to one point in time.

Points are integers in hundredths (9150 is 91.50), weights in basis points (10000 is 1).
A position is the place of the event in the log; it is the evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from domain.rules.policy import Policy

Source = Literal["ballot", "log", "item"]
Participates = Literal["yes", "no", "comment_only"]
Status = Literal["confirmed", "proposed", "computed", "corrected"]


@dataclass(frozen=True, slots=True)
class Score:
    """One valid score; ``dimension`` is the ballot's dimension, the item, or the log's day."""

    position: int
    source: Source
    rater: str
    relation: str
    dimension: str
    points: int


@dataclass(frozen=True, slots=True)
class Item:
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
class CadreYear:
    """All facts of one cadre in one assessment year: the roster line and what was scored."""

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


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing of a unit's year: its position in the log, and when it was known (µs)."""

    position: int
    on: date
    known_at: int = 0


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit's roster in one year with its facts and the policies it is judged by."""

    unit: str
    year: int
    policy: Policy
    members: tuple[CadreYear, ...]
    closing: Closing | None = None
    law: Policy | None = None


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
