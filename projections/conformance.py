"""The checks of the procedure (审查): how each unit conducted its year, put before the rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.accountability import TalkDue
from domain.rules.appeals import Request
from domain.rules.conformance.checks import Checked, check
from domain.rules.conformance.facts import Conduct
from domain.rules.facts import UnitYear
from domain.rules.finding import Verdict
from domain.rules.spread import Spread
from domain.rules.standing import Standing
from projections.appeals import appeals_of_year
from projections.conduct.decided import decisions_of
from projections.conduct.frozen import frozen_standings
from projections.conduct.paid import paid_then
from projections.conduct.people import (
    RolesOf,
    appointed,
    gone_since,
    grades_of,
    posted_in,
    trained,
)
from projections.conduct.steps import (
    about,
    amendments_of,
    lists_of,
    results_of,
    schemes_of,
    supervision_of,
    talk_steps_of,
    talks_held,
)
from projections.conduct.then import Then
from projections.conduct.unforeseen import unforeseen
from projections.conduct.uses import first_uses
from projections.facts import closings, log_entries, roster, units
from projections.listing import listings
from projections.ranking import judged
from projections.reader import Reader
from projections.spread import spreads
from projections.talks import talks_of_year
from projections.unit_year import Scope, unit_years, without_roster
from projections.view import View

OUT_OF_ORDER = (Verdict.FAIL, Verdict.INSUFFICIENT)


def checks_of_year(reader: Reader, year: int, unit: str | None = None) -> list[Checked]:
    """Return what every check finds about a year, unit by unit, whatever the verdict."""
    return [found for conduct in conducts(reader, year, unit) for found in check(conduct)]


def conducts(reader: Reader, year: int, unit: str | None = None) -> list[Conduct]:
    """Return how the units conducted a year; those that no policy covers are left out."""
    scope = Scope(year, None if unit is None else (unit,))
    listed = unit_years(reader, scope)
    facts = [*listed, *without_roster(reader, year, _others(reader, unit, listed))]
    gathered = _Gathered(reader, year, unit, listed, judged(reader, scope, listed))
    return [gathered.conduct(unit_year) for unit_year in facts]


class _Gathered:
    """Everything about a year's units, fetched in a few scans and handed out by unit."""

    def __init__(
        self,
        reader: Reader,
        year: int,
        unit: str | None,
        facts: Sequence[UnitYear],
        standings: Sequence[Standing],
    ) -> None:
        members = sorted({member.cadre for of in facts for member in of.members})
        own = None if unit is None else members
        self.reader = reader
        self.today = reader.as_of.today
        self.standings = _judging(reader, year, standings)
        self.roles = RolesOf(reader, unit)
        self.schemes = schemes_of(reader, year, unit)
        self.uses = first_uses(reader, year, unit)
        self.lists = lists_of(reader, year, unit, members)
        self.postings = posted_in(reader, year, unit)
        self.appointed = appointed(reader)
        self.amendments = amendments_of(reader, year, unit)
        self.entries = _entries(reader, year, own)
        self.results = results_of(reader, year, own)
        self.then = Then(reader, year, own)
        self.requests = _requests(reader, year, unit)
        paid = spreads(reader, year, unit)
        self.spreads, self.paid_then = _by_unit(paid), paid_then(reader, year, paid)
        self.talks = _talks(reader, year, unit)
        self.held = talks_held(reader, year, own)
        self.talk_steps = talk_steps_of(reader, year, own)
        self.decisions = decisions_of(reader, year, unit)
        self.supervision = supervision_of(reader, year, unit)
        self.closings = _closings(reader, year, unit)
        due = [talk for of_unit in self.talks.values() for talk in of_unit]
        self.unforeseen = unforeseen(reader, year, unit, due, self.closings)
        self.trained = trained(reader)
        self.frozen = frozen_standings(
            reader, [unit_year for unit_year in facts if unit_year.unit in self.amendments]
        )
        self.earlier = grades_of(reader, year - 1, own)
        self.gone = gone_since(reader, _twice_incompetent(self), date(year, 12, 31))
        self.paper = _paper(reader, year, unit)

    def conduct(self, unit_year: UnitYear) -> Conduct:
        """Return how one unit conducted its year."""
        unit = unit_year.unit
        standings = self.standings.get(unit, {})
        members = {member.cadre for member in unit_year.members}
        results = _of(self.results, standings)
        closing = self.closings.get(unit)
        return Conduct(
            facts=unit_year,
            today=self.today,
            paper=unit in self.paper,
            standings=standings,
            roles=self.roles.of(unit),
            scheme=self.schemes.get(unit, ()),
            first_use=self.uses.get(unit),
            lists={
                cadre: steps
                for cadre, steps in self.lists.items()
                if cadre in members or any(step.unit == unit for step in steps)
            },
            postings=self.postings.get(unit, ()),
            amendments=self.amendments.get(unit, ()),
            entries=_of(self.entries, members),
            results=results,
            then=self.then.of(unit_year, results),
            requests=_of(self.requests, standings),
            spreads=tuple(self.spreads.get(unit, ())),
            paid_then={level: then for (of, level), then in self.paid_then.items() if of == unit},
            talks=tuple(self.talks.get(unit, ())),
            unforeseen=self.unforeseen,
            held=_of(self.held, standings),
            talk_steps=_of(self.talk_steps, standings),
            decisions=self.decisions.get(unit, ()),
            appointments=self.appointed,
            supervision=self.supervision.get(unit, ()),
            deductions=closing.deductions if closing else None,
            trained=self.trained,
            frozen=self.frozen.get(unit, {}),
            earlier=_of(self.earlier, standings),
            gone=_of(self.gone, standings),
        )


