"""Halo: a rater whose dimensions go together, as if a ratee were good at all or at nothing."""

import numpy as np

from projections.patterns.panel import Bools, Floats, Panel

LEAST = 3
"""Ratees that a correlation needs at least."""


def halos(panel: Panel) -> Floats:
    """Return the mean correlation of each two dimensions over a rater's ratees. (n,)

    Within each period; mean of all pairs of dimensions and periods; NaN where there are none.
    """
    n, many = len(panel.people), len(panel.dimensions)
    if many < 2:
        return np.full(n, np.nan)
    points = _by_dimension(panel)
    total, count = np.zeros(n), np.zeros(n)
    for one in range(many):
        for other in range(one + 1, many):
            r = _correlations(points[one], points[other])
            known = ~np.isnan(r)
            total += np.where(known, r, 0.0).sum(axis=0)
            count += known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _by_dimension(panel: Panel) -> Floats:
    """Return the points in each dimension: (D, T, n, n)."""
    e, n = panel.entries, len(panel.people)
    shape = (len(panel.dimensions), len(panel.periods), n, n)
    points = np.full(shape, np.nan)
    points[e.dimension, e.period, e.rater, e.ratee] = e.points
    return points


def _correlations(x: Floats, y: Floats) -> Floats:
    """Return the correlation over ratees, of each rater in each period. (T, n)"""
    both = ~np.isnan(x) & ~np.isnan(y)
    count = both.sum(axis=2, keepdims=True)
    x, y = (_centred(v, both, count) for v in (x, y))
    product = np.sqrt((x**2).sum(axis=2) * (y**2).sum(axis=2))
    enough = (count[:, :, 0] >= LEAST) & (product > 0)
    return np.where(enough, (x * y).sum(axis=2) / np.where(enough, product, 1.0), np.nan)


def _centred(values: Floats, where: Bools, count: Floats) -> Floats:
    known = np.where(where, values, 0.0)
    centred: Floats = np.where(
        where, known - known.sum(axis=2, keepdims=True) / np.maximum(count, 1), 0.0
    )
    return centred
