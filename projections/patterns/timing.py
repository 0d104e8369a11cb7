"""When a rater enters scores: in the last hours, or faster than he used to?"""

import numpy as np

from projections.patterns.panel import Entries, Floats, Ints

LAST_HOURS = 2 * 3600.0
"""Seconds before the group's last entry of a period that count as its last hours."""


def last_hours(entries: Entries, periods: int, n: int) -> Floats:
    """Return the share of each rater's scores entered in a period's last hours. (T, n)

    The period ends with the group's last entry in it. NaN where no time is known.
    """
    known = ~np.isnan(entries.at)
    period, rater, at = entries.period[known], entries.rater[known], entries.at[known]
    end = np.full(periods, -np.inf)
    np.maximum.at(end, period, at)
    late = at >= end[period] - LAST_HOURS
    cell = period * n + rater
    counted = np.bincount(cell, minlength=periods * n)
    share = np.bincount(cell, late, periods * n) / np.maximum(counted, 1)
    return np.where(counted > 0, share, np.nan).reshape(periods, n)


def seconds_between(entries: Entries, periods: int, n: int) -> Floats:
    """Return the median seconds between a rater's entries in a period; NaN: fewer than 2. (T, n)"""
    known = ~np.isnan(entries.at)
    cell, at = (entries.period * n + entries.rater)[known], entries.at[known]
    order = np.lexsort((at, cell))
    cell, at = cell[order], at[order]
    same = cell[1:] == cell[:-1]
    return _medians(cell[1:][same], np.diff(at)[same], periods * n).reshape(periods, n)


def against_history(values: Floats) -> tuple[Floats, Floats]:
    """Return the last known period's value of each rater, and the median of his earlier ones. (n,)

    Args:
        values: NaN where unknown. (T, n)
    """
    n = values.shape[1]
    last, before = np.full(n, np.nan), np.full(n, np.nan)
    for i in range(n):
        own = values[~np.isnan(values[:, i]), i]
        if own.size:
            last[i] = own[-1]
        if own.size > 1:
            before[i] = np.median(own[:-1])
    return last, before


def _medians(cell: Ints, values: Floats, size: int) -> Floats:
    """Return the median of the values of each cell, NaN where there are none. (size,)"""
    order = np.lexsort((values, cell))
    ordered = values[order]
    count = np.bincount(cell, minlength=size)
    start = np.concatenate([[0], count.cumsum()[:-1]])
    medians = np.full(size, np.nan)
    some = count > 0
    low, high = (start + (count - 1) // 2)[some], (start + count // 2)[some]
    medians[some] = (ordered[low] + ordered[high]) / 2
    return medians
