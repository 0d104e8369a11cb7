"""The simulated law: what is found of what was planted, and how much that nobody planted."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from projections.patterns.multiplicity import benjamini_hochberg
from projections.patterns.windows import LEAST_PERIODS
from tests.patterns.realised import (
    of_pairs,
    of_rings,
    of_windows,
    planted,
    stratum_of,
)
from tests.patterns.simulator import simulate

UNITS = 120

PAIRS = [
    # law, periods, least power, most false
    ("A", 3, 0.15, 0.12),
    ("A", 5, 0.50, 0.12),
    ("A", 10, 0.82, 0.12),
    ("B", 3, 0.01, 0.25),
    ("B", 5, 0.10, 0.16),
    ("B", 10, 0.25, 0.16),
]
"""Bounds with room: 120 units, one seed; benchmarks/patterns.py has the means over twenty."""


@pytest.mark.parametrize(("law", "periods", "power", "fdr"), PAIRS)
def test_pairs_are_found_and_few_falsely(law: str, periods: int, power: float, fdr: float) -> None:
    units = simulate(31, law, periods, UNITS)
    found = of_pairs(units, stratum_of(units).tested)
    assert found.power > power
    assert found.fdr < fdr


def test_without_honest_affinity_in_the_null_most_flags_are_false() -> None:
    units = simulate(31, "B", 10, UNITS)
    tested = stratum_of(units).tested
    true, false = planted(units, tested)
    dyads = tested.dyads
    sums = dyads.a_to_b + dyads.b_to_a
    p = stats.norm.sf(sums / np.sqrt(dyads.variance_a + dyads.variance_b))
    flag = benjamini_hochberg(p) <= 0.05
    assert (flag & false).sum() / (flag & (true | false)).sum() > 0.4
    assert tested.tau2 == pytest.approx(4, rel=0.25)


@pytest.mark.parametrize(("law", "periods"), [*product("AB", (3, 5, 10))])
def test_where_nothing_is_planted_nearly_nothing_is_flagged(law: str, periods: int) -> None:
    units = simulate(77, law, periods, UNITS, plant="nothing")
    stratum = stratum_of(units)
    assert of_pairs(units, stratum.tested).flagged <= 1
    assert of_rings(units, stratum).flagged <= 1
    if periods >= LEAST_PERIODS:
        assert of_windows(units, stratum, 77).flagged <= 1


def test_rings_are_recovered_whole() -> None:
    units = simulate(32, "A", 10, UNITS)
    found = of_rings(units, stratum_of(units))
    assert found.power > 0.75
    assert found.fdr < 0.25


def test_windows_are_found_and_few_falsely() -> None:
    units = simulate(33, "A", 10, UNITS, plant="windows")
    found = of_windows(units, stratum_of(units), 5)
    assert found.power > 0.4
    assert found.fdr < 0.2
