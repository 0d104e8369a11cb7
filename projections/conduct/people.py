"""Who held which role, which posts were taken, who was trained and what became of whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.accountability import REASSIGNED
from domain.rules.conformance.facts import Dated, Post, Roles
from domain.rules.facts import GradeGiven
from domain.rules.procedure import OFFICE
from domain.rules.roles import RoleChange
from projections.cadre_year import grades, ordered
from projections.conduct.steps import about, dated, grouped
from projections.facts import assignments, decisions, postings, results, service, talk_steps
from projections.reader import Reader


class RolesOf:
    """The roles of one unit or every one, fetched at once."""

    def __init__(self, reader: Reader, unit: str | None) -> None:
        self._units: dict[str, dict[str, list[RoleChange]]] = defaultdict(lambda: defaultdict(list))
        columns = assignments.table.c
        for row in ordered(
            reader.rows(assignments)
            if unit is None
            else [
                *reader.rows(assignments, columns.unit == unit),
                *reader.rows(assignments, columns.role == OFFICE, columns.unit != unit),
            ]
        ):
            on = date.fromisoformat(row.on)
            change = RoleChange(row.role, row.cadre, on, row.change == "assigned")
            self._units[row.unit][row.role].append(change)
        self._offices = tuple(roles[OFFICE] for roles in self._units.values() if OFFICE in roles)

    def of(self, unit: str) -> Roles:
        """Return the roles of one unit, and the office, which serves all."""
        return Roles(self._units.get(unit, {}), self._offices)


def posts_of(reader: Reader, cadres: Iterable[str]) -> dict[str, list[Post]]:
    """Return the postings of cadres that stand, each with the one before it, by their days."""
    found: dict[str, list[Post]] = defaultdict(list)
    rows = reader.rows_of(
        postings, "cadre", sorted(set(cadres)), postings.table.c.unit.is_not(None)
    )
    for row in sorted(rows, key=lambda row: (row.on, row.position)):
        if reader.stands(row.position):
            own = found[row.cadre]
            own.append(_post(row, own[-1] if own else None))
    return found


def posted_in(reader: Reader, year: int, unit: str | None) -> Mapping[str, tuple[Post, ...]]:
    """Return the postings that took effect in a year by the unit posted to."""
    columns = postings.table.c
    own = (columns.unit.is_not(None),) if unit is None else (columns.unit == unit,)
    rows = reader.rows(postings, columns.on.between(f"{year}-01-01", f"{year}-12-31"), *own)
    found: dict[str, list[Post]] = defaultdict(list)
    for posts in posts_of(reader, (row.cadre for row in rows)).values():
        for post in posts:
            if post.on.year == year and unit in (None, post.unit):
                found[post.unit].append(post)
    return {code: tuple(posts) for code, posts in found.items()}


def appointed(reader: Reader) -> Mapping[str, tuple[Dated, ...]]:
    """Return the decisions to appoint that stand, with their levels, by cadre."""
    rows = reader.rows(decisions, decisions.table.c.kind == "appoint")
    standing = (row for row in rows if reader.stands(row.position))
    return grouped(standing, "cadre", lambda row: dated(row, row.rank_level))


def trained(reader: Reader) -> tuple[Dated, ...]:
    """Return every training of an administrator that stands."""
    rows = reader.rows(service, service.table.c.kind == "training")
    return tuple(dated(row, row.what) for row in rows if reader.stands(row.position))


def grades_of(reader: Reader, year: int, cadres: Sequence[str] | None) -> dict[str, GradeGiven]:
    """Return the grades on record in a year by cadre, of some or all."""
    found = grades(about(reader, results, year, cadres))
    return {cadre: given for (cadre, _), given in found.items()}


def gone_since(reader: Reader, cadres: Iterable[str], day: date) -> dict[str, tuple[Dated, ...]]:
    """Return what befell some cadres after a day: another post, a sanction, leaving."""
    wanted, since = sorted(set(cadres)), day.isoformat()
    found: dict[str, list[Dated]] = defaultdict(list)
    columns = talk_steps.table.c
    for row in reader.rows_of(
        talk_steps, "cadre", wanted, columns.step.in_(REASSIGNED), columns.on > since
    ):
        found[row.cadre].append(dated(row, row.step))
    sanction, after = service.table.c.kind == "sanction", service.table.c.on > since
    for row in reader.rows_of(service, "cadre", wanted, sanction, after):
        found[row.cadre].append(dated(row, row.what))
    left, later = postings.table.c.unit.is_(None), postings.table.c.on > since
    for row in reader.rows_of(postings, "cadre", wanted, left, later):
        found[row.cadre].append(dated(row, "left"))
    return {
        cadre: tuple(sorted((e for e in events if reader.stands(e.position)), key=_day))
        for cadre, events in found.items()
    }


def _day(event: Dated) -> tuple[date, int]:
    return event.on, event.position


def _post(row: Row[Any], former: Post | None) -> Post:
    place = (row.unit, row.post or "", row.rank_level or "", row.category or "")
    return Post(row.cadre, *place, date.fromisoformat(row.on), row.position, former)
