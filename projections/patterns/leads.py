"""Leads (线索): what the statistics tell, in the ids of people and in points; never a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from domain.sentence import Sentence
from projections.patterns.panel import Floats

Kind = Literal[
    "pairs",
    "rings",
    "windows",
    "raters",
    "in-group",
    "rivals",
    "retaliation",
    "units",
    "one-way",
    "lift",
    "rotation",
]
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]

Strength = Literal["review", "strong", "none"]


@dataclass(frozen=True, slots=True)
class NotAssessable:
    """What can't be told of a group (or of one rater in it), and why; never the same as clean.

    Args:
        who: the rater, where it is about one only.
    """

    kind: Kind
    group: str
    reason: Sentence
    who: str | None = None


@dataclass(frozen=True, slots=True)
class NothingFound:
    """A group in which nothing was flagged, and the smallest effect that would have been seen.

    Args:
        visible: 3.9 times the group's median standard error: of a typical dyad, ring of three,
            window of three periods or test; in points, of a unit's reciprocity points².
    """

    kind: Kind
    group: str
    visible: float


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """What one of a pair gave the other, period by period; NaN where nothing. Each (T,).

    Args:
        scores: in points.
        expected: by the rater's severity (and slope) and what the others gave the ratee.
        residual: scores − expected.
        dates: when entered, seconds since 1970 UTC; NaN where that isn't known.
    """

    scores: Floats
    expected: Floats
    residual: Floats
    dates: Floats


@dataclass(frozen=True, slots=True)
class Rank:
    """A ratee's rank by merit as this stratum's fit has it, mean over the periods; 1 is best.

    Args:
        without: without what the two gave each other; None where nothing else connects them.
        of: how many are ranked.
    """

    ratee: str
    rank: int
    without: int | None
    of: int


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """What a pair's evidence card (证据卡) shows beside the pair itself.

    Args:
        periods: what the panel's periods are called. (T,)
        a_to_b, b_to_a: each direction's scores and what was expected.
        honest_sd: the deviation of what honest pairs have in common, without noise: √(τ²(1+ρ)/2).
    """

    periods: tuple[str, ...]
    a_to_b: Direction
    b_to_a: Direction
    honest_sd: float


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two who score each other higher than honest pairs do (or, in retaliation, lower).

    Args:
        estimate, se: what both directions have in common, in points.
        z, p, q: as tested; q the least false discovery rate at which it is found.
        periods: in how many periods the less rated direction was scored.
        a_to_b, b_to_a: the mean residual of each direction, in points.
        floor_met: the estimate is 4 points or more.
        rank_without: of b without a's scores and of a without b's.
        family: how many dyads were tested.
        visible: 3.9·se, the smallest effect that would have been seen, in points.
    """

    group: str
    a: str
    b: str
    estimate: float
    se: float
    z: float
    p: float
    q: float
    periods: int
    a_to_b: float
    b_to_a: float
    strength: Strength
    floor_met: bool
    rank_without: tuple[Rank, ...]
    family: int
    visible: float
    card: Card


@dataclass(frozen=True, slots=True)
class Ring:
    """Three to six who all favour one another.

    Args:
        estimate: the mean of the estimates of its dyads, in points.
        z: the sum of its dyads' z over the root of their number.
    """

    group: str
    members: tuple[str, ...]
    estimate: float
    z: float
    p: float
    q: float
    strength: Strength
    floor_met: bool
    family: int


@dataclass(frozen=True, slots=True)
class Window:
    """Two who favoured each other from one period to another.

    Args:
        estimate: the mean of what both have in common in those periods, in points.
        statistic: the greatest z of all windows; p is its own tail.
        floor_met: the estimate is 4 points or more.
    """

    group: str
    a: str
    b: str
    first: str
    last: str
    periods: int
    estimate: float
    statistic: float
    p: float
    q: float
    strength: Strength
    floor_met: bool
    family: int
    visible: float


