"""Pairs and retaliation: the tested dyads as leads, after the floors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from projections.patterns.assessing import Fitted
from projections.patterns.cards import Card, Rank, card, ranks_without
from projections.patterns.dyads import TAIL, Tested
from projections.patterns.multiplicity import benjamini_yekutieli
from projections.patterns.panel import Bools, Floats
from projections.patterns.strength import (
    FLOOR,
    LEAST_RATINGS,
    LISTED,
    REVIEW,
    VISIBLE,
    Strength,
    strengths,
)


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


def pairs(groups: Sequence[Fitted], tested: Tested) -> tuple[Pair, ...]:
    """Return the flagged dyads and the next of the ranking, the least p first."""
    large = tested.estimate >= FLOOR
    strength = strengths(tested.q, tested.q_strong, large & often(tested))
    return _listed(groups, tested, tested.p, tested.q, strength, large, tested.z)


def pair_of(groups: Sequence[Fitted], tested: Tested, at: int) -> Pair:
    """Return one tested dyad, flagged or not.

    Args:
        at: its place in the family.
    """
    large = tested.estimate >= FLOOR
    strength = strengths(tested.q, tested.q_strong, large & often(tested))
    return _told(groups, tested, at, tested.p, tested.q, strength[at], large)


def retaliation(groups: Sequence[Fitted], tested: Tested) -> tuple[Pair, ...]:
    """Return who mark each other down, tested and ranked likewise; the family is every dyad."""
    both = (tested.z_a < -1) & (tested.z_b < -1) & tested.dyads.steady
    p = np.where(both, stats.t.cdf(tested.z, TAIL), 1.0)
    q = benjamini_yekutieli(p)
    large = tested.estimate <= -FLOOR
    flagged = (q <= REVIEW) & large & often(tested)
    strength: list[Strength] = ["review" if flag else "none" for flag in flagged]
    return _listed(groups, tested, p, q, strength, large, -tested.z)


def often(tested: Tested) -> Bools:
    """Tell which dyads scored each other in five periods or more, each way. (m,)"""
    return np.minimum(tested.dyads.periods_a, tested.dyads.periods_b) >= LEAST_RATINGS


def _listed(
    groups: Sequence[Fitted],
    tested: Tested,
    p: Floats,
    q: Floats,
    strength: list[Strength],
    large: Bools,
    z: Floats,
) -> tuple[Pair, ...]:
    order = np.lexsort((-z, p))
    flagged = {int(at) for at in order if strength[at] != "none"}
    ranked = [int(at) for at in order[: LISTED + len(flagged)] if p[at] < 1]
    return tuple(
        _told(groups, tested, at, p, q, strength[at], large)
        for at in sorted(flagged.union(ranked[:LISTED]), key=lambda at: (p[at], -z[at]))
    )


def _told(
    groups: Sequence[Fitted],
    tested: Tested,
    at: int,
    p: Floats,
    q: Floats,
    strength: Strength,
    large: Bools,
) -> Pair:
    dyads = tested.dyads
    one, a, b = groups[dyads.unit[at]], int(dyads.a[at]), int(dyads.b[at])
    return Pair(
        group=one.panel.group,
        a=one.panel.people[a],
        b=one.panel.people[b],
        estimate=float(tested.estimate[at]),
        se=float(tested.se[at]),
        z=float(tested.z[at]),
        p=float(p[at]),
        q=float(q[at]),
        periods=int(min(dyads.periods_a[at], dyads.periods_b[at])),
        a_to_b=float(dyads.a_to_b[at]),
        b_to_a=float(dyads.b_to_a[at]),
        strength=strength,
        floor_met=bool(large[at]),
        rank_without=ranks_without(one, a, b),
        family=len(p),
        visible=float(VISIBLE * tested.se[at]),
        card=card(one, a, b, tested.tau2),
    )
