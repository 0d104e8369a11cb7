"""Dyads against the Social Relations null: do two favour each other more than honest pairs do?

Honest affinity lasts and is a little mutual, so it doesn't average out over the years. Its variance
τ² is estimated from all dyads of the release, of which favours are few (Kenny and La Voie 1984).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import stats

from projections.patterns.multiplicity import benjamini_hochberg, benjamini_yekutieli
from projections.patterns.mutual import RECIPROCITY, combined
from projections.patterns.panel import Bools, Floats, Ints
from projections.patterns.robust import Fit, robust_deviation

MOST = 100.0
"""τ² is looked for between 0 and this, in points²."""
HALVINGS = 26
TAIL = 60
"""Degrees of freedom of the t whose tail a dyad's p is."""
BOTH = 1.0
"""What z each direction must exceed for the dyad to count as mutual."""
SET_ASIDE = 0.20
"""The false discovery rate under which a dyad gets no weight in the second fit."""
LEAST_PERIODS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Dyads:
    """All assessable dyads of all units; every array has one place for each. (m,)

    Args:
        unit: which of the units.
        a, b: which of its people; a < b.
        a_to_b, b_to_a: ē, in points.
        variance_a, variance_b: V of a_to_b and of b_to_a, points².
        periods_a, periods_b: in how many periods a scored b and b scored a.
        steady: neither is cramped.
    """

    unit: Ints
    a: Ints
    b: Ints
    a_to_b: Floats
    b_to_a: Floats
    variance_a: Floats
    variance_b: Floats
    periods_a: Ints
    periods_b: Ints
    steady: Bools

    def by_unit(self, units: int) -> list[slice]:
        """Return where each unit's dyads stand.

        Args:
            units: how many there are.
        """
        bounds = np.searchsorted(self.unit, np.arange(units + 1)).tolist()
        return [slice(start, stop) for start, stop in pairwise(bounds)]


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Dyads with what the null says of each.

    Args:
        tau2: τ², the variance of honest affinity, points².
        shift: the median of estimate/se, which z is measured from.
        estimate, se: what both directions have in common, in points. (m,)
        z: estimate/se − shift. (m,)
        z_a, z_b: a_to_b and b_to_a over their own standard deviations. (m,)
        p: upper tail; 1 where the favour isn't mutual or a rater is cramped. (m,)
        q: the least false discovery rate that finds it, by Benjamini and Hochberg. (m,)
        q_strong: the same by Benjamini and Yekutieli. (m,)
    """

    dyads: Dyads
    tau2: float
    shift: float
    estimate: Floats
    se: Floats
    z: Floats
    z_a: Floats
    z_b: Floats
    p: Floats
    q: Floats
    q_strong: Floats


def dyads_of(fits: Sequence[Fit]) -> Dyads:
    """Return the dyads that scored each other in three periods at least, unit by unit."""
    parts = [_dyads(at, fit) for at, fit in enumerate(fits)]
    if not parts:
        whole, real = np.empty(0, dtype=np.intp), np.empty(0)
        return Dyads(whole, whole, whole, real, real, real, real, whole, whole, whole > 0)
    names = Dyads.__dataclass_fields__
    return Dyads(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _dyads(unit: int, fit: Fit) -> Dyads:
    enough = (fit.count >= LEAST_PERIODS) & (fit.count.T >= LEAST_PERIODS)
    a, b = np.nonzero(np.triu(enough, 1))
    variance, steady = fit.variance, ~fit.cramped
    return Dyads(
        unit=np.full(len(a), unit, dtype=np.intp),
        a=a,
        b=b,
        a_to_b=fit.mean[a, b],
        b_to_a=fit.mean[b, a],
        variance_a=variance[a, b],
        variance_b=variance[b, a],
        periods_a=fit.count[a, b],
        periods_b=fit.count[b, a],
        steady=steady[a] & steady[b],
    )


def tested(dyads: Dyads) -> Tested:
    """Return the family tested: τ² and the median from all its dyads, then every p and q."""
    tau2 = honest_variance(dyads)
    estimate, se = _estimated(dyads, tau2)
    raw = estimate / se
    shift = float(np.median(raw)) if raw.size else 0.0
    z = raw - shift
    z_a = dyads.a_to_b / np.sqrt(dyads.variance_a + tau2)
    z_b = dyads.b_to_a / np.sqrt(dyads.variance_b + tau2)
    mutual = (z_a > BOTH) & (z_b > BOTH) & dyads.steady
    p = np.where(mutual, stats.t.sf(z, TAIL), 1.0)
    q, strong = benjamini_hochberg(p), benjamini_yekutieli(p)
    return Tested(dyads, tau2, shift, estimate, se, z, z_a, z_b, p, q, strong)


def _estimated(dyads: Dyads, tau2: float) -> tuple[Floats, Floats]:
    v1, v2 = dyads.variance_a + tau2, dyads.variance_b + tau2
    return combined(dyads.a_to_b, dyads.b_to_a, v1, v2, RECIPROCITY * tau2)


def honest_variance(dyads: Dyads) -> float:
    """Return τ²: with it, z of the steady dyads has a robust deviation of 1."""
    steady = _only(dyads, dyads.steady)

    def deviation(tau2: float) -> float:
        estimate, se = _estimated(steady, tau2)
        return robust_deviation(estimate / se)

    return least_root(deviation, MOST) if steady.unit.size else 0.0


def least_root(deviation: Callable[[float], float], most: float) -> float:
    """Return where a falling deviation comes down to 1, between 0 and ``most``, by bisection."""
    if deviation(0.0) <= 1:
        return 0.0
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if deviation(middle) > 1 else (low, middle)
    return (low + high) / 2


def set_aside(result: Tested) -> Bools:
    """Tell which dyads differ so much from honest ones that the second fit leaves them out. (m,)"""
    z = np.where(result.dyads.steady, result.z, 0.0)
    return benjamini_hochberg(2 * stats.norm.sf(np.abs(z))) < SET_ASIDE


def _only(dyads: Dyads, which: Bools) -> Dyads:
    return Dyads(*(getattr(dyads, name)[which] for name in Dyads.__dataclass_fields__))