@dataclass(frozen=True, slots=True)
class RaterSheet:
    """How one rater scores; None where it can't be told.

    Args:
        severity: what the rater adds to every ratee (positive: lenient), mean of the periods.
        severity_se: its standard error, points.
        spread: own standard deviation over the unit's median.
        flat: straight-lines (spread under .35).
        noise_sd: what varies in the rater's scores within a dyad, points.
        slope: by how much more than others the rater stretches merit.
        halo: mean correlation of the dimensions over the rater's ratees.
        halo_unit: the unit's median of it.
        last_hours: share of the last period's scores entered in the unit's last hours.
        last_hours_before: the same over the rater's earlier periods.
        seconds: median seconds between entries in the last period.
        seconds_before: the same over the rater's earlier periods.
        drift: points of severity a period.
        drift_se: its standard error.
        scored: how many scores the sheet rests on.
    """

    group: str
    rater: str
    severity: float
    severity_se: float | None
    spread: float | None
    flat: bool
    noise_sd: float | None
    slope: float
    halo: float | None
    halo_unit: float | None
    last_hours: float | None
    last_hours_before: float | None
    seconds: float | None
    seconds_before: float | None
    drift: float | None
    drift_se: float | None
    scored: int


@dataclass(frozen=True, slots=True)
class InGroup:
    """Whether those of the same school (home town, former unit …) get more than others.

    Args:
        rater: None where it is about the whole unit.
        estimate, se: matched − other, in points.
        matched: how many ratees (or, of a unit, cells) share the attribute's value.
    """

    group: str
    attribute: str
    rater: str | None
    estimate: float
    se: float
    p: float
    q: float
    matched: int
    strength: Strength
    floor_met: bool
    family: int
    visible: float


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A rater who scores the ratees ranked beside him lower than others.

    Args:
        estimate, se: rivals − others, in points.
        rivals: who they are.
    """

    group: str
    rater: str
    rivals: tuple[str, ...]
    estimate: float
    se: float
    z: float
    p: float
    q: float
    strength: Strength
    floor_met: bool
    family: int
    visible: float


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """How much a unit's people score one another alike beyond severity and merit (SRM).

    Args:
        reciprocity, se: the dyadic covariance k and its standard error, points².
        actor, partner, relationship: variances, points².
        correlation: k over the relationship variance.
    """

    group: str
    people: int
    periods: int
    actor: float
    partner: float
    relationship: float
    actor_partner: float
    reciprocity: float
    se: float
    correlation: float
    z: float
    p: float
    q: float
    strength: Strength
    family: int


@dataclass(frozen=True, slots=True)
class OneWay:
    """One rater's lasting favour for one ratee: a ranked list, never a flag."""

    group: str
    rater: str
    ratee: str
    estimate: float
    se: float
    z: float
    periods: int


@dataclass(frozen=True, slots=True)
class Across:
    """A leader and a subordinate who favour each other: a list only, not simulated yet.

    Args:
        down: what the leader gave more than expected, in points. up: what the subordinate gave.
        estimate, se: what both have in common, in points.
    """

    group: str
    leader: str
    subordinate: str
    down: float
    up: float
    estimate: float
    se: float
    z: float


@dataclass(frozen=True, slots=True)
class Lift:
    """Scores lifted in the two periods before a decision: a list only, not simulated yet.

    Args:
        decided: in which period the ratee was appointed or commended.
        mutual: whether it is what both have in common, or what the rater gave.
    """

    group: str
    rater: str
    ratee: str
    decided: str
    mutual: bool
    estimate: float
    z: float
    p: float
    q: float
    family: int


@dataclass(frozen=True, slots=True)
class Rotation:
    """How excellent goes round in a unit (轮流坐庄): a ranked list of units, never a flag.

    Args:
        again: pairs of periods in which the same person was excellent.
        by_chance: how many such pairs chance gives, and their deviation.
        p: how often chance repeats as seldom or more seldom.
    """

    group: str
    again: int
    by_chance: float
    sd: float
    z: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in one stratum: one relation's scores from one source.

    Args:
        seed: with the same panels it gives the same.
        tau2: the variance of honest affinity, points².
        shift: the median that every dyad's z is measured from.
        residuals: each assessable group's ē, rater by ratee, for its heat map. (n, n)
        people: whom the rows of a heat map are.
    """

    relation: str
    source: str
    seed: int
    tau2: float | None
    shift: float | None
    pairs: tuple[Pair, ...] = ()
    rings: tuple[Ring, ...] = ()
    windows: tuple[Window, ...] = ()
    raters: tuple[RaterSheet, ...] = ()
    in_group: tuple[InGroup, ...] = ()
    rivals: tuple[Rivalry, ...] = ()
    retaliation: tuple[Pair, ...] = ()
    units: tuple[UnitIndex, ...] = ()
    one_way: tuple[OneWay, ...] = ()
    lift: tuple[Lift, ...] = ()
    rotation: tuple[Rotation, ...] = ()
    not_assessable: tuple[NotAssessable, ...] = ()
    nothing_found: tuple[NothingFound, ...] = ()
    residuals: Mapping[str, Floats] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
