"""轮流坐庄: excellent that goes round in a unit, so that the same person rarely gets it again.

Counted are the pairs of periods in which the same person was excellent. Chance draws as many as
were excellent from those present in each period, all alike; merit that lasts makes repetitions more
frequent than that, turns make them rarer. A ranked list of units, never flags.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from projections.patterns.panel import Bools, Ints, Panel

DRAWS = 1_999


@dataclass(frozen=True, slots=True)
class Rotation:
    """How excellent goes round in a unit (轮流坐庄): a ranked list of units, never a flag.

    Args:
        again: pairs of periods in which the same person was excellent.
        by_chance: how many such pairs chance gives, and their deviation.
        p: how often chance repeats as seldom or more seldom.
    """

    group: str
    again: int
    by_chance: float
    sd: float
    z: float
    p: float


def rotation(panels: Sequence[Panel], seed: int) -> tuple[Rotation, ...]:
    """Return the units whose excellent went round, the likeliest first.

    Args:
        panels: those of which two periods or more have anybody excellent.
        seed: of what chance draws; a group's own whatever the others are.
    """
    found = [_rotation(panel, seed) for panel in panels]
    return tuple(sorted(found, key=lambda r: (r.p, r.z, r.group)))


def can_rotate(panel: Panel) -> bool:
    """Tell whether anybody was excellent in two periods or more."""
    return panel.excellent is not None and int(panel.excellent.any(axis=1).sum()) > 1


def _rotation(panel: Panel, seed: int) -> Rotation:
    assert panel.excellent is not None
    excellent = panel.excellent
    present = _present(panel) | excellent
    rng = np.random.default_rng([seed, *panel.group.encode()])
    counts = np.zeros((DRAWS, present.shape[1]), dtype=np.intp)
    for here, many in zip(present, excellent.sum(axis=1), strict=True):
        at = np.flatnonzero(here)
        order = rng.permuted(np.broadcast_to(at, (DRAWS, len(at))), axis=1)[:, :many]
        np.add.at(counts, (np.arange(DRAWS)[:, None], order), 1)
    drawn = repeats(counts)
    again = int(repeats(excellent.sum(axis=0)[None])[0])
    mean, sd = float(drawn.mean()), float(drawn.std())
    return Rotation(
        group=panel.group,
        again=again,
        by_chance=mean,
        sd=sd,
        z=(again - mean) / sd if sd > 0 else 0.0,
        p=float((1 + (drawn <= again).sum()) / (1 + DRAWS)),
    )


def repeats(counts: Ints) -> Ints:
    """Return how many pairs of periods have the same person excellent. (…, n) → (…)"""
    pairs: Ints = (counts * (counts - 1) // 2).sum(axis=-1)
    return pairs


def _present(panel: Panel) -> Bools:
    """Tell who was scored in which period. (T, n)"""
    present = np.zeros((len(panel.periods), len(panel.people)), dtype=bool)
    present[panel.entries.period, panel.entries.ratee] = True
    return present
