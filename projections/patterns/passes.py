"""Two passes over a stratum: test, leave out who stands out, refit those units, test anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from projections.patterns import robust
from projections.patterns.dyads import Tested, dyads_of, set_aside, tested
from projections.patterns.panel import Floats
from projections.patterns.robust import Fit


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """The fits of a stratum's units after the second pass, and their dyads tested."""

    fits: tuple[Fit, ...]
    dyads: Tested


def two_passes(points: Sequence[Floats], fits: Sequence[Fit]) -> Passed:
    """Return what both passes find.

    Args:
        points: of each unit, NaN where there are none. (T, n, n)
        fits: the first fit of each.
    """
    after = list(fits)
    first = tested(dyads_of(after))
    aside = set_aside(first)
    dyads = first.dyads
    for unit in np.unique(dyads.unit[aside]):
        mine = aside & (dyads.unit == unit)
        without = np.zeros(after[unit].count.shape, dtype=bool)
        without[dyads.a[mine], dyads.b[mine]] = True
        after[unit] = robust.fit(points[unit], after[unit].ols, without | without.T)
    return Passed(tuple(after), tested(dyads_of(after)))
