"""Talks (谈话): who is due one after a year's ranking, and what was held."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.accountability import TalkDue, not_needed, talks
from domain.rules.facts import TalkHeld, UnitYear
from domain.rules.roles import RoleChange, holders
from domain.rules.standing import Standing
from projections.cadre_year import ordered
from projections.facts import assignments, postings, roster
from projections.facts import talks as talks_view
from projections.listing import listings
from projections.ranking import judged
from projections.reader import Reader
from projections.unit_year import Scope, policy_of, unit_years


def talks_of_year(reader: Reader, year: int, unit: str | None = None) -> list[TalkDue]:
    """Return the talks due or held about a year, unit by unit, of one unit or all.

    A cadre's talks belong to the unit whose roster judges; talks with somebody on no roster
    that a policy covers come last.
    """
    scope = Scope(year, None if unit is None else (unit,))
    facts = unit_years(reader, scope)
    held = _talks_held(reader, year, unit)
    several = _on_several(facts) if unit is None else _elsewhere_too(reader, year, facts)
    listed = {
        cadre: [line.unit for line in lines]
        for (cadre, _), lines in listings(
            reader, sorted(several | set(held)), roster.table.c.year == year
        ).items()
    }
    standings: dict[str, list[Standing]] = defaultdict(list)
    for standing in judged(reader, scope, facts):
        if listed.get(standing.cadre, [standing.unit])[-1] == standing.unit:
            standings[standing.unit].append(standing)
    served = Served(reader, sorted(held))
    roles = _Roles(reader, None if unit is None else _places(unit, listed, served))
    talks_by: dict[str, list[TalkHeld]] = defaultdict(list)
    for cadre, rows in held.items():
        units = listed.get(cadre, [])
        for row in rows:
            day = date.fromisoformat(row.on)
            then = served.unit(cadre, day)
            among = dict.fromkeys([*units, *([then] if then else [])])
            holds = any(row.talker in roles.holders(of, row.talker_role, day) for of in among)
            talks_by[units[-1] if units else then or ""].append(_talk(row, day, holds))
    found: list[TalkDue] = []
    for unit_year in facts:
        of = unit_year.unit
        day = unit_year.closing.on if unit_year.closing else reader.as_of.today
        head = next(reversed(roles.holders(of, "unit_head", day)), None)
        members = {member.cadre for member in unit_year.members}
        own = [talk for talk in talks_by.get(of, ()) if talk.cadre in members]
        talks_by[of] = [talk for talk in talks_by.get(of, ()) if talk.cadre not in members]
        found.extend(talks(unit_year, standings[of], own, head, reader.as_of.today))
    for of, rest in sorted(talks_by.items()):
        if rest and unit in (None, of):
            policy = policy_of(reader, of, year)
            found.extend(not_needed(talk, of, year, policy) for talk in rest)
    return found


def _on_several(facts: Iterable[UnitYear]) -> set[str]:
    """Return who stands on several of these rosters."""
    places = Counter(member.cadre for unit_year in facts for member in unit_year.members)
    return {cadre for cadre, n in places.items() if n > 1}


def _elsewhere_too(reader: Reader, year: int, facts: Iterable[UnitYear]) -> set[str]:
    """Return who stands on other rosters that a policy covers, too."""
    members = sorted({member.cadre for unit_year in facts for member in unit_year.members})
    listed = listings(reader, members, roster.table.c.year == year)
    return {
        cadre
        for (cadre, _), lines in listed.items()
        if len(lines) > 1 and sum(bool(policy_of(reader, line.unit, year)) for line in lines) > 1
    }


class _Roles:
    """Who held which role in which unit on which day, of some units or all."""

    def __init__(self, reader: Reader, units: Sequence[str] | None) -> None:
        self._changes: dict[tuple[str, str], list[RoleChange]] = defaultdict(list)
        rows: Iterable[Row[Any]] = (
            reader.rows(assignments)
            if units is None
            else reader.rows_of(assignments, "unit", units)
        )
        for row in ordered(rows):
            self._changes[row.unit, row.role].append(
                RoleChange(
                    row.role, row.cadre, date.fromisoformat(row.on), row.change == "assigned"
                )
            )

    def holders(self, unit: str, role: str, day: date) -> list[str]:
        """Return who held the role on ``day``, the last assigned last."""
        return holders(self._changes.get((unit, role), ()), role, day)


class Served:
    """In which unit some cadres served on which day."""

    def __init__(self, reader: Reader, cadres: list[str]) -> None:
        rows: Iterable[Row[Any]] = reader.rows_of(
            postings, "cadre", cadres, postings.table.c.unit.is_not(None)
        )
        self._postings: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row.on, row.position)):
            if reader.stands(row.position):
                self._postings[row.cadre].append(row)

    @property
    def units(self) -> set[str]:
        """Every unit that one of them ever served in."""
        return {row.unit for own in self._postings.values() for row in own}

    def unit(self, cadre: str, day: date) -> str | None:
        """Return the unit of the posting in force on ``day``."""
        until_then = [r for r in self._postings.get(cadre, ()) if r.on <= day.isoformat()]
        return until_then[-1].unit if until_then else None


def _places(unit: str, listed: Mapping[str, Iterable[str]], served: Served) -> list[str]:
    """Return the units whose roles may matter: a talker may hold his in any of a cadre's."""
    return sorted({unit, *served.units}.union(*listed.values()))


def _talks_held(reader: Reader, year: int, unit: str | None) -> dict[str, list[Row[Any]]]:
    """Return the talks about a year that stand, by cadre.

    Args:
        unit: only of those who ever stood on its roster or were posted to it.
    """
    this_year = talks_view.table.c.year == year
    rows: Iterable[Row[Any]]
    if unit is None:
        rows = reader.rows(talks_view, this_year)
    else:
        columns = roster.table.c
        about = [
            *reader.rows(roster, columns.year == year, columns.unit == unit),
            *reader.rows(postings, postings.table.c.unit == unit),
        ]
        cadres = sorted({row.cadre for row in about})
        rows = reader.rows_of(talks_view, "cadre", cadres, this_year)
    held: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if reader.stands(row.position):
            held[row.cadre].append(row)
    return held


def _talk(row: Row[Any], day: date, holds_role: bool) -> TalkHeld:
    return TalkHeld(
        cadre=row.cadre,
        kind=row.kind,
        talker=row.talker,
        talker_role=row.talker_role,
        holds_role=holds_role,
        on=day,
        position=row.position,
    )
