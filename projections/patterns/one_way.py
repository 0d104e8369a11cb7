"""One-way favour: a leader's (or a peer's) favourites, as a ranked list and never as flags.

Where people score one another, τ² is the dyads'. Leaders and those whom they score make no dyads:
there τ² is what gives the residuals' z themselves a robust deviation of 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from projections.patterns.assessing import Fitted
from projections.patterns.dyads import LEAST_PERIODS, MOST, least_root
from projections.patterns.panel import Floats
from projections.patterns.robust import robust_deviation
from projections.patterns.strength import LISTED


@dataclass(frozen=True, slots=True)
class OneWay:
    """One rater's lasting favour for one ratee: a ranked list, never a flag."""

    group: str
    rater: str
    ratee: str
    estimate: float
    se: float
    z: float
    periods: int


def one_way(groups: Sequence[Fitted], tau2: float) -> tuple[OneWay, ...]:
    """Return the strongest one-way favours of a stratum, the strongest first.

    Args:
        groups: assessable ones, with the fits of the second pass.
        tau2: points².
    """
    listed: list[OneWay] = []
    for one in groups:
        fit = one.fit
        se = np.sqrt(fit.variance + tau2)
        enough = (fit.count >= LEAST_PERIODS) & ~fit.cramped[:, None]
        z = np.where(enough, fit.mean / np.where(enough, se, 1.0), -np.inf)
        i, j = np.unravel_index(np.argsort(-z, axis=None)[:LISTED], z.shape)
        people = one.panel.people
        listed += [
            OneWay(
                group=one.panel.group,
                rater=people[rater],
                ratee=people[ratee],
                estimate=float(fit.mean[rater, ratee]),
                se=float(se[rater, ratee]),
                z=float(z[rater, ratee]),
                periods=int(fit.count[rater, ratee]),
            )
            for rater, ratee in zip(i, j, strict=True)
            if z[rater, ratee] > 0
        ]
    return tuple(sorted(listed, key=lambda lead: -lead.z)[:LISTED])


def one_way_variance(groups: Sequence[Fitted]) -> float:
    """Return τ² where nobody scores back: z of single residuals has a robust deviation of 1."""
    mean: list[Floats] = []
    variance: list[Floats] = []
    for one in groups:
        use = (one.fit.count >= LEAST_PERIODS) & ~one.fit.cramped[:, None]
        mean.append(one.fit.mean[use])
        variance.append(one.fit.variance[use])
    e, v = np.concatenate([*mean, []]), np.concatenate([*variance, []])

    def deviation(tau2: float) -> float:
        return robust_deviation(e / np.sqrt(v + tau2))

    return least_root(deviation, MOST) if e.size else 0.0
