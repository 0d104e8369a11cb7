"""Fetching what was scored and recorded about cadres in one year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.facts import CadreYear, Given, GradeGiven, Item, Score
from projections.facts import components, postings, results, scores, work_items
from projections.reader import Reader, latest
from projections.view import View

Lines = Sequence[Row[Any]]


class Evidence:
    """The evidence about some cadres in one year, fetched at once and handed out by cadre.

    Args:
        lines: the roster lines, of one or more units, that stand.
        whole: everybody of that year; the fetch is then a scan rather than look-ups.
        closed: the position of each closed unit's closing; a score voided after it still
            counts, since a closed year's results change only by a correction of the result.
        without_rater: as if this rater had never scored.
    """

    def __init__(
        self,
        reader: Reader,
        year: int,
        lines: Lines,
        *,
        whole: bool,
        closed: Mapping[str, int],
        without_rater: str | None = None,
    ) -> None:
        self.reader = reader
        self.year = year
        self.cadres = None if whole else sorted({line.cadre for line in lines})
        self.scores = self._scores({line.unit for line in lines}, closed, without_rater)
        self.items = self._items()
        self.given = self._given()
        self.grades = self._grades()
        self.probation = self._probation()

    def of(self, line: Row[Any]) -> CadreYear:
        """Return all facts of the cadre on this roster line."""
        cadre, unit = line.cadre, line.unit
        ballots = self.scores.get((unit, cadre), ())
        return CadreYear(
            cadre=cadre,
            unit=unit,
            year=self.year,
            rank_level=line.rank_level,
            category=line.category,
            participates=line.participates,
            position=line.position,
            on_probation=cadre in self.probation,
            items=tuple(self.items.get(cadre, ())),
            scores=(*ballots, *self.scores.get((None, cadre), ())),
            given={**self.given.get((unit, cadre), {}), **self.given.get((None, cadre), {})},
            grade=self.grades.get(cadre),
        )

    def _rows(self, view: View, column: str = "cadre") -> Iterable[Row[Any]]:
        this_year = view.table.c.year == self.year
        if self.cadres is None:
            return self.reader.rows(view, this_year)
        return self.reader.rows_of(view, column, self.cadres, this_year)

    def _scores(
        self, units: set[str], closed: Mapping[str, int], without_rater: str | None
    ) -> dict[tuple[str | None, str], list[Score]]:
        """Ballots by (unit, ratee); items and logs, wherever served, by (None, ratee)."""
        last: dict[Any, Row[Any]] = {}
        for row in self._rows(scores, "ratee"):
            if row.rater == without_rater or row.position > closed.get(row.unit, row.position):
                continue
            ballot = row.source == "ballot"
            if ballot and row.unit not in units:
                continue
            thing = (
                (row.unit, row.round, row.rater, row.ratee, row.dimension)
                if ballot
                else (row.source, row.ratee, row.dimension)
            )
            before = last.get(thing)
            if before is None or (before.known_at, before.position) < (row.known_at, row.position):
                last[thing] = row
        found: dict[tuple[str | None, str], list[Score]] = defaultdict(list)
        for row in last.values():
            if row.change != "voided" and self.reader.stands(row.position):
                place = row.unit if row.source == "ballot" else None
                found[place, row.ratee].append(
                    Score(
                        row.position, row.source, row.rater, row.relation, row.dimension, row.points
                    )
                )
        return found

    def _items(self) -> dict[str, list[Item]]:
        """The items of each cadre's list in force: those of its last submission."""
        lists: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._rows(work_items):
            lists[row.cadre].append(row)
        in_force = {}
        for cadre, rows in lists.items():
            last = max((row.known_at, row.position) for row in rows)[1]
            in_force[cadre] = [
                Item(row.item, row.weight, row.position) for row in rows if row.position == last
            ]
        return in_force

    def _given(self) -> dict[tuple[str | None, str], dict[str, Given]]:
        """Components by (unit, cadre); corrections of results, which outrank, by (None, cadre)."""
        given: dict[tuple[str | None, str], dict[str, Given]] = defaultdict(dict)
        for row in latest(self._rows(components), "unit", "cadre", "component").values():
            given[row.unit, row.cadre][row.component] = Given(
                row.points, row.position, computed_elsewhere=bool(row.computed_elsewhere)
            )
        corrected = (row for row in self._rows(results) if row.component is not None)
        for row in latest(corrected, "cadre", "component").values():
            given[None, row.cadre][row.component] = Given(row.points, row.position, corrected=True)
        return given

    def _grades(self) -> dict[str, GradeGiven]:
        graded = (row for row in self._rows(results) if row.grade is not None)
        return {
            row.cadre: GradeGiven(row.grade, row.change, row.position)
            for row in latest(graded, "cadre").values()
        }

    def _probation(self) -> set[str]:
        """Who is still on probation at the year's end."""
        year_end = date(self.year, 12, 31).isoformat()
        until = postings.table.c.probation_until >= year_end
        rows = (
            self.reader.rows(postings, until)
            if self.cadres is None
            else self.reader.rows_of(postings, "cadre", self.cadres, until)
        )
        return {
            row.cadre for row in rows if row.on <= year_end and self.reader.stands(row.position)
        }
