"""The additive fit: points = mean + the rater's severity + the ratee's merit + residual.

Ordinary least squares in each period by itself. A complete round robin has a closed form (Warner,
Kenny and Stoto 1979); every other design is solved through its normal equations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projections.patterns.panel import Bools, Floats

LONE = 1e-8
"""A cell whose leverage is this near to 1 fits itself: it tells nothing about anybody else."""


@dataclass(frozen=True, slots=True, eq=False)
class Additive:
    """Least squares of each period; NaN where nobody scored.

    Args:
        mean: of the severities and merits that are fitted, in points. (T,)
        severity: what a rater adds, in points, its mean over the period's raters 0. (T, n)
        merit: what a ratee deserves more than the mean, its mean over the ratees 0. (T, n)
        residual: in points; rater by ratee. (T, n, n)
        leverage: the diagonal of the hat matrix, X(XᵀX)⁺Xᵀ. (T, n, n)
        doubt: the variance of a severity where the noise's variance is 1. (T, n)
    """

    mean: Floats
    severity: Floats
    merit: Floats
    residual: Floats
    leverage: Floats
    doubt: Floats

    @property
    def telling(self) -> Bools:
        """The cells that others bear on, too: (T, n, n)."""
        return self.leverage < 1 - LONE


def fit(points: Floats) -> Additive:
    """Return the least squares of each period.

    Args:
        points: NaN where there are none; the design of every period connected. (T, n, n)
    """
    seen = ~np.isnan(points)
    return round_robin(points) if is_round_robin(seen) else least_squares(points)


def is_round_robin(seen: Bools) -> bool:
    """Tell whether everybody scored everybody else in every period, and nobody himself."""
    n = seen.shape[1]
    return n > 2 and bool((seen == ~np.eye(n, dtype=bool)).all())


def round_robin(points: Floats) -> Additive:
    """Return the closed form of a complete round robin without its diagonal.

    Args:
        points: the diagonal NaN, nothing else. (T, n, n)
    """
    periods, n, _ = points.shape
    row = np.nanmean(points, axis=2)
    column = np.nanmean(points, axis=1)
    grand = row.mean(axis=1)
    own = (n - 1) ** 2 / (n * (n - 2))
    cross = (n - 1) / (n * (n - 2))
    whole = ((n - 1) / (n - 2) * grand)[:, None]
    severity = own * row + cross * column - whole
    merit = own * column + cross * row - whole
    residual = points - grand[:, None, None] - severity[:, :, None] - merit[:, None, :]
    off = np.where(np.eye(n, dtype=bool), np.nan, (2 * n - 1) / (n * (n - 1)))
    leverage = np.broadcast_to(off, points.shape)
    doubt = np.full((periods, n), (n - 1) ** 2 / (n**2 * (n - 2)))
    return Additive(grand, severity, merit, residual, leverage, doubt)


def least_squares(points: Floats) -> Additive:
    """Return the least squares of any connected design.

    The normal matrix has one null vector z (raters 1, ratees −1); adding zzᵀ makes it regular and
    changes no fitted value and no leverage.

    Args:
        points: NaN where there are none. (T, n, n)
    """
    n = points.shape[1]
    seen = ~np.isnan(points)
    known = np.where(seen, points, 0.0)
    rated, received = seen.any(axis=2), seen.any(axis=1)
    designs = seen[:1] if (seen == seen[:1]).all() else seen
    inverse = np.linalg.inv(_normal(designs))
    right = np.concatenate([known.sum(axis=2), known.sum(axis=1)], axis=1)
    both = (inverse @ right[:, :, None])[:, :, 0]
    severity = np.where(rated, both[:, :n], np.nan)
    merit = np.where(received, both[:, n:], np.nan)
    residual = points - severity[:, :, None] - merit[:, None, :]
    diagonal = np.diagonal(inverse, axis1=1, axis2=2)
    leverage = diagonal[:, :n, None] + diagonal[:, None, n:] + 2 * inverse[:, :n, n:]
    at_rater, at_ratee = np.nanmean(severity, axis=1), np.nanmean(merit, axis=1)
    return Additive(
        at_rater + at_ratee,
        severity - at_rater[:, None],
        merit - at_ratee[:, None],
        residual,
        np.where(seen, leverage, np.nan),
        np.where(rated, _doubt(inverse[:, :n, :n], np.any(designs, axis=2)), np.nan),
    )


def _normal(seen: Bools) -> Floats:
    """Return XᵀX + zzᵀ, with 1 on the diagonal for whoever takes no part: (T, 2n, 2n)."""
    periods, n, _ = seen.shape
    normal = np.zeros((periods, 2 * n, 2 * n))
    normal[:, :n, n:] = seen
    normal[:, n:, :n] = seen.transpose(0, 2, 1)
    counts = np.concatenate([seen.sum(axis=2), seen.sum(axis=1)], axis=1)
    at = np.arange(2 * n)
    null = np.where(counts > 0, np.where(at < n, 1.0, -1.0), 0.0)
    normal += null[:, :, None] * null[:, None, :]
    normal[:, at, at] += np.where(counts > 0, counts, 1)
    return normal


def _doubt(inverse: NDArray[np.floating], rates: Bools) -> Floats:
    """Return the variances of severities about their mean: the diagonal of C·M·C. (T, n)"""
    taking = np.where(rates[:, :, None] & rates[:, None, :], inverse, 0.0)
    count = rates.sum(axis=1)[:, None]
    diagonal = np.diagonal(taking, axis1=1, axis2=2)
    means = taking.sum(axis=2) / count
    doubt: Floats = diagonal - 2 * means + means.sum(axis=1)[:, None] / count
    return doubt
