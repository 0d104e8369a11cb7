"""Rivals: does a rater mark down those ranked beside him, who compete for the same places?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from domain.sentence import say
from projections.patterns.assessing import Fitted
from projections.patterns.in_group import RANK_LEVEL
from projections.patterns.leads import NotAssessable
from projections.patterns.multiplicity import benjamini_hochberg, benjamini_yekutieli
from projections.patterns.panel import Bools, Floats
from projections.patterns.strength import FLOOR, VISIBLE, Strength, strengths

NEAR = 3
LEAST_RIVALS, LEAST_OTHERS = 2, 4
TAIL = 60


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A rater who scores the ratees ranked beside him lower than others.

    Args:
        estimate, se: rivals − others, in points.
        rivals: who they are.
    """

    group: str
    rater: str
    rivals: tuple[str, ...]
    estimate: float
    se: float
    z: float
    p: float
    q: float
    strength: Strength
    floor_met: bool
    family: int
    visible: float


@dataclass(frozen=True, slots=True)
class _Test:
    group: str
    rater: str
    rivals: tuple[str, ...]
    estimate: float
    se: float


def rivals(
    groups: Sequence[Fitted], tau2: float
) -> tuple[tuple[Rivalry, ...], tuple[NotAssessable, ...]]:
    """Return every rater's test, the least p first, and which groups had none.

    Args:
        groups: assessable ones, with the fits of the second pass.
        tau2: the variance of honest affinity, points².
    """
    tests: list[_Test] = []
    missing: list[NotAssessable] = []
    for one in groups:
        if one.panel.ranks is None or np.isnan(one.panel.ranks).all():
            missing.append(NotAssessable("rivals", one.panel.group, say("no_ranks")))
            continue
        made = list(_tests(one, tau2))
        tests += made
        if not made:
            reason = say("too_few_rivals", rivals=LEAST_RIVALS, others=LEAST_OTHERS)
            missing.append(NotAssessable("rivals", one.panel.group, reason))
    estimate, se = np.array([t.estimate for t in tests]), np.array([t.se for t in tests])
    z = estimate / se
    p = stats.t.cdf(z, TAIL)
    q, q_strong = benjamini_hochberg(p), benjamini_yekutieli(p)
    large = estimate <= -FLOOR
    made_of = zip(tests, z, p, q, strengths(q, q_strong, large), large, strict=True)
    found = [
        Rivalry(
            group=t.group,
            rater=t.rater,
            rivals=t.rivals,
            estimate=t.estimate,
            se=t.se,
            z=float(own_z),
            p=float(own_p),
            q=float(own_q),
            strength=strength,
            floor_met=bool(met),
            family=len(tests),
            visible=VISIBLE * t.se,
        )
        for t, own_z, own_p, own_q, strength, met in made_of
    ]
    return tuple(sorted(found, key=lambda r: r.p)), tuple(missing)


def near(one: Fitted) -> Bools:
    """Tell who is within three ranks of whom in the same rank level. (n, n)"""
    ranks = one.panel.ranks
    n = len(one.panel.people)
    if ranks is None:
        return np.zeros((n, n), dtype=bool)
    levels = np.array(one.panel.attributes.get(RANK_LEVEL, ("",) * n), dtype=object)
    with np.errstate(invalid="ignore"):
        close = np.abs(ranks[:, None] - ranks[None, :]) <= NEAR
    beside: Bools = close & (levels[:, None] == levels[None, :]) & ~np.eye(n, dtype=bool)
    return beside


def _tests(one: Fitted, tau2: float) -> Iterator[_Test]:
    """Yield the tests of raters who scored enough rivals and enough others."""
    fit, people = one.fit, one.panel.people
    scored = ~np.isnan(fit.mean)
    beside = near(one)
    for i in np.flatnonzero(~fit.cramped):
        rival, other = scored[i] & beside[i], scored[i] & ~beside[i]
        if rival.sum() >= LEAST_RIVALS and other.sum() >= LEAST_OTHERS:
            yield _Test(
                one.panel.group,
                people[i],
                tuple(people[j] for j in np.flatnonzero(rival)),
                *_difference(fit.mean[i], rival, other, fit.noise[i], fit.count[i], tau2),
            )


def _difference(
    mean: Floats, rival: Bools, other: Bools, noise: float, count: Floats, tau2: float
) -> tuple[float, float]:
    """Return rivals − others and its standard error, both in points."""
    periods = count[rival | other].mean()
    each = noise / periods + tau2
    se = np.sqrt(each * (1 / rival.sum() + 1 / other.sum()))
    return float(mean[rival].mean() - mean[other].mean()), float(se)
