"""Of whom the annual score of a year may have been another at one moment than at another.

A score is made of the cadre's roster line, of what was scored, handed in, recorded and corrected of
him, and of the policy and the scheme that his unit judges by. Where nothing of that became known
between two moments it was the same at both, even where his unit was closed in between: a closing
leaves out only what lies behind it. Of whom this can't be told so simply, no two moments are said
to be alike: who stood on several rosters, has evidence of several units, of whom something was
withdrawn, or recorded behind his unit's closing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, true

from domain.rules.policy import Policy
from projections.endings import Ending, endings, key_of_scores
from projections.facts import (
    closings,
    components,
    results,
    roster,
    schemes,
    scores,
    withdrawals,
    work_items,
)
from projections.policy import Policies
from projections.reader import Reader
from projections.unit_year import Scope, on_rosters
from projections.view import View

_MADE_OF: tuple[tuple[View, str, ColumnElement[bool]], ...] = (
    (scores, "ratee", true()),
    (work_items, "cadre", true()),
    (components, "cadre", true()),
    (results, "cadre", results.table.c.component.is_not(None)),
)
"""What a score is made of beside the roster line, the column that names the cadre, which rows."""

_OF_ONE_UNIT = (scores, work_items)
"""What counts by the unit it is of, and of a closed year up to its closing."""


class Changes:
    """When something became known of who ever stood on some levels of a year's rosters.

    Args:
        everybody: the year and the levels.
        since: microseconds; no earlier moment is asked about.
    """

    def __init__(self, reader: Reader, everybody: Scope, since: int) -> None:
        year = everybody.year
        self._asked = reader
        self._reader = Reader(reader.connection, reader.as_of)  # what is read here isn't counted
        self._everybody = everybody
        self._year = year
        self._since = since
        self._closed = {row.unit: row for row in self._reader.rows(closings, _in(closings, year))}
        self._unit: dict[str, str] = {}
        self._untold: set[str] = set()
        self._known: dict[str, set[int]] = defaultdict(set)
        self._of_unit: dict[str, set[int]] = defaultdict(set)
        self._judged: dict[int | None, dict[str, Policy | None]] = {}
        self._read_rosters()
        self._read_schemes()
        for view, column, which in _MADE_OF:
            self._read(view, column, _in(view, year), which)
        self._read_withdrawals()

    def between(self, earlier: int, later: int | None) -> set[str]:
        """Return of whom something may differ between two moments in microseconds.

        Args:
            later: None for the reader's own time.
        """

        def changed(moments: Iterable[int]) -> bool:
            return any(at > earlier and (later is None or at <= later) for at in moments)

        then, now = self._policies(earlier), self._policies(later)
        units = {unit for unit, moments in self._of_unit.items() if changed(moments)}
        units |= {unit for unit, policy in then.items() if policy != now[unit]}
        of_cadres = {cadre for cadre, moments in self._known.items() if changed(moments)}
        of_units = {cadre for cadre, unit in self._unit.items() if unit in units}
        return self._untold | of_cadres | of_units

    def _read_rosters(self) -> None:
        for row in on_rosters(self._reader, self._everybody):
            self._note(self._known[row.cadre], row)
            if self._unit.setdefault(row.cadre, row.unit) != row.unit:
                self._untold.add(row.cadre)

    def _read_schemes(self) -> None:
        behind = set()
        for row in self._reader.rows(schemes, _in(schemes, self._year)):
            self._note(self._of_unit[row.unit], row)
            if self._is_behind(row.unit, row.position):
                behind.add(row.unit)
        self._untold.update(cadre for cadre, unit in self._unit.items() if unit in behind)

    def _read(self, view: View, column: str, *conditions: ColumnElement[bool]) -> None:
        later = []
        for cadre, end in self._endings(view, column, *conditions):
            if end.known_at > self._since:
                later.append(cadre)
            behind = self._is_behind(self._unit[cadre], end.position)
            if view in _OF_ONE_UNIT and (behind or not end.of_one_unit):
                self._untold.add(cadre)
        for row in self._reader.rows_of(view, column, later, *conditions):
            self._note(self._known[getattr(row, column)], row)

    def _endings(
        self, view: View, column: str, *conditions: ColumnElement[bool]
    ) -> Iterable[tuple[str, Ending]]:
        cadres = sorted(self._unit)
        if view is not scores:
            return endings(self._reader, view, column, cadres, *conditions)
        key = key_of_scores(self._year, self._everybody.without_rater)
        found = self._asked.remembered(
            key, lambda: dict(endings(self._reader, view, column, cadres, *conditions))
        )
        return ((cadre, found[cadre]) for cadre in cadres if cadre in found)

    def _read_withdrawals(self) -> None:
        positions = [row.withdrawn for row in self._reader.rows(withdrawals)]
        for view, column, this_year in (
            (scores, "ratee", _in(scores, self._year)),
            (roster, "cadre", _in(roster, self._year)),
        ):
            for row in self._reader.rows_of(view, "position", positions, this_year):
                self._untold.update({getattr(row, column)} & self._unit.keys())

    def _note(self, moments: set[int], row: Row[Any]) -> None:
        if row.known_at > self._since:
            moments.add(row.known_at)

    def _is_behind(self, unit: str, position: int) -> bool:
        closing = self._closed.get(unit)
        return closing is not None and position > closing.position

    def _policies(self, moment: int | None) -> dict[str, Policy | None]:
        """Return by unit the policy that judged as of a moment, without its scheme's weights."""
        if moment not in self._judged:
            as_of = self._reader.as_of
            if moment is not None:
                as_of = replace(as_of, known_at=moment)
            policies = Policies(Reader(self._reader.connection, as_of))
            self._judged[moment] = {
                unit: policies.judging(unit, self._year, self._closing(unit, moment))
                for unit in set(self._unit.values())
            }
        return self._judged[moment]

    def _closing(self, unit: str, moment: int | None) -> Any:
        closing = self._closed.get(unit)
        known = closing is not None and (moment is None or closing.known_at <= moment)
        return closing if known else None


def _in(view: View, year: int) -> ColumnElement[bool]:
    return view.table.c.year == year
