"""What chance alone would give, by permuting labels within strata."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from projections.patterns.panel import Bools, Floats, Ints

FEW = 10
"""With fewer permutations beyond what was observed, the tail's form tells how rare it is."""
TAIL = 60


@dataclass(frozen=True, slots=True)
class Compared:
    """Matched against others, and how often chance gives as much.

    Args:
        estimate: mean of the matched − mean of the others, in the values' unit.
        se: the standard deviation of the same under permutation.
        p: upper tail.
        matched, others: how many of each.
    """

    estimate: float
    se: float
    p: float
    matched: int
    others: int


def compare(
    values: Floats, matched: Bools, stratum: Ints, draws: int, rng: np.random.Generator
) -> Compared:
    """Compare the matched with the others, labels permuted within each stratum.

    Args:
        values: residuals, in points. (m,)
        matched: who shares the attribute; some do and some don't. (m,)
        stratum: labels change places only between values of the same. (m,)
        draws: how many permutations.
    """
    count = int(matched.sum())
    others = len(values) - count
    order = np.argsort(stratum, kind="stable")
    edges = np.flatnonzero(np.diff(stratum[order])) + 1
    sums = np.zeros(draws)
    for at in np.split(order, edges):
        labels = np.broadcast_to(matched[at], (draws, len(at)))
        sums += rng.permuted(labels, axis=1) @ values[at]
    scale = 1 / count + 1 / others
    least = values.sum() / others
    drawn = sums * scale - least
    estimate = float(values[matched].sum() * scale - least)
    p, se = upper(estimate, drawn)
    return Compared(estimate, se, p, count, others)


def upper(observed: float, drawn: Floats) -> tuple[float, float]:
    """Return how often chance gives as much as observed or more, and chance's deviation."""
    sd = float(drawn.std())
    beyond = int((drawn >= observed - 1e-12).sum())
    p = (beyond + 1) / (len(drawn) + 1)
    if beyond < FEW and sd > 0:
        p = float(stats.t.sf((observed - drawn.mean()) / sd, TAIL))
    return p, sd


def within(stratum: Ints, draws: int, rng: np.random.Generator) -> Ints:
    """Return permutations of the places, each within its stratum. (draws, m)"""
    permuted = np.empty((draws, len(stratum)), dtype=np.intp)
    for one in np.unique(stratum):
        at = np.flatnonzero(stratum == one)
        permuted[:, at] = rng.permuted(np.broadcast_to(at, (draws, len(at))), axis=1)
    return permuted
