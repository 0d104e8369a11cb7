"""What can be assessed of a panel at all; what can't is told with its reason, never as clean."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domain.sentence import Sentence, say
from projections.patterns import additive, robust
from projections.patterns.additive import is_round_robin
from projections.patterns.panel import Bools, Floats, Panel
from projections.patterns.robust import Fit
from projections.patterns.scales import mixed_scales

LEAST_RATERS = 5
LEAST_PEOPLE = 8
LEAST_PERIODS = 3
NOISELESS = 1e-9
"""Points²: less is what rounding leaves of scores that never changed."""


class ApartError(ValueError):
    """The scores of a period fall into parts that nothing connects.

    Args:
        reason: names the period and the parts.
    """

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A panel and its fit.

    Args:
        panel: as given.
        periods: what the periods with scores are called; the arrays hold these only.
        points: (T, n, n)
    """

    panel: Panel
    periods: tuple[str, ...]
    kept: Bools
    points: Floats
    fit: Fit

    @property
    def large(self) -> bool:
        """Whether it has the people that tests of pairs need."""
        return len(self.panel.people) >= LEAST_PEOPLE


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """A panel of which nothing is told, and why."""

    panel: Panel
    reason: Sentence


def fitted(panel: Panel) -> Fitted | Refused:
    """Return a panel's first fit, or why there is none."""
    points = panel.points()
    points[:, np.eye(len(panel.people), dtype=bool)] = np.nan  # nobody's score of himself counts
    seen = ~np.isnan(points)
    raters = int(seen.any(axis=(0, 2)).sum())
    if raters == 1:
        return Refused(panel, say("one_rater"))
    if raters < LEAST_RATERS:
        return Refused(panel, say("too_few_raters", raters=raters, needed=LEAST_RATERS))
    kept: Bools = np.any(seen, axis=(1, 2))
    points = points[kept]
    periods = tuple(p for p, k in zip(panel.periods, kept, strict=True) if k)
    if (reason := mixed_scales(points, periods, panel.people)) is not None:
        return Refused(panel, reason)
    try:
        refuse_apart(points, periods, panel.people)
    except ApartError as apart:
        return Refused(panel, apart.reason)
    own = robust.spreads(points)
    own = own[~np.isnan(own)]
    if not own.size or np.median(own) <= 0:
        return Refused(panel, say("constant_scores"))
    fit = robust.fit(points, additive.fit(points))
    return Fitted(panel, periods, kept, points, fit)


def unassessable(one: Fitted) -> Sentence | None:
    """Return why neither pairs nor anything else between people can be told of a fitted panel."""
    if len(one.periods) < LEAST_PERIODS:
        return say("too_few_periods", periods=len(one.periods), needed=LEAST_PERIODS)
    noise = one.fit.noise
    if not (noise[~np.isnan(noise)] > NOISELESS).any():
        return say("noiseless_scores")
    return None


def refuse_apart(points: Floats, periods: tuple[str, ...], people: tuple[str, ...]) -> None:
    """Refuse periods in which raters and ratees fall into parts that nothing connects.

    Raises:
        ApartError: with the first such period and its parts.
    """
    designs = ~np.isnan(points)
    if is_round_robin(designs):
        return
    for period, seen in zip(periods, designs, strict=True):
        parts = list(parts_of(seen))
        if len(parts) > 1:
            named = tuple(
                say(
                    "scores_apart_part",
                    raters=tuple(people[i] for i in raters),
                    ratees=tuple(people[j] for j in ratees),
                )
                for raters, ratees in parts
            )
            raise ApartError(say("scores_apart", period=period, parts=named))


def connected(points: Floats) -> bool:
    """Tell whether each period's scores hang together. (T, n, n)"""
    seen = ~np.isnan(points)
    designs = seen[:1] if (seen == seen[:1]).all() else seen
    return all(len(list(parts_of(one))) == 1 for one in designs)


def parts_of(seen: Bools) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the raters and the ratees of each connected part of one period. (n, n)"""
    left = seen.any(axis=1)
    while left.any():
        raters = np.arange(len(seen)) == left.argmax()
        ratees = seen[raters].any(axis=0)
        while (more := seen[:, ratees].any(axis=1)).sum() > raters.sum():
            raters, ratees = more, seen[more].any(axis=0)
        yield np.flatnonzero(raters).tolist(), np.flatnonzero(ratees).tolist()
        left &= ~raters
