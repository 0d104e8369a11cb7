"""What a run of the simulated law found, counted against what was planted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from projections.patterns import rings, windows
from projections.patterns.assessing import Fitted, fitted
from projections.patterns.dyads import Tested
from projections.patterns.panel import Bools
from projections.patterns.self_test import at_tolerated
from projections.patterns.stratum import Stratum, prepared
from projections.patterns.strength import FLOOR, REVIEW, WINDOW_REVIEW
from tests.patterns.simulator import Planted

OVERLAP = 0.6
"""The Jaccard index from which on a ring counts as recovered."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Shares of one run.

    Args:
        power: of the planted found, at the cut of the ranking where 5 % of the found are
            false; of the rule itself for windows and rings.
        fdr: the share of what the rule flags that nobody planted.
        flagged: how many the rule flags.
        counted: how many of these are planted or surely false; the others count for neither.
    """

    power: float
    fdr: float
    flagged: int
    counted: int


def stratum_of(units: Sequence[Planted]) -> Stratum:
    """Return the simulated units fitted in two passes."""
    states = [fitted(unit.panel) for unit in units]
    assert all(isinstance(state, Fitted) for state in states)
    return prepared(states)


def planted(units: Sequence[Planted], tested: Tested) -> tuple[Bools, Bools]:
    """Return which dyads both favour each other, and in which nothing was planted. (m,)"""
    dyads = tested.dyads
    where = list(zip(dyads.unit, dyads.a, dyads.b, strict=True))
    positive, negative = [u.positive for u in units], [u.negative for u in units]
    return (
        np.array([positive[unit][a, b] for unit, a, b in where]),
        np.array([negative[unit][a, b] for unit, a, b in where]),
    )


def of_pairs(units: Sequence[Planted], tested: Tested) -> Counted:
    """Count pairs; the rule without the five ratings, so that 3 periods can be measured, too."""
    true, false = planted(units, tested)
    flag = (tested.q <= REVIEW) & (tested.estimate >= FLOOR)
    power = at_tolerated(tested, true, false) / max(int(true.sum()), 1)
    return Counted(power, *_false_share(flag, true, false))


def of_windows(units: Sequence[Planted], stratum: Stratum, seed: int) -> Counted:
    """Count windows, whatever their dates."""
    true, false = planted(units, stratum.tested)
    found = windows.windows([one.fit for one in stratum.between], stratum.tested, seed)
    flag = np.zeros(len(true), dtype=bool)
    flag[found.at] = (found.q <= WINDOW_REVIEW) & (found.estimate >= FLOOR)
    power = float((flag & true).sum() / max(true.sum(), 1))
    return Counted(power, *_false_share(flag, true, false))


def of_rings(units: Sequence[Planted], stratum: Stratum) -> Counted:
    """Count rings; one in a unit without a planted one is false."""
    found = rings.leads(stratum.between, stratum.tested)
    planted_in = {unit.panel.group: unit for unit in units}
    flagged = [ring for ring in found if ring.strength != "none"]
    false = [ring for ring in flagged if not planted_in[ring.group].ring]
    recovered = [ring for ring in flagged if _overlap(ring.members, planted_in[ring.group])]
    many = sum(bool(unit.ring) for unit in units)
    share = len(false) / max(len(flagged), 1)
    return Counted(len(recovered) / max(many, 1), share, len(flagged), len(flagged))


def _overlap(members: tuple[str, ...], unit: Planted) -> bool:
    there = {unit.panel.people[i] for i in unit.ring}
    return len(there.intersection(members)) >= OVERLAP * len(there.union(members))


def _false_share(flag: Bools, true: Bools, false: Bools) -> tuple[float, int, int]:
    counted = int((flag & (true | false)).sum())
    return float((flag & false).sum() / max(counted, 1)), int(flag.sum()), counted
