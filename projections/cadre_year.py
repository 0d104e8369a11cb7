"""Fetching what was scored and recorded about cadres in one year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Row

from domain.rules.facts import (
    CadreYear,
    Given,
    GradeGiven,
    Item,
    Served,
)
from domain.rules.on_record import grade_on_record
from domain.rules.transfers import days_served
from projections.endings import key_of_scores
from projections.facts import components, results, scores, work_items
from projections.in_person import on_probation, service_of
from projections.judges import Judges
from projections.listing import Listing
from projections.posted import Posted
from projections.reader import latest
from projections.scored import Given as ScoresGiven
from projections.scored import (
    Scored,
    Whose,
    given_to,
    last_scores,
    scored_in_several,
)
from projections.undisputed import undisputed


class _Handed(NamedTuple):
    """What is read of an item of a list that was handed in."""

    known_at: int
    position: int
    cadre: str
    unit: str
    item: str
    weight: int


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
        scores_alone: what leaves a year ungraded or bars a grade isn't asked for, nor grades.
    """

    def __init__(
        self,
        judges: Judges,
        listed: Mapping[str, Listing],
        *,
        without_rater: str | None = None,
        scores_alone: bool = False,
    ) -> None:
        self.judges = judges
        self.reader = judges.reader
        self.year = judges.year
        self.listed = listed
        meant = [scores.table.c.year == self.year]
        if without_rater is not None:
            meant.append(scores.table.c.rater != without_rater)
        standing, disputed, ends = undisputed(judges, *meant)
        if judges.cadres is None:
            self.reader.remembered(key_of_scores(self.year, without_rater), lambda: ends)
        rows = self.reader.tuples_of(scores, Scored, "ratee", disputed, *meant)
        scored = given_to(rows)
        submitted = self._submitted()
        self.served = self._served(scored, submitted)
        self.lists = self._lists(submitted)
        self.items = {whose: _in_force(rows) for whose, rows in submitted.items()}
        self.scores = standing | last_scores(judges, scored, self.served, self.lists)
        results_of_year = list(judges.rows(results))
        self.given = self._given(results_of_year)
        self.grades = {} if scores_alone else self._grades(results_of_year)
        self.probation = {} if scores_alone else on_probation(self.judges)
        self.service = {} if scores_alone else service_of(self.judges)

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
            scores=self.scores.get((unit, cadre), ()),
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

    def _submitted(self) -> dict[Whose, list[_Handed]]:
        """The items handed in by judging unit and cadre, in the order of their lists."""
        this_year = work_items.table.c.year == self.year
        if self.judges.cadres is None:
            rows: Iterable[tuple[Any, ...]] = self.reader.tuples(work_items, _Handed, this_year)
        else:
            cadres = self.judges.cadres
            rows = self.reader.tuples_of(work_items, _Handed, "cadre", cadres, this_year)
        lists: dict[Whose, list[_Handed]] = defaultdict(list)
        for row in sorted(rows, key=itemgetter(0, 1)):
            item = _Handed._make(row[:-2])
            for unit in self.judges.judging(item, item.cadre):
                lists[unit, item.cadre].append(item)
        return lists

    def _served(
        self, scored: ScoresGiven, submitted: Mapping[Whose, Sequence[_Handed]]
    ) -> dict[Whose, tuple[Served, ...]]:
        """The days served by judging unit and cadre, of whom several units have evidence."""
        several = scored_in_several(scored)
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
        self, submitted: Mapping[Whose, Sequence[_Handed]]
    ) -> dict[Whose, dict[str, tuple[Item, ...]]]:
        """The list of each unit served in, where several units had one."""
        found = {}
        for whose, units in self.served.items():
            rows: dict[str, list[_Handed]] = {}
            for row in submitted.get(whose, ()):
                if row.unit in {served.unit for served in units}:
                    rows[row.unit] = [*rows.pop(row.unit, ()), row]  # the last handed in last
            if len(rows) > 1:
                found[whose] = {unit: _in_force(own) for unit, own in rows.items()}
        return found

    def _given(
        self, results_of_year: Iterable[Row[Any]]
    ) -> dict[tuple[str | None, str], dict[str, Given]]:
        """Components by (unit, cadre); corrections of results, which outrank, by (None, cadre)."""
        given: dict[tuple[str | None, str], dict[str, Given]] = defaultdict(dict)
        for row in latest(self.judges.rows(components), "unit", "cadre", "component").values():
            given[row.unit, row.cadre][row.component] = Given(
                row.points, row.position, computed_elsewhere=bool(row.computed_elsewhere)
            )
        corrected = (row for row in results_of_year if row.component is not None)
        for row in latest(corrected, "cadre", "component").values():
            given[None, row.cadre][row.component] = Given(row.points, row.position, corrected=True)
        return given

    def _grades(self, results_of_year: Iterable[Row[Any]]) -> dict[Whose, GradeGiven]:
        """The grades on record by the unit whose roster judges, and cadre."""
        return {
            (self.listed[cadre].lines[-1].unit, cadre): given
            for (cadre, _), given in grades(results_of_year).items()
            if cadre in self.listed
        }


def _in_force(rows: Sequence[_Handed]) -> tuple[Item, ...]:
    """Return the items of the last list, of rows in the order of their lists."""
    return tuple(
        Item(row.item, row.weight, row.position)
        for row in rows
        if row.position == rows[-1].position
    )
