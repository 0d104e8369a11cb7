"""Fetching what was scored and recorded about cadres in one year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row

from domain.rules.facts import CadreYear, Given, GradeGiven, Item, Score, Served, Source
from domain.rules.on_record import grade_on_record
from domain.rules.transfers import days_served, list_of
from projections.facts import components, postings, results, scores, work_items
from projections.listing import Lines, Listing
from projections.posted import Posted
from projections.reader import Reader, latest
from projections.view import View


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
        listed: by cadre of the lines, on whose rosters he stands.
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
        listed: Mapping[str, Listing],
        *,
        whole: bool,
        closed: Mapping[str, int],
        without_rater: str | None = None,
    ) -> None:
        self.reader = reader
        self.year = year
        self.cadres = None if whole else sorted({line.cadre for line in lines})
        self.closed = closed
        self.listed = listed
        self.units: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            self.units[line.cadre].append(line.unit)
        scored = [row for row in self._scored() if row.rater != without_rater]
        submitted = self._submitted()
        self.served = self._served(scored, submitted)
        self.lists = self._lists(submitted)
        self.items = {whose: _in_force(rows) for whose, rows in submitted.items()}
        self.scores = self._scores(scored)
        self.given = self._given()
        self.grades = self._grades()
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
            items=self.items.get((unit, cadre), ()),
            scores=tuple(self.scores.get((unit, cadre), ())),
            given={**self.given.get((unit, cadre), {}), **self.given.get((None, cadre), {})},
            grade=self.grades.get((unit, cadre)),
            served=self.served.get((unit, cadre), ()),
            lists=self.lists.get((unit, cadre), {}),
            ranked_in=self._elsewhere(line),
        )

    def _elsewhere(self, line: Row[Any]) -> str | None:
        """The unit on whose roster the cadre is ranked, where it is another one."""
        if line.participates != "yes":
            return None
        ranked_in = self.listed[line.cadre].ranks.get(line.unit)
        return None if ranked_in == line.unit else ranked_in

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

    def _scores(self, scored: Iterable[_Scored]) -> dict[tuple[str, str], list[Score]]:
        """Scores by judging unit and ratee: its own ballots; items and logs, wherever served."""
        last: dict[tuple[str | None, ...], _Scored] = {}
        for row in scored:
            for unit in self._judging(row, row.ratee):
                thing = self._thing(row, unit)
                if thing and last.setdefault(thing, row)[:2] < row[:2]:  # by known_at, position
                    last[thing] = row
        found: dict[tuple[str, str], list[Score]] = defaultdict(list)
        for (judging, *_), row in last.items():
            if row.points is not None and judging and self._stands(row, judging):
                found[judging, row.ratee].append(
                    Score(
                        row.position,
                        row.source,
                        row.rater,
                        row.relation,
                        row.dimension,
                        row.points,
                        row.unit,
                    )
                )
        return found

    def _thing(self, row: _Scored, unit: str) -> tuple[str | None, ...] | None:
        """Return what a row scores as ``unit`` judges it; None for what doesn't count there.

        Of another unit's ballots count those of a year that is weighed by days; there an item is
        one of its unit's list.
        """
        whose = (unit, row.ratee)
        if row.source == "ballot":
            if row.unit != unit and whose not in self.served:
                return None
            return (unit, row.unit, row.round, row.rater, row.ratee, row.dimension)
        listed = self.lists.get(whose) if row.source == "item" else None
        about = list_of(row.unit, listed) if listed else None
        return (unit, about, row.source, row.ratee, row.dimension)

    def _scored(self) -> Iterable[_Scored]:
        this_year = scores.table.c.year == self.year
        if self.cadres is None:
            return self.reader.shaped(scores, _Scored, this_year)
        return self.reader.shaped_of(scores, _Scored, "ratee", self.cadres, this_year)

    def _submitted(self) -> dict[tuple[str, str], list[Row[Any]]]:
        """The items handed in by judging unit and cadre, in the order of their lists."""
        lists: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in ordered(self._rows(work_items)):
            for unit in self._judging(row, row.cadre):
                lists[unit, row.cadre].append(row)
        return lists

    def _served(
        self,
        scored: Iterable[_Scored],
        submitted: Mapping[tuple[str, str], Lines],
    ) -> dict[tuple[str, str], tuple[Served, ...]]:
        """The days served by judging unit and cadre, of whom several units have evidence."""
        first: dict[tuple[str, str], str] = {}
        several = {
            row.ratee
            for row in scored
            if first.setdefault((row.source, row.ratee), row.unit) != row.unit
        }
        several |= {
            cadre for (_, cadre), rows in submitted.items() if len({row.unit for row in rows}) > 1
        }
        posted = Posted(self.reader, several)
        served = {
            (unit, cadre): days_served(posted.of(cadre, self.closed.get(unit)), self.year)
            for cadre in several
            for unit in self.units.get(cadre, ())
        }
        return {whose: units for whose, units in served.items() if len(units) > 1}

    def _lists(
        self, submitted: Mapping[tuple[str, str], Lines]
    ) -> dict[tuple[str, str], dict[str, tuple[Item, ...]]]:
        """The list of each unit served in, where several units had one."""
        found = {}
        for whose, units in self.served.items():
            rows: dict[str, list[Row[Any]]] = {}
            for row in submitted.get(whose, ()):
                if row.unit in {served.unit for served in units}:
                    rows[row.unit] = [*rows.pop(row.unit, ()), row]  # the last handed in last
            if len(rows) > 1:
                found[whose] = {unit: _in_force(own) for unit, own in rows.items()}
        return found

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

    def _grades(self) -> dict[tuple[str, str], GradeGiven]:
        """The grades on record by the unit whose roster judges, and cadre."""
        return {
            (self.listed[cadre].lines[-1].unit, cadre): given
            for (cadre, _), given in grades(self._rows(results)).items()
            if cadre in self.listed
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


def _in_force(rows: Lines) -> tuple[Item, ...]:
    """Return the items of the last list, of rows in the order of their lists."""
    return tuple(
        Item(row.item, row.weight, row.position)
        for row in rows
        if row.position == rows[-1].position
    )
