"""How many tests were made: adjusted p of a family (Benjamini–Hochberg 1995, –Yekutieli 2001)."""

import numpy as np

from projections.patterns.panel import Floats


def benjamini_hochberg(p: Floats) -> Floats:
    """Return q, the least false discovery rate at which each is found. (m,)"""
    m = len(p)
    order = np.argsort(p, kind="stable")[::-1]
    scaled = p[order] * (m / np.arange(m, 0, -1))
    q = np.empty(m)
    q[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return q


def benjamini_yekutieli(p: Floats) -> Floats:
    """Return q where the tests may depend on one another in any way. (m,)"""
    q: Floats = np.minimum(benjamini_hochberg(p) * (1 / np.arange(1, len(p) + 1)).sum(), 1.0)
    return q
