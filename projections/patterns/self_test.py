"""The method tried on scores whose favours are known, in one's own scores and in honest ones.

Honest scores are drawn from what was fitted to one's own: the same raters score the same ratees
with the same severities, merits, slopes, noise and affinity, and nobody favours anybody. What is
planted follows the simulated law that the method was made for: mutual pairs, Poisson(.05 n) in a
unit of n people, each direction U(6, 10) points, lasting all periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from projections.patterns.assessing import Fitted, fitted
from projections.patterns.dyads import Tested
from projections.patterns.mutual import RECIPROCITY
from projections.patterns.pairs import often
from projections.patterns.panel import Bools, Floats, Panel
from projections.patterns.stratum import Stratum, prepared
from projections.patterns.strength import FLOOR, LEAST_RATINGS, REVIEW

SHARE, SIZES = 0.05, (6.0, 10.0)
TOLERATED = 0.05
DRAWS = 3
NEEDED = {3: (0.05, 0.06), 5: (0.18, 0.06), 10: (0.35, 0.08)}
"""What is asked for under the harder law (B), by periods: the least power at a true false discovery
share of .05, and the greatest false discovery rate of the rule."""
OWN, HONEST, PLANTED = "own_planted", "honest", "honest_planted"


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial, summed over its draws.

    Args:
        scores: ``own_planted``, ``honest`` or ``honest_planted``.
        periods: of most units.
        dyads: how many were tested.
        planted, found, others: pairs; the others are flagged and were neither planted nor, in one's
            own scores, flagged before. There they may be real; in honest scores they are false.
        power_at_5: the share of the planted that stand before the ranking's false share passes .05.
        needed, most: the power and the false discovery rate asked for; None below 3 periods, and of
            one's own scores, like ``power_at_5``.
    """

    relation: str
    source: str
    scores: str
    periods: int
    dyads: int
    planted: int
    found: int
    others: int
    power_at_5: float | None
    needed: float | None
    most: float | None

    @property
    def power(self) -> float | None:
        """The share of the planted that the rule flags."""
        return self.found / self.planted if self.planted else None

    @property
    def fdr(self) -> float | None:
        """The share of the flagged that is false; None where nobody knows what is."""
        if self.scores == OWN:
            return None
        return self.others / max(self.found + self.others, 1)


@dataclass(frozen=True, slots=True)
class _Draw:
    planted: int
    found: int
    others: int
    dyads: int
    at_5: int


def tried(panels: Sequence[Panel], seed: int) -> list[Tried]:
    """Return the three trials of a stratum; none where nobody scores one another.

    Args:
        panels: all groups of one relation and one source.
        seed: of what is planted and drawn.
    """
    stratum = prepared([fitted(panel) for panel in panels])
    if not stratum.mutual:
        return []
    found: dict[str, list[_Draw]] = {OWN: [], HONEST: [], PLANTED: []}
    for draw in range(DRAWS):
        rng = np.random.default_rng([seed, draw])
        honest = [_honest(rng, one, stratum.tau2) for one in stratum.between]
        own = [one.points for one in stratum.between]
        before = _keys(stratum.tested, flagged(stratum.tested))
        plants = [_plant(rng, one, _involved(before, at)) for at, one in enumerate(stratum.between)]
        most = max(float(np.nanmax(x)) for x in own)
        nothing = [np.zeros_like(favour) for favour in plants]
        found[OWN].append(_drawn(stratum, own, plants, most, before))
        found[HONEST].append(_drawn(stratum, honest, nothing, most, set()))
        found[PLANTED].append(_drawn(stratum, honest, plants, most, set()))
    return [_summed(stratum, scores, draws) for scores, draws in found.items()]


def flagged(tested: Tested) -> Bools:
    """Tell which dyads the rule flags: Benjamini–Hochberg, then the floors. (m,)"""
    return (tested.q <= REVIEW) & (tested.estimate >= FLOOR) & often(tested)


def _honest(rng: np.random.Generator, one: Fitted, tau2: float) -> Floats:
    """Draw a unit's scores as its fit has them, without any favour. (T, n, n)"""
    fit, n = one.fit, len(one.panel.people)
    common = np.triu(rng.normal(size=(n, n)), 1)
    common = common + common.T
    own = rng.normal(size=(n, n))
    affinity = np.sqrt(tau2) * (np.sqrt(RECIPROCITY) * common + np.sqrt(1 - RECIPROCITY) * own)
    noise = np.sqrt(fit.noise)[:, None] * rng.normal(size=one.points.shape)
    merit = np.nan_to_num(fit.merit)[:, None, :] * (1 + fit.slope)[:, None]
    severity = np.nan_to_num(fit.severity)[:, :, None]
    drawn = fit.ols.mean[:, None, None] + severity + merit + affinity + noise
    bounded = np.clip(drawn, np.nanmin(one.points), np.nanmax(one.points))
    return np.where(np.isnan(one.points), np.nan, bounded)


