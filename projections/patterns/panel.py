"""One group's scores by one stratum of raters: what every statistic here is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Single scores as they were entered: arrays of one length m, a score at each index.

    Args:
        period, rater, ratee, dimension: indexes into the panel's own tuples.
        points: 0 to 100.
        at: when it was entered, seconds since 1970 UTC; NaN where that isn't known.
    """

    period: Ints
    rater: Ints
    ratee: Ints
    dimension: Ints
    points: Floats
    at: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Who gave whom how many points in one group, by raters of one role and one source.

    Args:
        group: the unit (or any group whose people are compared with one another only).
        relation: leader, peer, subordinate, served, or what a table calls it.
        source: ballot, log or item.
        people: the ids of raters and ratees together, sorted; n of them.
        periods: what the T periods are called, in order.
        dimensions: of the scores; one empty word where there are none.
        entries: the single scores.
        attributes: per attribute (school, rank_level …) a value for each person, None: unknown.
        ranks: of the last closed period, within the person's rank level; NaN: none. (n,)
        decided: for a person's index, the indexes of the periods in which they were appointed or
            commended; of years the one behind the last, too, whose scores aren't known yet.
        excellent: who was graded excellent in which period. (T, n)
    """

    group: str
    relation: str
    source: str
    people: tuple[str, ...]
    periods: tuple[str, ...]
    dimensions: tuple[str, ...]
    entries: Entries
    attributes: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    ranks: Floats | None = None
    decided: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    excellent: Bools | None = None

    def points(self) -> Floats:
        """Return the mean points of each cell, NaN where there is none: (T, n rater, n ratee)."""
        e, n = self.entries, len(self.people)
        shape = (len(self.periods), n, n)
        cell = np.ravel_multi_index((e.period, e.rater, e.ratee), shape)
        size = int(np.prod(shape))
        total = np.bincount(cell, e.points, size)
        count = np.bincount(cell, minlength=size)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan).reshape(shape)