def _of(by_cadre: Mapping[str, Any], cadres: Mapping[str, Any] | set[str]) -> dict[str, Any]:
    return {cadre: by_cadre[cadre] for cadre in cadres if cadre in by_cadre}


def _others(reader: Reader, unit: str | None, listed: Sequence[UnitYear]) -> list[str]:
    """Return the units that have no roster in the year."""
    rows = reader.rows(units, *(() if unit is None else (units.table.c.unit == unit,)))
    return sorted({row.unit for row in rows} - {unit_year.unit for unit_year in listed})


def _judging(
    reader: Reader, year: int, standings: Sequence[Standing]
) -> dict[str, dict[str, Standing]]:
    """Return the standings by unit and cadre, each on the roster that judges the cadre."""
    cadres = sorted({standing.cadre for standing in standings})
    lines = listings(reader, cadres, roster.table.c.year == year)
    found: dict[str, dict[str, Standing]] = defaultdict(dict)
    for standing in standings:
        if lines[standing.cadre, year][-1].unit == standing.unit:
            found[standing.unit][standing.cadre] = standing
    return found


def _entries(
    reader: Reader, year: int, members: Sequence[str] | None
) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row in about(reader, log_entries, year, members):
        found[row.cadre].append(row.position)
    return {cadre: tuple(sorted(own)) for cadre, own in found.items()}


def _requests(reader: Reader, year: int, unit: str | None) -> dict[str, tuple[Request, ...]]:
    by_cadre: dict[str, tuple[Request, ...]] = {}
    for one in appeals_of_year(reader, year, unit):
        by_cadre[one.cadre] = (*by_cadre.get(one.cadre, ()), one.request)
    return by_cadre


def _by_unit(found: Sequence[Spread]) -> dict[str, list[Spread]]:
    by_unit: dict[str, list[Spread]] = defaultdict(list)
    for one in found:
        by_unit[one.pool.unit].append(one)
    return by_unit


def _talks(reader: Reader, year: int, unit: str | None) -> dict[str, list[TalkDue]]:
    by_unit: dict[str, list[TalkDue]] = defaultdict(list)
    for talk in talks_of_year(reader, year, unit):
        by_unit[talk.unit].append(talk)
    return by_unit


def _closings(reader: Reader, year: int, unit: str | None) -> dict[str, Row[Any]]:
    return {row.unit: row for row in _of_year(reader, closings, year, unit)}


def _of_year(reader: Reader, view: View, year: int, unit: str | None) -> Sequence[Row[Any]]:
    columns = view.table.c
    own = () if unit is None else (columns.unit == unit,)
    return reader.rows(view, columns.year == year, *own)


def _paper(reader: Reader, year: int, unit: str | None) -> set[str]:
    """Return the units whose roster and closing of the year are all paper history."""
    rows = [row for view in (roster, closings) for row in _of_year(reader, view, year, unit)]
    return {row.unit for row in rows} - {row.unit for row in rows if not row.legacy}


def _twice_incompetent(gathered: _Gathered) -> list[str]:
    bad = {cadre for cadre, given in gathered.earlier.items() if given.grade == "incompetent"}
    return [
        cadre
        for standings in gathered.standings.values()
        for cadre, standing in standings.items()
        if cadre in bad and standing.grade == "incompetent"
    ]