def _plant(rng: np.random.Generator, one: Fitted, taken: set[int]) -> Floats:
    """Return what is added to each cell: mutual pairs of disjoint people. (n, n)

    Args:
        taken: who is in a lead already.
    """
    count, cramped = one.fit.count, one.fit.cramped
    enough = min(LEAST_RATINGS, len(one.periods))
    able = (np.minimum(count, count.T) >= enough) & ~(cramped[:, None] | cramped[None, :])
    a, b = np.nonzero(np.triu(able, 1))
    favour, used = np.zeros(count.shape), set(taken)
    left = rng.poisson(SHARE * len(cramped))
    for at in rng.permutation(len(a)):
        i, j = int(a[at]), int(b[at])
        if left and not used & {i, j}:
            favour[i, j], favour[j, i] = rng.uniform(*SIZES, 2)
            used |= {i, j}
            left -= 1
    return favour


def _drawn(
    stratum: Stratum,
    points: Sequence[Floats],
    plants: Sequence[Floats],
    most: float,
    before: set[tuple[int, int, int]],
) -> _Draw:
    """Analyse scores with favours added, and count what is found."""
    panels = [
        _panel_of(one, np.minimum(x + favour, most))
        for one, x, favour in zip(stratum.between, points, plants, strict=True)
    ]
    states = [fitted(panel) for panel in panels]
    again = prepared(states)
    tested = again.tested
    # Groups that can't be assessed any more leave; their places tell whose plants are whose.
    whose = {one.panel.group: at for at, one in enumerate(stratum.between)}
    place = np.array([whose[one.panel.group] for one in again.between], dtype=np.intp)
    d = tested.dyads
    unit = place[d.unit] if len(d.unit) else d.unit
    keys = list(zip(unit.tolist(), d.a.tolist(), d.b.tolist(), strict=True))
    planted = np.array([plants[u][i, j] > 0 for u, i, j in keys], dtype=bool)
    known = np.array([key in before for key in keys], dtype=bool)
    hit = flagged(tested)
    return _Draw(
        planted=int(sum((favour > 0).sum() for favour in plants) // 2),
        found=int((hit & planted).sum()),
        others=int((hit & ~planted & ~known).sum()),
        dyads=len(planted),
        at_5=at_tolerated(tested, planted, ~planted & ~known),
    )


def at_tolerated(tested: Tested, true: Bools, false: Bools) -> int:
    """Return how many of the true stand above the last place at which at most .05 are false.

    Args:
        true, false: of each dyad; what is neither doesn't count. (m,)
    """
    order = np.lexsort((-tested.z, tested.p))
    order = order[(true | false)[order]]
    right, wrong = true[order].cumsum(), false[order].cumsum()
    return int(right[wrong <= TOLERATED * (right + wrong)].max(initial=0))


def _panel_of(one: Fitted, points: Floats) -> Panel:
    """Return a panel of these cells, one entry each, beside nothing."""
    period, rater, ratee = np.nonzero(~np.isnan(points))
    given = points[period, rater, ratee]
    entries = replace(
        one.panel.entries,
        period=period,
        rater=rater,
        ratee=ratee,
        dimension=np.zeros_like(period),
        points=given,
        at=np.full(len(given), np.nan),
    )
    return replace(one.panel, periods=one.periods, entries=entries, decided={}, excellent=None)


def _keys(tested: Tested, which: Bools) -> set[tuple[int, int, int]]:
    d = tested.dyads
    return set(zip(d.unit[which].tolist(), d.a[which].tolist(), d.b[which].tolist(), strict=True))


def _involved(keys: set[tuple[int, int, int]], unit: int) -> set[int]:
    return {who for at, i, j in keys if at == unit for who in (i, j)}


def _summed(stratum: Stratum, scores: str, draws: Sequence[_Draw]) -> Tried:
    panel = stratum.between[0].panel
    lengths = [len(one.periods) for one in stratum.between]
    periods = max(set(lengths), key=lengths.count)
    asked = next((NEEDED[t] for t in sorted(NEEDED, reverse=True) if t <= periods), (None, None))
    planted = sum(draw.planted for draw in draws)
    at_5 = sum(draw.at_5 for draw in draws)
    known = scores != OWN  # what else is real; without that no ranking has a false share
    return Tried(
        relation=panel.relation,
        source=panel.source,
        scores=scores,
        periods=periods,
        dyads=draws[0].dyads,
        planted=planted,
        found=sum(draw.found for draw in draws),
        others=sum(draw.others for draw in draws),
        power_at_5=at_5 / planted if known and planted else None,
        needed=asked[0] if known and planted else None,
        most=asked[1] if known else None,
    )
