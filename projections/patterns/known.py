"""Means of what is known, where NaN says that nothing is."""

import numpy as np

from projections.patterns.panel import Bools, Floats


def mean_known(values: Floats, axis: int, where: Bools | None = None) -> Floats:
    """Return the mean of what is known, NaN where nothing is."""
    known = ~np.isnan(values) if where is None else where
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
