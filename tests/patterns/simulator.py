"""The simulated law: units whose favours are known, drawn from a seed.

``x = m + severity + λ·merit + affinity + favour + noise``; law A is the plain one, B adds slopes,
unequal noise, lasting affinity, straight-liners, and whole points between 0 and 100.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from projections.patterns.panel import Bools, Entries, Floats, Panel

UNITS = 200
SIZES = (8, 40)
MEAN, MERIT_SD, SEVERITY_SD, NOISE_SD = 80.0, 5.0, 4.0, 5.0
MERIT_WALK, SEVERITY_WALK = 1.5, 0.7
AFFINITY_SD, RECIPROCITY, SLOPE_SD, NOISE_SPREAD, FLAT_SHARE = 2.0, 0.15, 0.15, 0.2, 0.04
FLAT_SLOPE, FLAT_NOISE = 0.05, 0.7
SHORTEST = 3
"""Periods of a favour that doesn't last."""


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """One simulated unit and what was planted in it.

    Args:
        panel: what is given to the statistics.
        favour: what was added to each cell, in points. (n, n)
        ring: the members of the clique, empty where there is none.
    """

    panel: Panel
    favour: Floats
    ring: frozenset[int]

    @property
    def positive(self) -> Bools:
        """Pairs of which both favour each other: (n, n), symmetric."""
        both: Bools = (self.favour > 0) & (self.favour.T > 0)
        return both

    @property
    def negative(self) -> Bools:
        """Pairs in which nothing was planted either way: (n, n), symmetric."""
        none: Bools = (self.favour == 0) & (self.favour.T == 0)
        return none


def simulate(
    seed: int, law: str, periods: int, units: int = UNITS, plant: str = "lasting"
) -> list[Planted]:
    """Return the units of a law.

    Args:
        law: A or B.
        plant: nothing; lasting: in every period; windows: each in three periods or more.
    """
    rng = np.random.default_rng(seed)
    return [_unit(rng, law, periods, f"U{at:03d}", plant) for at in range(units)]


def _unit(rng: np.random.Generator, law: str, periods: int, name: str, plant: str) -> Planted:
    n = int(rng.integers(SIZES[0], SIZES[1] + 1))
    merit = _walk(rng, periods, rng.normal(0, MERIT_SD, n), MERIT_WALK)
    severe = rng.normal(0, SEVERITY_SD, n)
    severe += np.where(rng.random(n) < 0.05, rng.choice([-10.0, 10.0], n), 0.0)
    severity = _walk(rng, periods, severe, SEVERITY_WALK)
    slope, noise, flat = np.ones(n), np.full(n, NOISE_SD), np.zeros(n, dtype=bool)
    affinity = np.zeros((n, n))
    if law == "B":
        slope = rng.normal(1, SLOPE_SD, n)
        noise = NOISE_SD * np.exp(rng.normal(0, NOISE_SPREAD, n))
        flat = rng.random(n) < FLAT_SHARE
        slope, noise = np.where(flat, FLAT_SLOPE, slope), np.where(flat, FLAT_NOISE, noise)
        affinity = _affinity(rng, n)
    favour, ring = _plant(rng, flat) if plant != "nothing" else (np.zeros((n, n)), frozenset[int]())
    points = MEAN + severity[:, :, None] + slope[:, None] * merit[:, None, :] + affinity
    points = points + (favour * _windows(rng, periods, n) if plant == "windows" else favour)
    points = points + noise[:, None] * rng.normal(size=points.shape)
    if law == "B":
        points = np.clip(np.rint(points), 0, 100)
    points[:, np.eye(n, dtype=bool)] = np.nan
    return Planted(panel_of(points, name), favour, ring)


def panel_of(points: Floats, group: str = "U", relation: str = "peer") -> Panel:
    """Return a panel that holds these points. (T, n, n), NaN: none."""
    period, rater, ratee = np.nonzero(~np.isnan(points))
    given = points[period, rater, ratee]
    entries = Entries(
        period, rater, ratee, np.zeros_like(period), given, np.full(len(given), np.nan)
    )
    people = tuple(f"{group}-{at:02d}" for at in range(points.shape[1]))
    years = tuple(str(2010 + at) for at in range(len(points)))
    return Panel(group, relation, "ballot", people, years, ("",), entries)


def _walk(rng: np.random.Generator, periods: int, start: Floats, step: float) -> Floats:
    steps = rng.normal(0, step, (periods, len(start)))
    steps[0] = start
    walked: Floats = steps.cumsum(axis=0)
    return walked


def _windows(rng: np.random.Generator, periods: int, n: int) -> Bools:
    """Return in which periods the favours of each two hold, both ways alike. (T, n, n)"""
    length = rng.integers(SHORTEST, periods + 1, (n, n))
    start = (rng.random((n, n)) * (periods - length + 1)).astype(int)
    at = np.arange(periods)[:, None, None]
    held = np.triu((at >= start) & (at < start + length), 1)
    both: Bools = held | held.transpose(0, 2, 1)
    return both


def _affinity(rng: np.random.Generator, n: int) -> Floats:
    common = rng.normal(size=(n, n))
    common = np.triu(common, 1) + np.triu(common, 1).T
    own = rng.normal(size=(n, n))
    drawn: Floats = AFFINITY_SD * (np.sqrt(RECIPROCITY) * common + np.sqrt(1 - RECIPROCITY) * own)
    return drawn


def _plant(rng: np.random.Generator, flat: Bools) -> tuple[Floats, frozenset[int]]:
    """Plant a clique and mutual pairs on disjoint people, then one-way favours and grudges."""
    n = len(flat)
    favour = np.zeros((n, n))
    free = list(rng.permutation(np.flatnonzero(~flat)))
    ring: frozenset[int] = frozenset()
    if rng.random() < 0.15:
        ring = frozenset(int(free.pop()) for _ in range(rng.integers(3, 6)))
        for i, j in combinations(sorted(ring), 2):
            favour[i, j], favour[j, i] = rng.uniform(5, 8, 2)
    for sign, share in ((1, 0.05), (-1, 0.02)):
        for _ in range(rng.poisson(share * n)):
            if len(free) >= 2:
                i, j = free.pop(), free.pop()
                favour[i, j], favour[j, i] = sign * rng.uniform(6, 10, 2)
    for _ in range(rng.poisson(0.03 * n)):
        _add(rng, favour, int(rng.choice(np.flatnonzero(~flat))), 1, 1)
    for i in np.flatnonzero((rng.random(n) < 0.05) & ~flat):
        _add(rng, favour, int(i), int(rng.integers(2, 5)), -1)
    return favour, ring


def _add(rng: np.random.Generator, favour: Floats, i: int, many: int, sign: int) -> None:
    """Let i favour (or mark down) some in whose cells with him nothing was planted yet."""
    open_to = np.flatnonzero((favour[i] == 0) & (favour[:, i] == 0))
    chosen = rng.permutation(open_to[open_to != i])[:many]
    favour[i, chosen] = sign * rng.uniform(6, 10, len(chosen))
