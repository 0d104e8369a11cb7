"""What a pair's evidence card (证据卡) shows: scores, what was expected, the rank without."""

from dataclasses import dataclass

import numpy as np

from projections.patterns import additive
from projections.patterns.assessing import Fitted, connected
from projections.patterns.known import mean_known
from projections.patterns.mutual import RECIPROCITY
from projections.patterns.panel import Floats


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


def card(one: Fitted, a: int, b: int, tau2: float) -> Card:
    """Return the card of two people of a group."""
    return Card(
        one.periods,
        direction(one, a, b),
        direction(one, b, a),
        float(np.sqrt(tau2 * (1 + RECIPROCITY) / 2)),
    )


def direction(one: Fitted, rater: int, ratee: int) -> Direction:
    """Return what a rater gave a ratee, period by period."""
    scores, residual = one.points[:, rater, ratee], one.fit.residual[:, rater, ratee]
    return Direction(scores, scores - residual, residual, entered(one, rater, ratee))


def entered(one: Fitted, rater: int, ratee: int) -> Floats:
    """Return when the last of a rater's scores of a ratee was entered in each period. (T,)"""
    e = one.panel.entries
    mine = (e.rater == rater) & (e.ratee == ratee) & ~np.isnan(e.at)
    last = np.full(len(one.panel.periods), -np.inf)
    np.maximum.at(last, e.period[mine], e.at[mine])
    return np.where(np.isinf(last), np.nan, last)[one.kept]


def ranks_without(one: Fitted, a: int, b: int) -> tuple[Rank, ...]:
    """Return the ranks of b and a by merit, with and without what they gave each other.

    Merit is the ordinary fit's, mean over the periods: robust weights would leave favours out.
    """
    points = one.points
    if (np.isnan(points) == np.isnan(points[:1])).all():
        points = points.mean(axis=0, keepdims=True)  # one design: the mean's fit is the fits' mean
    points = points.copy()
    points[:, [a, b], [b, a]] = np.nan
    merit = mean_known(one.fit.ols.merit, 0)
    rest = mean_known(additive.fit(points).merit, 0) if connected(points) else None
    of = int((~np.isnan(merit)).sum())
    people = one.panel.people
    return tuple(Rank(people[j], _rank(merit, j), _without(rest, j), of) for j in (b, a))


def _without(merit: Floats | None, j: int) -> int | None:
    return None if merit is None or np.isnan(merit[j]) else _rank(merit, j)


def _rank(merit: Floats, j: int) -> int:
    return 1 + int((merit > merit[j]).sum())
