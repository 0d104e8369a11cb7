"""Across strata: a leader and a subordinate who favour each other sit in two strata.

Each direction keeps the fit of its own stratum. Not simulated yet: a list only, never flags.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from projections.patterns.assessing import Fitted
from projections.patterns.dyads import LEAST_PERIODS
from projections.patterns.mutual import RECIPROCITY, combined
from projections.patterns.strength import LISTED


@dataclass(frozen=True, slots=True)
class Across:
    """A leader and a subordinate who favour each other: a list only, not simulated yet.

    Args:
        down: what the leader gave more than expected, in points. up: what the subordinate gave.
        estimate, se: what both have in common, in points.
    """

    group: str
    leader: str
    subordinate: str
    down: float
    up: float
    estimate: float
    se: float
    z: float


def across(
    leaders: Sequence[Fitted],
    subordinates: Sequence[Fitted],
    leaders_tau2: float,
    subordinates_tau2: float,
) -> tuple[Across, ...]:
    """Return who favour each other across the strata, the strongest first.

    Args:
        leaders: each group's scores by its leaders, fitted.
        subordinates: the same groups' scores by subordinates.
        leaders_tau2, subordinates_tau2: the variance of honest affinity in each, points².
    """
    below = {one.panel.group: one for one in subordinates}
    listed = [
        pair
        for one in leaders
        if one.panel.group in below
        for pair in _of_group(one, below[one.panel.group], leaders_tau2, subordinates_tau2)
    ]
    return tuple(sorted(listed, key=lambda pair: -pair.z)[:LISTED])


def _of_group(down: Fitted, up: Fitted, down_tau2: float, up_tau2: float) -> list[Across]:
    """Return a group's dyads: ``down`` as leaders score, ``up`` as subordinates score."""
    place = {person: i for i, person in enumerate(up.panel.people)}
    shared = [i for i, person in enumerate(down.panel.people) if person in place]
    other = [place[down.panel.people[i]] for i in shared]
    here, there = np.ix_(shared, shared), np.ix_(other, other)
    e1, e2 = down.fit.mean[here], up.fit.mean[there].T
    v1, v2 = down.fit.variance[here] + down_tau2, up.fit.variance[there].T + up_tau2
    c = RECIPROCITY * np.sqrt(down_tau2 * up_tau2)
    enough = np.minimum(down.fit.count[here], up.fit.count[there].T) >= LEAST_PERIODS
    enough &= ~down.fit.cramped[shared][:, None] & ~up.fit.cramped[other][None, :]
    at = np.nonzero(enough)
    estimate, se = combined(e1[at], e2[at], v1[at], v2[at], c)
    return [
        Across(
            group=down.panel.group,
            leader=down.panel.people[shared[i]],
            subordinate=down.panel.people[shared[j]],
            down=float(e1[i, j]),
            up=float(e2[i, j]),
            estimate=float(own),
            se=float(own_se),
            z=float(own / own_se),
        )
        for i, j, own, own_se in zip(*at, estimate, se, strict=True)
    ]
