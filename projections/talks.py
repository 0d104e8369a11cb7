"""Talks (谈话): who is due one after a year's ranking, and what was held."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.accountability import TalkDue, talks
from domain.rules.facts import TalkHeld
from domain.rules.standing import Standing
from projections.facts import assignments
from projections.facts import talks as talks_view
from projections.ranking import judged
from projections.reader import Reader
from projections.unit_year import Scope, unit_years


def talks_of_year(reader: Reader, year: int) -> list[TalkDue]:
    """Return the talks due or held about a year, unit by unit."""
    scope = Scope(year)
    facts = unit_years(reader, scope)
    standings: dict[str, list[Standing]] = defaultdict(list)
    for standing in judged(reader, scope, facts):
        standings[standing.unit].append(standing)
    roles = Roles(reader)
    held = _held(reader, year)
    found = []
    for unit_year in facts:
        unit = unit_year.unit
        own = [
            _with_role(row, unit, roles)
            for member in unit_year.members
            for row in held.get(member.cadre, ())
        ]
        day = unit_year.closing.on if unit_year.closing else reader.as_of.today
        found.extend(
            talks(unit_year, standings[unit], own, roles.head(unit, day), reader.as_of.today)
        )
    return found


class Roles:
    """Who held which role in which unit on which day."""

    def __init__(self, reader: Reader) -> None:
        self._changes: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in reader.rows(assignments):
            self._changes[row.unit, row.role].append(row)
        for rows in self._changes.values():
            rows.sort(key=lambda row: (row.on, row.known_at, row.position))

    def holders(self, unit: str, role: str, day: date) -> list[str]:
        """Return who held the role on ``day``, the last assigned last."""
        holding: dict[str, None] = {}
        for row in self._changes.get((unit, role), ()):
            if row.on <= day.isoformat():
                holding.pop(row.cadre, None)
                if row.change == "assigned":
                    holding[row.cadre] = None
        return list(holding)

    def head(self, unit: str, day: date) -> str | None:
        """Return the unit's head on ``day``: of several the last assigned."""
        return next(reversed(self.holders(unit, "unit_head", day)), None)


def _held(reader: Reader, year: int) -> dict[str, list[Row[Any]]]:
    held: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in reader.rows(talks_view, talks_view.table.c.year == year):
        if reader.stands(row.position):
            held[row.cadre].append(row)
    return held


def _with_role(row: Row[Any], unit: str, roles: Roles) -> TalkHeld:
    day = date.fromisoformat(row.on)
    return TalkHeld(
        cadre=row.cadre,
        kind=row.kind,
        talker=row.talker,
        talker_role=row.talker_role,
        holds_role=row.talker in roles.holders(unit, row.talker_role, day),
        on=day,
        position=row.position,
    )
