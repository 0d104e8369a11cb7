"""The scan of a series for its best window, and how often an honest series has one as good.

The greatest of many overlapping windows has a tail of its own, which is simulated: with normal p
the realised false discovery rate was .20 to .72.
"""

import numpy as np
from scipy import stats

from projections.patterns.panel import Floats, Ints

SHORTEST = 3
SERIES = 400_000
"""How many series of honest pairs the null is made of."""
BATCH = 50_000
FAR = 3.5
"""Beyond it the simulated tail is too thin: there it has the form of a t with TAIL degrees."""
TAIL = 100


def scan(y: Floats, noise: Floats, affinity: Floats) -> tuple[Floats, Ints, Ints]:
    """Return the greatest z of all windows, and where it starts and how long it is.

    Args:
        y: a series in each row. (m, T)
        noise, affinity: V and M of each. (m,)
    """
    many, periods = y.shape
    total = np.zeros((periods + 1, many))
    np.cumsum(y.T, axis=0, out=total[1:])
    best, start, length = np.full(many, -np.inf), np.zeros(many, np.intp), np.zeros(many, np.intp)
    for size in range(SHORTEST, periods + 1):
        sums = total[size:] - total[:-size]
        where = sums.argmax(axis=0)
        most = np.take_along_axis(sums, where[None], axis=0)[0]
        z = standardised(most, total[-1], size, periods, noise, affinity)
        better = z > best
        best = np.where(better, z, best)
        start, length = np.where(better, where, start), np.where(better, size, length)
    return best, start, length


def standardised(
    window: Floats,
    whole: Floats,
    size: int,
    periods: int,
    noise: Floats | float,
    affinity: Floats | float,
) -> Floats:
    """Return z of a window against what the whole series makes likely. (m,)

    Args:
        window, whole: the sums of y in the window and in all periods, in points. (m,)
        size, periods: how many periods each has.
        noise, affinity: V and M, points². (m,)
    """
    k = affinity / (noise + periods * affinity)
    z: Floats = (window - size * k * whole) / np.sqrt(noise * (size - size**2 * k))
    return z


def null(periods: int, ratio: float, seed: int) -> Floats:
    """Return the statistics of honest series in order, SERIES of them.

    Args:
        periods: T of each.
        ratio: M/V, how much of the variance lasts.
        seed: of what is drawn.
    """
    rng = np.random.default_rng([seed, periods])
    one = np.ones(BATCH)
    drawn = []
    for _ in range(SERIES // BATCH):
        lasting = np.sqrt(ratio) * rng.standard_normal((BATCH, 1))
        y = rng.standard_normal((BATCH, periods)) + lasting
        drawn.append(scan(y, one, ratio * one)[0])
    return np.sort(np.concatenate(drawn))


def tail(statistic: Floats, honest: Floats) -> Floats:
    """Return p: the simulated tail, and from FAR on the tail of a t scaled to it. (m,)"""
    above = len(honest) - np.searchsorted(honest, statistic, side="left")
    beyond = (honest > FAR).mean() / stats.norm.sf(FAR)
    p = np.where(statistic < FAR, above / len(honest), beyond * stats.t.sf(statistic, TAIL))
    return np.minimum(p, 1.0)
