"""Windows: two who favoured each other for some years only, found by a scan over the years.

The greatest of many overlapping windows has a tail of its own, which is simulated: with normal p
the realised false discovery rate was .20 to .72.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from projections.patterns.assessing import Fitted
from projections.patterns.dyads import RECIPROCITY, Tested
from projections.patterns.leads import Window
from projections.patterns.multiplicity import benjamini_hochberg
from projections.patterns.panel import Floats, Ints
from projections.patterns.robust import Fit
from projections.patterns.strength import FLOOR, LISTED, VISIBLE, WINDOW_REVIEW

LEAST_PERIODS = 5
SHORTEST = 3
SERIES = 400_000
"""How many series of honest pairs the null is made of."""
BATCH = 50_000
FAR = 3.5
"""Beyond it the simulated tail is too thin: there it has the form of a t with TAIL degrees."""
TAIL = 100


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """What two have in common in each period in which both scored each other.

    Args:
        at: which of the dyads.
        periods: the indexes of their common periods. (m, T)
        y: the weighted mean of both residuals. (m, T)
        noise: V, the variance of y over time, points². (m,)
        affinity: M, the variance of y's lasting part, points². (m,)
    """

    at: Ints
    periods: Ints
    y: Floats
    noise: Floats
    affinity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The best window of each dyad with five common periods or more; one place for each. (m,)

    Args:
        at: which of the dyads.
        first, last: the panel's periods in which the window begins and ends.
        length: of how many common periods it is.
        estimate: the mean of y in the window, in points.
        statistic: the greatest z of all windows.
        shortest_se: the standard error of the mean of three periods' window, in points.
        p, q: of the statistic, the maximum's own tail; Benjamini–Hochberg over all.
    """

    at: Ints
    first: Ints
    last: Ints
    length: Ints
    estimate: Floats
    statistic: Floats
    shortest_se: Floats
    p: Floats
    q: Floats


