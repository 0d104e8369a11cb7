"""The robust fit: what moves it, what doesn't, and what counts as noise."""

import numpy as np
import pytest

from projections.patterns import additive, raters, robust
from projections.patterns.panel import Floats
from projections.patterns.robust import Fit

N, PERIODS = 16, 8


def fitted(points: Floats) -> Fit:
    points[:, np.eye(points.shape[1], dtype=bool)] = np.nan
    return robust.fit(points, additive.fit(points))


def plain(seed: int, noise: float = 4.0, n: int = N, periods: int = PERIODS) -> Floats:
    """Return points of raters who differ in severity and of ratees who differ in merit."""
    rng = np.random.default_rng(seed)
    severity, merit = rng.normal(0, 4, n), rng.normal(0, 5, n)
    level = 80 + severity[:, None] + merit[None, :]
    return np.asarray(level + rng.normal(0, noise, (periods, n, n)))


def test_favours_of_two_leave_the_others_severity_where_it_was() -> None:
    points = plain(1)
    before = fitted(points.copy())
    points[:, 2, 5] += 30
    points[:, 5, 2] += 30
    after = fitted(points)
    assert after.weight[2, 5] == after.weight[5, 2] == 0
    assert np.abs(after.severity - before.severity).max() < 1
    assert np.abs(after.mean[2, 5] - before.mean[2, 5] - 30) < 2


def test_a_straight_liner_is_flat_weighs_nothing_and_keeps_a_severity() -> None:
    points = plain(2)
    points[:, 3] = 92 + np.random.default_rng(0).normal(0, 0.5, (PERIODS, N))
    fit = fitted(points)
    assert np.flatnonzero(fit.cramped).tolist() == [3]
    assert (fit.weight[3] == 0).all()
    assert fit.slope[3] == 0
    others = np.delete(np.arange(N), 3)
    level = np.nanmean(points[:, others], axis=(0, 2))
    severity = fit.severity.mean(axis=0)
    assert severity[3] - severity[others].mean() == pytest.approx(92 - level.mean(), abs=1.0)


def test_affinity_that_lasts_is_no_noise() -> None:
    points = plain(4, noise=3.0, n=30)
    lasting = np.random.default_rng(5).normal(0, 6, points.shape[1:])
    quiet, loud = fitted(points.copy()), fitted(points + lasting)
    assert np.median(np.sqrt(quiet.noise)) == pytest.approx(3, rel=0.05)
    assert np.median(np.sqrt(loud.noise)) == pytest.approx(3, rel=0.05)


def test_who_gives_so_much_that_the_scale_ends_is_cramped_since_the_worst_seem_favoured() -> None:
    points = plain(12, n=24)
    worst = int(np.argmin(np.nanmean(points, axis=(0, 1))))
    points[:, 3] += 102 - points[:, 3].mean()
    fit = fitted(np.minimum(points, 100.0))
    assert fit.mean[3, worst] > 4
    assert fit.spread[3] > raters.FLAT
    assert np.flatnonzero(fit.cramped).tolist() == [3]


def test_a_rater_who_stretches_merit_has_a_slope() -> None:
    rng = np.random.default_rng(6)
    merit = rng.normal(0, 6, 24)
    slope = np.ones(24)
    slope[0] = 1.4
    points = 80 + slope[:, None] * merit[None, :] + rng.normal(0, 3, (10, 24, 24))
    fit = fitted(points)
    assert 0.2 < fit.slope[0] < 0.4  # shrunk, and what he stretches most weighs less
    assert np.abs(fit.slope[1:]).max() < 0.1


def test_weights_follow_a_cell_and_what_two_have_in_common() -> None:
    rng = np.random.default_rng(7)
    mean = rng.normal(0, 1, (40, 40))
    mean[np.eye(40, dtype=bool)] = np.nan
    mean[:4, :4] = np.nan
    mean[0, 1], mean[1, 0] = 1.9, 1.9  # each alone full, together 2.7
    mean[2, 3], mean[3, 2] = 9.0, 0.0
    weight = robust.weights(mean, np.zeros(40, dtype=bool))
    scale = 1.4826 * np.nanmedian(np.abs(mean))
    assert weight[0, 1] == weight[1, 0] == pytest.approx(2 * scale / (3.8 / np.sqrt(2)))
    assert weight[2, 3] == weight[3, 2] == 0


def test_whoever_is_away_in_a_year_is_fitted_in_the_others() -> None:
    points = plain(8)
    points[3, 5], points[3, :, 5] = np.nan, np.nan
    fit = fitted(points)
    assert fit.count[5, 6] == fit.count[6, 5] == PERIODS - 1
    assert fit.count[6, 7] == PERIODS
    assert np.isnan(fit.severity[3, 5])
    assert not np.isnan(np.delete(fit.mean.ravel(), np.arange(0, N * N, N + 1))).any()


def test_a_slope_that_is_not_surely_known_leaves_doubt_in_the_extremes_of_merit() -> None:
    rng, off = np.random.default_rng(12), []
    for _ in range(300):
        slope, merit = rng.normal(1, 0.15, 12), rng.normal(0, 5, 12)
        merit[0] = -18
        points = 80 + slope[:, None] * merit[None, :] + rng.normal(0, 5, (6, 12, 12))
        points[:, np.eye(12, dtype=bool)] = np.nan
        without = np.zeros((12, 12), dtype=bool)
        without[:, 0] = True
        fit = robust.fit(points, additive.fit(points), without)
        off.append(fit.mean[1:, 0] / np.sqrt(fit.variance[1:, 0]))
    assert np.std(off) == pytest.approx(1, rel=0.1)


def test_the_variance_of_a_mean_residual_is_what_noise_gives_it() -> None:
    means = []
    for seed in range(150):
        fit = fitted(plain(seed, noise=5, n=8, periods=4))
        means.append(fit.mean / np.sqrt(25 * fit.factor / fit.count))
    assert np.nanstd(means) == pytest.approx(1, rel=0.06)
