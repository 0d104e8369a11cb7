"""Fetching what was scored and recorded about cadres in one year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row

from domain.rules.facts import CadreYear, Given, GradeGiven, Item, Score, Source
from domain.rules.judging import judging_last
from domain.rules.on_record import grade_on_record
from projections.facts import components, postings, results, roster, scores, work_items
from projections.reader import Reader, latest
from projections.view import View

Lines = Sequence[Row[Any]]


class _Scored(NamedTuple):
    """What is read of a row of scores."""

    known_at: int
    position: int
    source: Source
    unit: str
    round: str | None
    rater: str
    ratee: str
    relation: str
    dimension: str
    change: str
    points: int | None
    recorded_at: int
    legacy: int


def roster_lines(reader: Reader, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Return the lines that stand, of all rows about them."""
    last = latest(rows, "year", "unit", "cadre").values()
    return [row for row in last if row.change != "removed" and reader.stands(row.position)]


def listings(
    reader: Reader, cadres: Sequence[str], *conditions: ColumnElement[bool]
) -> dict[tuple[str, int], Lines]:
    """Return the roster lines by cadre and year, the one that judges last."""
    return judging(roster_lines(reader, reader.rows_of(roster, "cadre", cadres, *conditions)))


def judging(lines: Iterable[Row[Any]]) -> dict[tuple[str, int], Lines]:
    """Return roster lines that stand by cadre and year, the one that judges last."""
    found: dict[tuple[str, int], list[Row[Any]]] = defaultdict(list)
    for line in lines:
        found[line.cadre, line.year].append(line)
    return {key: judging_last(of_one) for key, of_one in found.items()}


def grades(rows: Iterable[Row[Any]]) -> dict[tuple[str, int], GradeGiven]:
    """Return the grades on record by cadre and year, of rows of results."""
    events: dict[tuple[str, int], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        events[row.cadre, row.year].append(row)
    return {
        key: given
        for key, of_one in events.items()
        if (given := grade_on_record((e.grade, e.change, e.position) for e in ordered(of_one)))
    }


def ordered(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Return rows in the order in which they became known."""
    return sorted(rows, key=lambda row: (row.known_at, row.position))


class Evidence:
    """The evidence about some cadres in one year, fetched at once and handed out by cadre.

    Args:
        lines: the roster lines, of one or more units, that stand.
        whole: everybody of that year; the fetch is then a scan rather than look-ups.
        closed: the position of each closed unit's closing; what was scored, voided, revised or
            withdrawn behind it doesn't count there, since a closed year's results change only
            by a correction of the result.
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
        self.closed = closed
        self.units: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            self.units[line.cadre].append(line.unit)
        self.scores = self._scores(without_rater)
        self.items = self._items()
        self.given = self._given()
        self.grades = self._grades(lines)
        self.probation = self._probation()

    def of(self, line: Row[Any]) -> CadreYear:
        """Return all facts of the cadre on this roster line."""
        cadre, unit = line.cadre, line.unit
        return CadreYear(
            cadre=cadre,
            unit=unit,
            year=self.year,
            rank_level=line.rank_level,
            category=line.category,
            participates=line.participates,
            position=line.position,
            on_probation=(unit, cadre) in self.probation,
            items=tuple(self.items.get((unit, cadre), ())),
            scores=tuple(self.scores.get((unit, cadre), ())),
            given={**self.given.get((unit, cadre), {}), **self.given.get((None, cadre), {})},
            grade=self.grades.get((unit, cadre)),
        )

    def _rows(self, view: View) -> Iterable[Row[Any]]:
        this_year = view.table.c.year == self.year
        if self.cadres is None:
            return self.reader.rows(view, this_year)
        return self.reader.rows_of(view, "cadre", self.cadres, this_year)

    def _judging(self, row: Row[Any] | _Scored, cadre: str) -> Iterator[str]:
        """Yield the units that judge the cadre and hadn't closed the year before this row."""
        for unit in self.units.get(cadre, ()):
            if row.position <= self.closed.get(unit, row.position):
                yield unit

    def _stands(self, row: Row[Any] | _Scored, unit: str) -> bool:
        return self.reader.stands(row.position, self.closed.get(unit))

    def _scores(self, without_rater: str | None) -> dict[tuple[str, str], list[Score]]:
        """Scores by judging unit and ratee: its own ballots; items and logs, wherever served."""
        last: dict[tuple[str | None, ...], _Scored] = {}
        for row in self._scored():
            if row.rater == without_rater:
                continue
            for unit in self._judging(row, row.ratee):
                if row.source != "ballot":
                    thing: tuple[str | None, ...] = (unit, row.source, row.ratee, row.dimension)
                elif row.unit == unit:
                    thing = (unit, row.round, row.rater, row.ratee, row.dimension)
                else:
                    continue
                if last.setdefault(thing, row)[:2] < row[:2]:  # by known_at, then by position
                    last[thing] = row
        found: dict[tuple[str, str], list[Score]] = defaultdict(list)
        for (judging, *_), row in last.items():
            if row.points is not None and judging and self._stands(row, judging):
                found[judging, row.ratee].append(
                    Score(
                        row.position, row.source, row.rater, row.relation, row.dimension, row.points
                    )
                )
        return found

    def _scored(self) -> Iterable[_Scored]:
        this_year = scores.table.c.year == self.year
        if self.cadres is None:
            return self.reader.shaped(scores, _Scored, this_year)
        return self.reader.shaped_of(scores, _Scored, "ratee", self.cadres, this_year)

    def _items(self) -> dict[tuple[str, str], list[Item]]:
        """The items of each cadre's list in force for a unit: those of the last submission."""
        lists: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in self._rows(work_items):
            for unit in self._judging(row, row.cadre):
                lists[unit, row.cadre].append(row)
        in_force = {}
        for whose, rows in lists.items():
            last = max((row.known_at, row.position) for row in rows)[1]
            in_force[whose] = [
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

    def _grades(self, lines: Lines) -> dict[tuple[str, str], GradeGiven]:
        """The grades on record by the unit whose roster judges, and cadre."""
        on_record = grades(self._rows(results))
        if self.cadres is None:
            listed = judging(lines)
        else:
            graded = sorted(cadre for cadre, _ in on_record)
            listed = listings(self.reader, graded, roster.table.c.year == self.year)
        return {
            (listed[key][-1].unit, key[0]): given
            for key, given in on_record.items()
            if key in listed
        }

    def _probation(self) -> set[tuple[str, str]]:
        """Who, on which unit's roster, is on probation at the year's end by the post then held."""
        year_end = date(self.year, 12, 31).isoformat()
        until = postings.table.c.probation_until >= year_end
        by_then = postings.table.c.on <= year_end
        probations = (
            self.reader.rows(postings, until, by_then)
            if self.cadres is None
            else self.reader.rows_of(postings, "cadre", self.cadres, until, by_then)
        )
        cadres = sorted({row.cadre for row in probations})
        held: dict[tuple[str, str], Row[Any]] = {}
        posted = postings.table.c.unit.is_not(None)
        rows = self.reader.rows_of(postings, "cadre", cadres, by_then, posted)
        for row in sorted(rows, key=lambda row: (row.on, row.position)):
            for unit in self._judging(row, row.cadre):
                if self._stands(row, unit):
                    held[unit, row.cadre] = row
        return {
            whose
            for whose, row in held.items()
            if row.probation_until is not None and row.probation_until >= year_end
        }
