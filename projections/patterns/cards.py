"""What a pair's evidence card (证据卡) shows: scores, what was expected, the rank without."""

import numpy as np

from projections.patterns import additive
from projections.patterns.assessing import Fitted, connected
from projections.patterns.dyads import RECIPROCITY
from projections.patterns.known import mean_known
from projections.patterns.leads import Card, Direction, Rank
from projections.patterns.panel import Floats


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