def windows(fits: Sequence[Fit], tested: Tested, seed: int) -> Windows:
    """Return the best window of each dyad.

    Args:
        fits: of the units that the dyads are numbered by.
        seed: of the null's series.
    """
    found = [_scanned(series, seed) for series in all_series(fits, tested)]
    if not found:
        none, nothing = np.empty(0, dtype=np.intp), np.empty(0)
        return Windows(none, none, none, none, *[nothing] * 5)
    joined = [np.concatenate(part) for part in zip(*found, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    at, first, last, length, estimate, statistic, se, p = (part[order] for part in joined)
    p = np.where(tested.dyads.steady[at], p, 1.0)
    q = benjamini_hochberg(p)
    return Windows(at, first, last, length, estimate, statistic, se, p, q)


def all_series(fits: Sequence[Fit], tested: Tested) -> list[Series]:
    """Return the series by their length, from five periods on."""
    by_length: dict[int, list[Series]] = {}
    bounds = np.searchsorted(tested.dyads.unit, np.arange(len(fits) + 1))
    for fit, start, stop in zip(fits, bounds, bounds[1:], strict=False):
        for series in _series(fit, tested, np.arange(start, stop)):
            by_length.setdefault(series.y.shape[1], []).append(series)
    return [_joined(parts) for _, parts in sorted(by_length.items())]


def _series(fit: Fit, tested: Tested, at: Ints) -> list[Series]:
    """Return one unit's series, those of equal length together."""
    a, b = tested.dyads.a[at], tested.dyads.b[at]
    q1, q2 = fit.noise[a] * fit.factor[a, b], fit.noise[b] * fit.factor[b, a]
    u1 = q2 / (q1 + q2)
    u2 = 1 - u1
    y = u1[:, None] * fit.residual[:, a, b].T + u2[:, None] * fit.residual[:, b, a].T
    noise = u1**2 * q1 + u2**2 * q2
    affinity = tested.tau2 * (u1**2 + u2**2 + 2 * RECIPROCITY * u1 * u2)
    common = ~np.isnan(y)
    length = common.sum(axis=1)
    made = []
    for size in np.unique(length[length >= LEAST_PERIODS]):
        mine = length == size
        periods = np.nonzero(common[mine])[1].reshape(-1, size)
        values = np.take_along_axis(y[mine], periods, axis=1)
        made.append(Series(at[mine], periods, values, noise[mine], affinity[mine]))
    return made


def _joined(parts: list[Series]) -> Series:
    return Series(
        *(np.concatenate([getattr(p, n) for p in parts]) for n in Series.__dataclass_fields__)
    )


def _scanned(series: Series, seed: int) -> tuple[NDArray[Any], ...]:
    """Return the arrays of Windows but q, for series of one length."""
    statistic, start, length = scan(series.y, series.noise, series.affinity)
    rows = np.arange(len(series.at))
    first, last = series.periods[rows, start], series.periods[rows, start + length - 1]
    total = np.pad(series.y.cumsum(axis=1), ((0, 0), (1, 0)))
    estimate = (total[rows, start + length] - total[rows, start]) / length
    ratio = float(np.median(series.affinity / series.noise))
    p = tail(statistic, null(series.y.shape[1], ratio, seed))
    return series.at, first, last, length, estimate, statistic, shortest_se(series), p


def shortest_se(series: Series) -> Floats:
    """Return the standard error of a favour in a window of three periods. (m,)"""
    k = series.affinity / (series.noise + series.y.shape[1] * series.affinity)
    error: Floats = np.sqrt(series.noise / (SHORTEST * (1 - SHORTEST * k)))
    return error


def leads(groups: Sequence[Fitted], tested: Tested, scanned: Windows) -> tuple[Window, ...]:
    """Return the flagged windows and the next of the ranking, the least p first.

    Args:
        groups: those that the dyads are numbered by.
    """
    large = scanned.estimate >= FLOOR
    flagged = (scanned.q <= WINDOW_REVIEW) & large
    order = np.lexsort((-scanned.statistic, scanned.p))
    ranked = order[~flagged[order] & (scanned.p[order] < 1)][:LISTED]
    found = []
    for at in (*order[flagged[order]], *ranked):
        dyad = scanned.at[at]
        one = groups[tested.dyads.unit[dyad]]
        people = one.panel.people
        found.append(
            Window(
                group=one.panel.group,
                a=people[tested.dyads.a[dyad]],
                b=people[tested.dyads.b[dyad]],
                first=one.periods[scanned.first[at]],
                last=one.periods[scanned.last[at]],
                periods=int(scanned.length[at]),
                estimate=float(scanned.estimate[at]),
                statistic=float(scanned.statistic[at]),
                p=float(scanned.p[at]),
                q=float(scanned.q[at]),
                strength="review" if flagged[at] else "none",
                floor_met=bool(large[at]),
                family=len(scanned.p),
                visible=float(VISIBLE * scanned.shortest_se[at]),
            )
        )
    return tuple(found)


def scan(y: Floats, noise: Floats, affinity: Floats) -> tuple[Floats, Ints, Ints]:
    """Return the greatest z of all windows, and where it starts and how long it is.

    Args:
        y: a series in each row. (m, T)
        noise, affinity: V and M of each. (m,)
    """
    many, periods = y.shape
    total = np.zeros((periods + 1, many))
    np.cumsum(y.T, axis=0, out=total[1:])
    k = affinity / (noise + periods * affinity)
    best, start, length = np.full(many, -np.inf), np.zeros(many, np.intp), np.zeros(many, np.intp)
    for size in range(SHORTEST, periods + 1):
        expected = size * k * total[-1]
        sums = total[size:] - total[:-size]
        where = sums.argmax(axis=0)
        sd = np.sqrt(noise * (size - size**2 * k))
        z = (np.take_along_axis(sums, where[None], axis=0)[0] - expected) / sd
        better = z > best
        best = np.where(better, z, best)
        start, length = np.where(better, where, start), np.where(better, size, length)
    return best, start, length


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
