"""The additive fit, held against least squares of others and against the hat matrix."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from projections.patterns import additive
from projections.patterns.assessing import ApartError, connected, refuse_apart
from projections.patterns.multiplicity import benjamini_hochberg, benjamini_yekutieli
from projections.patterns.panel import Floats


def design(points: Floats) -> tuple[Floats, Floats]:
    """Return the dummies, of full rank, and the points of one period. (n, n)"""
    rater, ratee = np.nonzero(~np.isnan(points))
    of_rater, of_ratee = (np.eye(len(points))[at][:, np.unique(at)] for at in (rater, ratee))
    return np.hstack([of_rater, of_ratee[:, 1:]]), points[rater, ratee]


def drawn(seed: int, shape: tuple[int, int], missing: float) -> Floats:
    """Return points of raters (the first) and ratees (all) with cells missing. (1, n, n)"""
    rng = np.random.default_rng(seed)
    raters, n = shape
    points = rng.normal(80, 8, (1, n, n))
    points[:, raters:] = np.nan
    points[rng.random(points.shape) < missing] = np.nan
    points[:, np.eye(n, dtype=bool)] = np.nan
    return points


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(4, 12),
    raters=st.integers(2, 12),
    missing=st.floats(0, 0.6),
)
@settings(max_examples=60, deadline=None)
def test_residuals_and_leverages_are_least_squares_of_any_connected_design(
    seed: int, n: int, raters: int, missing: float
) -> None:
    points = drawn(seed, (min(raters, n), n), missing)
    if np.isnan(points).all() or not connected(points):
        return
    x, y = design(points[0])
    ours = additive.fit(points)
    seen = ~np.isnan(points[0])
    theirs = sm.OLS(y, x).fit()
    np.testing.assert_allclose(ours.residual[0][seen], theirs.resid, atol=1e-10)
    hat = np.diag(x @ np.linalg.pinv(x.T @ x) @ x.T)
    np.testing.assert_allclose(ours.leverage[0][seen], hat, atol=1e-9)


@pytest.mark.parametrize("n", [3, 8, 25])
def test_the_closed_form_is_the_general_solution(n: int) -> None:
    points = np.concatenate([drawn(seed, (n, n), 0) for seed in range(3)])
    closed, general = additive.round_robin(points), additive.least_squares(points)
    for name in additive.Additive.__dataclass_fields__:
        np.testing.assert_allclose(getattr(closed, name), getattr(general, name), atol=1e-9)


def test_a_rectangle_of_raters_and_ratees_has_its_leverage() -> None:
    raters, ratees = 6, 9
    points = np.full((1, 15, 15), np.nan)
    points[0, :raters, raters:] = np.random.default_rng(1).normal(size=(raters, ratees))
    leverage = additive.fit(points).leverage
    expected = 1 / raters + 1 / ratees - 1 / (raters * ratees)
    np.testing.assert_allclose(leverage[~np.isnan(points)], expected)


def test_the_severity_has_the_variance_of_its_formula() -> None:
    rng = np.random.default_rng(3)
    points = rng.normal(size=(20_000, 9, 9))
    points[:, np.eye(9, dtype=bool)] = np.nan
    fit = additive.round_robin(points)
    assert fit.severity.var() == pytest.approx(fit.doubt[0, 0], rel=0.02)
    assert fit.doubt[0, 0] == pytest.approx(8**2 / (9**2 * 7))


def test_parts_that_nothing_connects_are_refused_by_name() -> None:
    points = np.full((2, 6, 6), np.nan)
    points[0] = 80
    points[1, :3, :3] = points[1, 3:, 3:] = 80
    with pytest.raises(ApartError) as refused:
        refuse_apart(points, ("2017", "2018"), tuple("abcdef"))
    assert str(refused.value) == (
        "2018的评分分成互不相连的部分，无从比较：（a、b、c 评 a、b、c）、（d、e、f 评 d、e、f）"
    )


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_adjusted_p_are_those_of_statsmodels(p: list[float]) -> None:
    p_ = np.array(p)
    for ours, method in ((benjamini_hochberg, "fdr_bh"), (benjamini_yekutieli, "fdr_by")):
        np.testing.assert_allclose(ours(p_), multipletests(p_, method=method)[1], atol=1e-12)
