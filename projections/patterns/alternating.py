"""Weighted least squares by turns: severities given merits, then merits given severities."""

import numpy as np

from projections.patterns.panel import Bools, Floats

STEPS = 10


class Alternating:
    """The points of a panel, to be solved with changing weights.

    Where every period has the same design, its arrays of weights hold one period for all.

    Args:
        points: NaN where there are none. (T, n, n)
        telling: the cells that others bear on, too. (T, n, n)
    """

    def __init__(self, points: Floats, telling: Bools) -> None:
        seen = ~np.isnan(points)
        same = bool((seen == seen[:1]).all())
        self.seen = (seen[:1] if same else seen).astype(float)
        self.telling = (telling[:1] if same else telling).astype(float)
        self.known = np.where(seen, points, 0.0)
        self.rates, self.rated = np.any(seen, axis=2), np.any(seen, axis=1)
        self.count = telling.sum(axis=0)
        with np.errstate(invalid="ignore"):
            self.mean = np.where(telling, points, 0.0).sum(axis=0) / self.count

    def solve(self, weight: Floats, merit: Floats) -> tuple[Floats, Floats]:
        """Return severities, with the mean in them, and merits of mean 0; NaN: took no part.

        Args:
            weight: of each cell, in every period. (n, n)
            merit: to begin with. (T, n)
        """
        by_rater = _shares(weight * self.seen, self.seen)
        seen_from = self.seen.transpose(0, 2, 1)
        by_ratee = _shares(weight.T * seen_from, seen_from)
        given, got = _sums(by_rater, self.known), _sums(by_ratee, self.known.transpose(0, 2, 1))
        b = np.where(self.rated, merit, 0.0)
        for _ in range(STEPS):
            a = given - _times(by_rater, b)
            b = got - _times(by_ratee, a)
        shift = b.sum(axis=1, keepdims=True) / self.rated.sum(axis=1, keepdims=True)
        return np.where(self.rates, a + shift, np.nan), np.where(self.rated, b - shift, np.nan)

    def mean_residual(self, severity: Floats, merit: Floats) -> Floats:
        """Return each cell's residual averaged over the periods, NaN where nothing tells. (n, n)"""
        a, b = np.where(self.rates, severity, 0.0), np.where(self.rated, merit, 0.0)
        if len(self.telling) == 1:
            fitted = a.mean(axis=0)[:, None] + b.mean(axis=0)[None, :]
        else:
            given = np.einsum("tij,ti->ij", self.telling, a)
            fitted = (given + np.einsum("tij,tj->ij", self.telling, b)) / np.maximum(self.count, 1)
        residual: Floats = self.mean - fitted
        return residual


def _shares(weight: Floats, seen: Floats) -> Floats:
    """Return each row's weights so that they sum to 1; of seen cells where no weight is left."""
    total = weight.sum(axis=2, keepdims=True)
    weight = np.where(total > 0, weight, seen)
    total = weight.sum(axis=2, keepdims=True)
    return weight / np.where(total > 0, total, 1.0)


def _sums(weight: Floats, known: Floats) -> Floats:
    """Return the weighted sums over the last axis: (T, n)."""
    if len(weight) == 1:
        alike: Floats = np.einsum("ij,tij->ti", weight[0], known)
        return alike
    own: Floats = np.einsum("tij,tij->ti", weight, known)
    return own


def _times(weight: Floats, effect: Floats) -> Floats:
    """Return the weighted sums of the effects in each period: (T, n)."""
    if len(weight) == 1:
        alike: Floats = effect @ weight[0].T
        return alike
    own: Floats = (weight @ effect[:, :, None])[:, :, 0]
    return own
