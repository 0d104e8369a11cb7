"""The Social Relations Model of one complete round robin: variances and their standard errors.

Warner, Kenny and Stoto (1979) for the estimates, Bond and Lashley (1996) for the standard errors.
"""

from dataclasses import dataclass

import numpy as np

from projections.patterns import additive
from projections.patterns.panel import Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """A variance or covariance and its standard error, points²."""

    value: float
    se: float


@dataclass(frozen=True, slots=True)
class Relations:
    """What the scores' variance consists of.

    Args:
        actor: of severities, A. partner: of merits, B.
        actor_partner: how severity and merit go together, G.
        relationship: what is left between two, noise included, c.
        reciprocity: how the two directions of a dyad go together, k.
    """

    people: int
    actor: Estimate
    partner: Estimate
    actor_partner: Estimate
    relationship: Estimate
    reciprocity: Estimate


def relations(points: Floats) -> Relations:
    """Return the variances of a round robin.

    Args:
        points: one period (or the mean of some); the diagonal NaN, nothing else. (n, n), n > 3
    """
    n = len(points)
    fit = additive.round_robin(points[None])
    g, a, b = fit.residual[0], fit.severity[0], fit.merit[0]
    i, j = np.triu_indices(n, 1)
    freedom = (n - 1) * (n - 2) / 2
    between = 2 * (((g[i, j] + g[j, i]) / 2) ** 2).sum() / (freedom - 1)
    within = ((g[i, j] - g[j, i]) ** 2).sum() / (2 * freedom)
    c, k = float(between + within) / 2, float(between - within) / 2
    own, other = (n - 1) / (n * (n - 2)), 1 / (n * (n - 2))
    actor = float((a**2).sum()) / (n - 1) - c * own - k * other
    partner = float((b**2).sum()) / (n - 1) - c * own - k * other
    both = float((a * b).sum()) / (n - 1) - k * own - c * other
    same = _se_within(n, c, k)
    return Relations(
        n,
        Estimate(actor, _se_of_people(n, actor, c, k)),
        Estimate(partner, _se_of_people(n, partner, c, k)),
        Estimate(both, _se_between(n, both, actor, partner, c, k)),
        Estimate(c, same),
        Estimate(k, same),
    )


def _w(n: int) -> int:
    return (n**2 - 3 * n + 6) * (n**2 - 3 * n + 4)


def _d(n: int) -> int:
    return _w(n) * (n + 1) * n**2 * (n - 2) ** 2


def _cross(n: int) -> int:
    return n**5 - 5 * n**4 + 20 * n**3 - 42 * n**2 + 60 * n - 32


def _se_within(n: int, c: float, k: float) -> float:
    """Return the standard error of the relationship variance, which is the covariance's, too."""
    return _root((2 * (n**2 - 3 * n + 5) * (c**2 + k**2) + 4 * c * k) / _w(n))


def _se_of_people(n: int, variance: float, c: float, k: float) -> float:
    """Return the standard error of the actor or of the partner variance."""
    of_c = 2 * (n**6 - 7 * n**5 + 28 * n**4 - 66 * n**3 + 102 * n**2 - 84 * n + 32) * c**2
    of_k = 2 * (n**3 - n**2 - 2 * n + 16) * (n**2 - 2 * n + 2) * k**2
    between = 4 * variance * ((n - 1) * c + k) / ((n + 1) * n * (n - 2))
    crossed = (of_c + of_k + 4 * _cross(n) * c * k) / _d(n)
    return _root(2 * variance**2 / (n + 1) + crossed + between)


def _se_between(n: int, both: float, a: float, b: float, c: float, k: float) -> float:
    """Return the standard error of the actor–partner covariance."""
    of_c = (n**6 - 5 * n**5 + 19 * n**4 - 45 * n**3 + 90 * n**2 - 96 * n + 64) * c**2
    of_k = (n**6 - 7 * n**5 + 31 * n**4 - 83 * n**3 + 150 * n**2 - 144 * n + 64) * k**2
    crossed = (of_c + of_k + 4 * _cross(n) * c * k) / _d(n)
    own = (n - 3) * both**2 / ((n + 1) * (n - 2))
    people = (n - 1) * a * b / ((n + 1) * (n - 2))
    below = (n + 1) * n * (n - 2) ** 2
    sums = (n - 1) * (a + b) * ((n - 1) * c + k) / below
    shared = 2 * (n - 3) * both * (c + (n - 1) * k) / below
    return _root(own + crossed + people + sums + shared)


def _root(variance: float) -> float:
    """Return a standard error; estimates below 0 can make its square so, which says 0."""
    return float(np.sqrt(max(variance, 0.0)))
