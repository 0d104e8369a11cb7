"""Scores on two scales in one group, which no statistic here would survive: 9.2 beside 92."""

import numpy as np

from domain.sentence import Sentence, say
from projections.patterns.panel import Floats

TIMES = 5.0
"""The greatest points of a period (or a rater) this many times under the others' are another scale.

Whole scales differ by ten (1, 10, 100); honest severity and merit never by five.
"""
LEAST = 5
"""So many scores tell a scale."""


def mixed_scales(
    points: Floats, periods: tuple[str, ...], people: tuple[str, ...]
) -> Sentence | None:
    """Return which period's or rater's points look like another scale than the others'.

    Points below 0 are on a scale of their own kind: of them nothing is told.

    Args:
        points: NaN where there are none. (T, n, n)
    """
    if np.nanmin(points) < 0:
        return None
    for axes, names in (((1, 2), periods), ((0, 2), people)):
        greatest = np.nanmax(np.where(np.isnan(points), 0.0, points), axis=axes)
        known = ((~np.isnan(points)).sum(axis=axes) >= LEAST) & (greatest > 0)
        if known.sum() < 2:
            continue
        typical = float(np.median(greatest[known]))
        away = known & ((greatest < typical / TIMES) | (greatest > typical * TIMES))
        if away.any():
            at = int(np.flatnonzero(away)[0])
            own, others = f"{greatest[at]:g}", f"{typical:g}"
            return say("another_scale", whose=names[at], own=own, others=others)
    return None
