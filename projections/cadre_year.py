"""Fetching what was scored and recorded about cadres in one year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row

from domain.rules.facts import (
    CadreYear,
    Given,
    GradeGiven,
    Item,
    Score,
    Served,
    Source,
)
from domain.rules.on_record import grade_on_record
from domain.rules.transfers import days_served, list_of
from projections.facts import components, results, scores, work_items
from projections.in_person import on_probation, service_of
from projections.judges import Judges
from projections.listing import Lines, Listing
from projections.posted import Posted
from projections.reader import latest


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

    What was scored, voided, revised or withdrawn behind a closing doesn't count for its unit, since
    a closed year's results change only by a correction of the result.

    Args:
        listed: by cadre, on whose rosters he stands.
        without_rater: as if this rater had never scored.
    """

    def __init__(
        self,
        judges: Judges,
        listed: Mapping[str, Listing],
        *,
        without_rater: str | None = None,
    ) -> None:
        self.judges = judges
        self.reader = judges.reader
        self.year = judges.year
        self.listed = listed
        scored = [row for row in self._scored() if row.rater != without_rater]
        submitted = self._submitted()
        self.served = self._served(scored, submitted)
        self.lists = self._lists(submitted)
        self.items = {whose: _in_force(rows) for whose, rows in submitted.items()}
        self.scores = self._scores(scored)
        self.given = self._given()
        self.grades = self._grades()
        self.probation = on_probation(self.judges)
        self.service = service_of(self.judges)

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
            probation=self.probation.get((unit, cadre)),
            items=self.items.get((unit, cadre), ()),
            scores=tuple(self.scores.get((unit, cadre), ())),
            given={**self.given.get((unit, cadre), {}), **self.given.get((None, cadre), {})},
            grade=self.grades.get((unit, cadre)),
            served=self.served.get((unit, cadre), ()),
            lists=self.lists.get((unit, cadre), {}),
            service=tuple(self.service.get((unit, cadre), ())),
            ranked_in=self._elsewhere(line),
        )

    def _elsewhere(self, line: Row[Any]) -> str | None:
        """The unit on whose roster the cadre is ranked, where it is another one."""
        if line.participates != "yes":
            return None
        ranked_in = self.listed[line.cadre].ranks.get(line.unit)
        return None if ranked_in == line.unit else ranked_in

    def _scores(self, scored: Iterable[_Scored]) -> dict[tuple[str, str], list[Score]]:
        """Scores by judging unit and ratee: its own ballots; items and logs, wherever served."""
        last: dict[tuple[str | None, ...], _Scored] = {}
        thing: tuple[str | None, ...] | None
        for row in scored:
            for unit in self.judges.judging(row, row.ratee):
                if row.unit == unit and row.source == "ballot":  # nearly all
                    thing = (unit, unit, row.round, row.rater, row.ratee, row.dimension)
                else:
                    thing = self._thing(row, unit)
                if thing and last.setdefault(thing, row)[:2] < row[:2]:  # by known_at, position
                    last[thing] = row
        found: dict[tuple[str, str], list[Score]] = defaultdict(list)
        stands, closed = self.reader.stands, self.judges.closed
        for (judging, *_), row in last.items():
            if row.points is None or judging is None:
                continue
            if stands(row.position, closed.get(judging)):
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

        Ballots of another unit count where the year is weighed by days, and there an item is one
        of its unit's list.
        """
        whose = (unit, row.ratee)
        if row.source == "ballot":
            if whose not in self.served:
                return None
            return (unit, row.unit, row.round, row.rater, row.ratee, row.dimension)
        listed = self.lists.get(whose) if row.source == "item" else None
        about = list_of(row.unit, listed) if listed else None
        return (unit, about, row.source, row.ratee, row.dimension)

    def _scored(self) -> Iterable[_Scored]:
        this_year = scores.table.c.year == self.year
        if self.judges.cadres is None:
            return self.reader.shaped(scores, _Scored, this_year)
        return self.reader.shaped_of(scores, _Scored, "ratee", self.judges.cadres, this_year)

    def _submitted(self) -> dict[tuple[str, str], list[Row[Any]]]:
        """The items handed in by judging unit and cadre, in the order of their lists."""
        lists: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in ordered(self.judges.rows(work_items)):
            for unit in self.judges.judging(row, row.cadre):
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
            (unit, cadre): days_served(posted.of(cadre, self.judges.closed.get(unit)), self.year)
            for cadre in several
            for unit in self.judges.units.get(cadre, ())
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
        for row in latest(self.judges.rows(components), "unit", "cadre", "component").values():
            given[row.unit, row.cadre][row.component] = Given(
                row.points, row.position, computed_elsewhere=bool(row.computed_elsewhere)
            )
        corrected = (row for row in self.judges.rows(results) if row.component is not None)
        for row in latest(corrected, "cadre", "component").values():
            given[None, row.cadre][row.component] = Given(row.points, row.position, corrected=True)
        return given

    def _grades(self) -> dict[tuple[str, str], GradeGiven]:
        """The grades on record by the unit whose roster judges, and cadre."""
        return {
            (self.listed[cadre].lines[-1].unit, cadre): given
            for (cadre, _), given in grades(self.judges.rows(results)).items()
            if cadre in self.listed
        }


def _in_force(rows: Lines) -> tuple[Item, ...]:
    """Return the items of the last list, of rows in the order of their lists."""
    return tuple(
        Item(row.item, row.weight, row.position)
        for row in rows
        if row.position == rows[-1].position
    )
