"""Beside a lift: did ballots rise above the work list in the two years before a decision?"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from projections.patterns.gathering import in_order
from projections.patterns.lift import component_lift
from projections.patterns.panel import Floats, Panel
from projections.patterns.parts import unit_of

Whose = tuple[str, str]
"""A unit and a ratee."""


class WorkBeside:
    """The mean points that ratees got from ballots and from their work lists, year by year.

    Args:
        panels: of every stratum.
    """

    def __init__(self, panels: Iterable[Panel]) -> None:
        every = [*panels]
        self._periods = in_order({period for panel in every for period in panel.periods})
        self._ballots = self._means(panel for panel in every if panel.source == "ballot")
        self._items = self._means(panel for panel in every if panel.source == "item")

    def of(self, group: str, ratee: str, decided_in: str) -> float | None:
        """Return how much more ballots exceed the work list before the decision than earlier."""
        whose = unit_of(group), ratee
        if whose not in self._ballots or whose not in self._items:
            return None
        closed = self._periods
        decided = closed.index(decided_in) if decided_in in closed else len(closed)
        return component_lift(self._ballots[whose], self._items[whose], decided)

    def _means(self, panels: Iterable[Panel]) -> dict[Whose, Floats]:
        many = len(self._periods)
        place = {period: at for at, period in enumerate(self._periods)}
        total: dict[Whose, Floats] = defaultdict(lambda: np.zeros(many))
        count: dict[Whose, Floats] = defaultdict(lambda: np.zeros(many))
        for panel in panels:
            e, n = panel.entries, len(panel.people)
            when = np.array([place[period] for period in panel.periods], dtype=np.intp)
            cell = when[e.period] * n + e.ratee
            points = np.bincount(cell, e.points, many * n).reshape(many, n)
            scores = np.bincount(cell, minlength=many * n).reshape(many, n)
            for at in np.flatnonzero(scores.any(axis=0)):
                whose = unit_of(panel.group), panel.people[at]
                total[whose] += points[:, at]
                count[whose] += scores[:, at]
        with np.errstate(invalid="ignore"):
            return {whose: total[whose] / count[whose] for whose in total}
