"""Outcomes of closed leads estimate how many leads are false, with what isn't known left open."""

import pytest
from scipy.stats import norm

from projections.patterns.outcomes import outcomes, wilson

STATUSES = [
    (["open"] * 3, (3, 0, 0, 0), None, (0.0, 1.0), (None, None)),
    (["upheld"] * 9 + ["innocent"], (0, 9, 1, 0), 0.1, (0.0179, 0.4042), (0.1, 0.1)),
    (["upheld", "innocent", "undecided", "undecided"], (0, 1, 1, 2), 0.5, (0.0945, 0.9055),
     (0.25, 0.75)),
    (["undecided"], (0, 0, 0, 1), None, (0.0, 1.0), (0.0, 1.0)),
]  # fmt: skip


@pytest.mark.parametrize(("statuses", "counts", "share", "interval", "bounds"), STATUSES)
def test_the_undecided_widen_the_bounds_and_not_the_estimate(
    statuses: list[str],
    counts: tuple[int, ...],
    share: float | None,
    interval: tuple[float, float],
    bounds: tuple[float | None, float | None],
) -> None:
    found = outcomes(statuses)
    assert (found.open, found.upheld, found.innocent, found.undecided) == counts
    assert found.false_share == share
    assert (found.low, found.high) == pytest.approx(interval, abs=1e-4)
    assert (found.least, found.most) == bounds


@pytest.mark.parametrize(("hits", "of"), [(0, 8), (8, 8), (3, 40), (81, 263)])
def test_the_interval_holds_the_shares_that_a_score_test_does_not_reject(
    hits: int, of: int
) -> None:
    for bound in wilson(hits, of):
        if bound not in (0.0, 1.0):
            z = (hits / of - bound) / (bound * (1 - bound) / of) ** 0.5
            assert 2 * norm.sf(abs(z)) == pytest.approx(0.05)
