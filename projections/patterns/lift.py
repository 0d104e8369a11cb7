"""Lift before a decision: were scores raised in the two periods before an appointment?

For whoever was appointed or commended in period D, the window (D−2, D−1) of each of their dyads
and of each rater's residuals is one planned test, without a scan. Not simulated yet: a list only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from projections.patterns.assessing import Fitted
from projections.patterns.multiplicity import benjamini_hochberg
from projections.patterns.mutual import shared
from projections.patterns.panel import Bools, Floats
from projections.patterns.scan import TAIL, standardised

BEFORE = 2
LEAST_PERIODS = 3
"""The two before, and one to compare them with."""


@dataclass(frozen=True, slots=True)
class Lift:
    """Scores lifted in the two periods before a decision: a list only, not simulated yet.

    Args:
        decided: in which period the ratee was appointed or commended.
        mutual: whether it is what both have in common, or what the rater gave.
    """

    group: str
    rater: str
    ratee: str
    decided: str
    mutual: bool
    estimate: float
    z: float
    p: float
    q: float
    family: int


@dataclass(frozen=True, slots=True)
class _Test:
    group: str
    rater: str
    ratee: str
    decided: str
    mutual: bool
    estimate: float
    z: float


def lifts(groups: Sequence[Fitted], tau2: float) -> tuple[Lift, ...]:
    """Return every planned test, the greatest z first.

    Args:
        groups: assessable ones, with the fits of the second pass.
        tau2: the variance of honest affinity, points².
    """
    tests = [test for one in groups for test in _tests(one, tau2)]
    p = stats.t.sf(np.array([t.z for t in tests]), TAIL)
    q = benjamini_hochberg(p)
    found = [
        Lift(
            group=t.group,
            rater=t.rater,
            ratee=t.ratee,
            decided=t.decided,
            mutual=t.mutual,
            estimate=t.estimate,
            z=t.z,
            p=float(own_p),
            q=float(own_q),
            family=len(tests),
        )
        for t, own_p, own_q in zip(tests, p, q, strict=True)
    ]
    return tuple(sorted(found, key=lambda lift: -lift.z))


def _tests(one: Fitted, tau2: float) -> Iterator[_Test]:
    panel, kept = one.panel, np.flatnonzero(one.kept)
    for ratee, decisions in sorted(panel.decided.items()):
        for decided in decisions:
            window = np.isin(kept, range(decided - BEFORE, decided))
            if window.sum() == BEFORE:
                for rater in np.flatnonzero(one.fit.count[:, ratee] > 0):
                    name = _called(panel.periods, decided)
                    yield from _planned(one, int(rater), ratee, window, tau2, name)


def _called(periods: Sequence[str], decided: int) -> str:
    """Return what the period of a decision is called; the year behind the last isn't closed yet."""
    return periods[decided] if decided < len(periods) else str(int(periods[-1]) + 1)


def _planned(
    one: Fitted, i: int, j: int, window: Bools, tau2: float, decided: str
) -> Iterator[_Test]:
    """Yield the test of what i gave j, and of what both have in common."""
    fit, people = one.fit, one.panel.people
    given, back = fit.residual[:, i, j], fit.residual[:, j, i]
    q1, q2 = fit.noise[i] * fit.factor[i, j], fit.noise[j] * fit.factor[j, i]
    tests = [(False, given, float(q1), tau2)]
    if fit.count[j, i] > 0:
        both, noises, lastings = shared(given[None], back[None], q1[None], q2[None], tau2)
        tests.append((True, both[0], float(noises[0]), float(lastings[0])))
    for mutual, y, noise, lasting in tests:
        known = ~np.isnan(y)
        steady = not fit.cramped[i] and not (mutual and fit.cramped[j])
        if steady and known.sum() >= LEAST_PERIODS and known[window].all():
            z = planned(y[known], window[known], noise, lasting)
            mean = float(y[window].mean())
            yield _Test(one.panel.group, people[i], people[j], decided, mutual, mean, z)


def planned(y: Floats, window: Bools, noise: float, affinity: float) -> float:
    """Return z of one window of a series against what its whole makes likely.

    Args:
        y: in points. (T,)
        window: which of its periods. (T,)
        noise, affinity: V and M, points².
    """
    sums, whole = y[window].sum(), y.sum()
    size = int(window.sum())
    return float(standardised(sums, whole, size, len(y), noise, affinity))


def component_lift(ballot: Floats, work_list: Floats, decided: int) -> float | None:
    """Return how much more ballots exceed the work list in the two periods before a decision.

    Args:
        ballot: a ratee's points from ballots in each period; NaN where there are none. (T,)
        work_list: the same from the work list. (T,)
        decided: the index of the period of the decision.

    Returns:
        The mean of ballot − work list in those two periods, less its mean before; None where
        either is unknown.
    """
    gap = ballot - work_list
    before, lifted = gap[: max(decided - BEFORE, 0)], gap[max(decided - BEFORE, 0) : decided]
    before, lifted = before[~np.isnan(before)], lifted[~np.isnan(lifted)]
    if len(lifted) < BEFORE or not len(before):
        return None
    return float(lifted.mean() - before.mean())
