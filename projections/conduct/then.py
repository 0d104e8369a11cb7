"""Standings as they were known when a step of a result was taken."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from domain.rules.conformance.facts import ResultStep
from domain.rules.facts import UnitYear
from domain.rules.standing import Standing
from projections.as_of import AsOf
from projections.conduct.steps import about
from projections.facts import results
from projections.ranking import judged
from projections.reader import Reader
from projections.unit_year import Scope, unit_years

_TELLING = ("proposed", "publicised", "confirmed")
"""The steps that tell a grade or a place."""


class Then:
    """Standings of the past, where a result was corrected since or the year was open.

    A closed year changes only by corrections of results; so steps with the same corrections
    before them share what is fetched.

    Args:
        members: of whom steps are asked; None: of everybody.
    """

    def __init__(self, reader: Reader, year: int, members: Sequence[str] | None) -> None:
        self._reader = reader
        rows = about(reader, results, year, members)
        self._corrections = [row for row in rows if row.component is not None]
        self._known: dict[tuple[Any, ...], dict[str, Standing]] = {}

    def of(
        self, unit_year: UnitYear, steps: Mapping[str, Iterable[ResultStep]]
    ) -> dict[int, Standing | None]:
        """Return the standing then, by the steps' positions, where it may not be that of now.

        Args:
            steps: those of the unit's people, by cadre.
        """
        members = {member.cadre for member in unit_year.members}
        corrections = [row for row in self._corrections if row.cadre in members]
        return {
            step.position: self._at(unit_year, step, corrections).get(cadre)
            for cadre, taken in steps.items()
            for step in taken
            if step.step in _TELLING and not _as_now(unit_year, step, corrections)
        }

    def _at(
        self, unit_year: UnitYear, step: ResultStep, corrections: list[Row[Any]]
    ) -> dict[str, Standing]:
        moment: tuple[int, ...] = (step.known_at, step.position)
        if _closed_before(unit_year, step):
            moment = tuple(row.position for row in corrections if _before(row, step))
        key = (unit_year.unit, _closed_before(unit_year, step), moment)
        if key not in self._known:
            self._known[key] = self._fetched(unit_year, step)
        return self._known[key]

    def _fetched(self, unit_year: UnitYear, step: ResultStep) -> dict[str, Standing]:
        as_of = AsOf(step.on, step.known_at, step.position - 1)
        then = Reader(self._reader.connection, as_of)
        scope = Scope(unit_year.year, units=(unit_year.unit,))
        standings = judged(then, scope, unit_years(then, scope))
        return {standing.cadre: standing for standing in standings}


def _as_now(unit_year: UnitYear, step: ResultStep, corrections: list[Row[Any]]) -> bool:
    return _closed_before(unit_year, step) and all(_before(row, step) for row in corrections)


def _closed_before(unit_year: UnitYear, step: ResultStep) -> bool:
    closing = unit_year.closing
    return (
        closing is not None
        and closing.position < step.position
        and closing.known_at <= step.known_at
    )


def _before(row: Row[Any], step: ResultStep) -> bool:
    return bool(row.position < step.position and row.known_at <= step.known_at)
