"""Fetching the facts of units' years for the rules to judge.

A whole year of the city is a few scans; one unit's is a handful of index look-ups.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, or_

from domain.rules.facts import Closing, QuotaApproval, UnitYear
from domain.rules.policy import Policy
from domain.rules.ranking import Level
from domain.rules.scheme_in_force import weighed
from domain.sentence import say
from projections.cadre_year import Evidence
from projections.facts import closings, quotas, roster
from projections.judges import Judges
from projections.listing import Listing, listed
from projections.policy import Policies
from projections.reader import Reader, latest
from projections.schemes import ratified_schemes
from projections.unchanged import unchanged


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose facts of a year are fetched; what is None doesn't limit.

    Args:
        levels: only who stands on one of them, and of each what makes the scores.
        without_rater: as if this rater had never scored.
    """

    year: int
    units: tuple[str, ...] | None = None
    cadres: tuple[str, ...] | None = None
    levels: frozenset[Level] | None = None
    without_rater: str | None = None

    @property
    def whole(self) -> bool:
        """Whether everybody of the year is meant."""
        return self.units is None and self.cadres is None and self.levels is None


def unit_years(reader: Reader, scope: Scope) -> list[UnitYear]:
    """Return the units' years with all their facts, in order of unit.

    A unit that no policy covers is left out: nothing says how to judge it. Many questions ask
    about the same units' years, so that each is fetched once.
    """
    return list(reader.remembered(("unit_years", scope), lambda: _fetched(reader, scope)))


def _fetched(reader: Reader, scope: Scope) -> list[UnitYear]:
    """Return the years anew, or as a later reader has them where nothing changed since."""
    if reader.later is not None and scope.units is not None and scope.cadres is None:
        found = unit_years(reader.later, scope)
        if found and all(unchanged(reader, reader.later, unit_year) for unit_year in found):
            return found
    if reader.kept is None:
        return _unit_years(reader, scope)
    return reader.kept.get(
        reader,
        ("unit_years", scope),
        lambda facts: facts if _complete(scope, facts) else (),
        lambda: _unit_years(reader, scope),
    )


def _complete(scope: Scope, facts: Iterable[UnitYear]) -> bool:
    """Tell if everybody meant was judged; who was by no policy may be by one adopted later."""
    judged = {member.cadre for unit_year in facts for member in unit_year.members}
    return judged.issuperset(scope.cadres or ())


def without_roster(reader: Reader, year: int, units: Sequence[str]) -> list[UnitYear]:
    """Return the year of units that have no roster in it, where a policy covers them."""
    closed, policies = _closings(reader, year, units), Policies(reader)
    judged = []
    for unit in units:
        row = closed.get(unit)
        if policy := policies.judging(unit, year, row):
            closing = _closing(row) if row else None
            judged.append(UnitYear(unit, year, policy, (), closing, policies.law(unit, year, row)))
    return judged


def policy_of(reader: Reader, unit: str, year: int) -> Policy | None:
    """Return the policy that judges a unit's year: a closed year's own, else the one in force."""
    return Policies(reader).judging(unit, year, _closings(reader, year, [unit]).get(unit))


def law_of(reader: Reader, unit: str, year: int) -> Policy | None:
    """Return the law's layer of a unit's year, where one is adopted."""
    return Policies(reader).law(unit, year, _closings(reader, year, [unit]).get(unit))


def _unit_years(reader: Reader, scope: Scope) -> list[UnitYear]:
    about = listed(reader, on_rosters(reader, scope))
    lines = _lines(scope, about)
    closed = _closings(reader, scope.year, sorted(lines))
    judges = Judges(
        reader,
        scope.year,
        [line for unit_lines in lines.values() for line in unit_lines],
        whole=scope.whole,
        closed={unit: row.position for unit, row in closed.items()},
    )
    evidence = Evidence(
        judges,
        {cadre: listing for (cadre, _), listing in about.items()},
        without_rater=scope.without_rater,
        scores_alone=scope.levels is not None,
    )
    policies = Policies(reader)
    schemes = ratified_schemes(reader, scope.year, sorted(lines), judges.closed)
    approvals = _approvals(reader, scope.year, sorted(lines))
    judged = []
    for unit, unit_lines in sorted(lines.items()):
        row = closed.get(unit)
        policy = policies.judging(unit, scope.year, row)
        if policy is None:
            reader.notes.append(say("no_policy_known", unit=unit, year=scope.year))
            continue
        policy, scheme = weighed(policy, schemes.get(unit))
        judged.append(
            UnitYear(
                unit=unit,
                year=scope.year,
                policy=policy,
                members=tuple(evidence.of(line) for line in unit_lines),
                closing=_closing(row) if row else None,
                law=policies.law(unit, scope.year, row),
                approval=approvals.get(unit),
                scheme=scheme,
            )
        )
    return judged


def on_rosters(reader: Reader, scope: Scope) -> Iterable[Row[Any]]:
    """Return all that the year's rosters say about the cadres meant, of other units too."""
    this_year = roster.table.c.year == scope.year
    if scope.cadres is not None:
        return reader.rows_of(roster, "cadre", scope.cadres, this_year)
    if scope.units is not None:
        own = {row.cadre for row in reader.rows_of(roster, "unit", scope.units, this_year)}
        return reader.rows_of(roster, "cadre", sorted(own), this_year)
    if scope.levels is not None:
        columns = roster.table.c
        at = (and_(columns.category == of, columns.rank_level == at) for of, at in scope.levels)
        there = {row.cadre for row in reader.rows(roster, this_year, or_(*at))}
        return reader.rows_of(roster, "cadre", sorted(there), this_year)
    return reader.rows(roster, this_year)


def _lines(scope: Scope, about: Mapping[tuple[str, int], Listing]) -> dict[str, list[Row[Any]]]:
    lines: dict[str, list[Row[Any]]] = defaultdict(list)
    for listing in about.values():
        for line in listing.lines:
            if scope.units is not None and scope.cadres is None and line.unit not in scope.units:
                continue
            if scope.levels is None or (line.category, line.rank_level) in scope.levels:
                lines[line.unit].append(line)
    for own in lines.values():
        own.sort(key=lambda line: line.position)  # whichever index found them
    return lines


def _closings(reader: Reader, year: int, units: Sequence[str]) -> dict[str, Row[Any]]:
    rows = reader.rows_of(closings, "unit", units, closings.table.c.year == year)
    return {row.unit: row for row in rows}


def _approvals(reader: Reader, year: int, units: Sequence[str]) -> dict[str, QuotaApproval]:
    """Return the share of 优秀 approved last, by unit; also behind the closing."""
    rows = reader.rows_of(quotas, "unit", units, quotas.table.c.year == year)
    return {
        unit: QuotaApproval(row.share, row.position)
        for (unit,), row in latest(rows, "unit").items()
    }


def _closing(row: Row[Any]) -> Closing:
    return Closing(row.position, date.fromisoformat(row.on), row.known_at)
