"""Windows: two who favoured each other for some years only, found by a scan over the years."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.patterns.assessing import Fitted
from projections.patterns.dyads import Tested
from projections.patterns.multiplicity import benjamini_hochberg
from projections.patterns.mutual import shared
from projections.patterns.panel import Floats, Ints
from projections.patterns.robust import Fit
from projections.patterns.scan import SHORTEST, null, scan, tail
from projections.patterns.strength import FLOOR, LISTED, VISIBLE, WINDOW_REVIEW, Strength

LEAST_PERIODS = 5


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
    for fit, mine in zip(fits, tested.dyads.by_unit(len(fits)), strict=True):
        for series in _series(fit, tested, np.arange(mine.start, mine.stop)):
            by_length.setdefault(series.y.shape[1], []).append(series)
    return [_joined(parts) for _, parts in sorted(by_length.items())]


def _series(fit: Fit, tested: Tested, at: Ints) -> list[Series]:
    """Return one unit's series, those of equal length together."""
    a, b = tested.dyads.a[at], tested.dyads.b[at]
    q1, q2 = fit.noise[a] * fit.factor[a, b], fit.noise[b] * fit.factor[b, a]
    given, back = fit.residual[:, a, b].T, fit.residual[:, b, a].T
    y, noise, affinity = shared(given, back, q1, q2, tested.tau2)
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
