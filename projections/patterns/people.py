"""What the archive knows of raters and ratees that scores may have to do with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from projections.cadre_year import grades
from projections.facts import cadres, decisions, postings, results, roster
from projections.listing import roster_lines
from projections.reader import Reader

GROUPS = ("native_place", "school", "former_unit")
"""The attributes that people may have in common by their origin."""

DECIDED = ("appoint", "commend")


class People:
    """The people of some panels, fetched at once.

    Args:
        closed: the position of the closing by unit and year.
        wanted: who they are.
    """

    def __init__(
        self, reader: Reader, closed: Mapping[tuple[str, int], int], wanted: Collection[str]
    ) -> None:
        self._reader = reader
        codes = sorted(wanted)
        self._registered = {row.cadre: row for row in reader.rows_of(cadres, "cadre", codes)}
        self._posted = _in_order(reader, reader.rows_of(postings, "cadre", codes))
        self._lines = _lines(reader, closed)
        self._decided = _decided(reader, codes)
        self._excellent = _excellent(reader, {year for _, year in closed})

    def attributes(self, unit: str, people: Iterable[str]) -> dict[str, dict[str, str | None]]:
        """Return what each is known by: origin, school, the unit before this one, level, category.

        Level and category are those of the unit's last roster on which one stands, else of the
        last posting.
        """
        found: dict[str, dict[str, str | None]] = defaultdict(dict)
        lines: dict[str, Row[Any]] = {}
        for (own, _), year in sorted(self._lines.items(), key=lambda item: item[0][1]):
            if own == unit:
                lines.update(year)
        for cadre in people:
            registered, posted = self._registered.get(cadre), self._posted.get(cadre, [])
            last = lines.get(cadre) or (posted[-1] if posted else None)
            found["native_place"][cadre] = registered.native_place if registered else None
            found["school"][cadre] = registered.school if registered else None
            found["former_unit"][cadre] = _former(posted, unit)
            found["rank_level"][cadre] = last.rank_level if last else None
            found["category"][cadre] = last.category if last else None
        return found

    def decided(self, people: Iterable[str], periods: Sequence[str]) -> dict[str, list[int]]:
        """Return at which of the periods each was appointed or commended.

        The year behind the last is one more: what went before it lies in the periods.
        """
        if not periods:
            return {}
        place = {period: at for at, period in enumerate(periods)}
        place[str(int(periods[-1]) + 1)] = len(periods)
        found = {
            cadre: sorted({place[year] for year in self._decided[cadre] if year in place})
            for cadre in people
            if cadre in self._decided
        }
        return {cadre: at for cadre, at in found.items() if at}

    def excellent(self, unit: str) -> list[tuple[str, str]]:
        """Return the year and the cadre of each 优秀 on record on the unit's rosters."""
        return [
            (str(year), cadre)
            for (own, year), lines in self._lines.items()
            for cadre in lines
            if own == unit and (cadre, year) in self._excellent
        ]


def _in_order(reader: Reader, rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    """Return the postings that stand by cadre, in order of their days; leavings aside."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.on, row.position)):
        if row.unit is not None and reader.stands(row.position):
            found[row.cadre].append(row)
    return found


def _former(posted: Sequence[Row[Any]], unit: str) -> str | None:
    """Return the last other unit before somebody came to this one."""
    came = max((at for at, row in enumerate(posted) if row.unit == unit), default=len(posted))
    return next((row.unit for row in reversed(posted[:came]) if row.unit != unit), None)


def _lines(
    reader: Reader, closed: Mapping[tuple[str, int], int]
) -> dict[tuple[str, int], dict[str, Row[Any]]]:
    """Return who stood on each closed roster, as recorded up to the closing."""
    rows: dict[tuple[str, int], list[Row[Any]]] = defaultdict(list)
    for row in reader.rows(roster):
        closing = closed.get((row.unit, row.year))
        if closing is not None and row.position <= closing:
            rows[row.unit, row.year].append(row)
    return {
        key: {line.cadre: line for line in roster_lines(reader, own, closed[key])}
        for key, own in rows.items()
    }


def _decided(reader: Reader, codes: Sequence[str]) -> dict[str, set[str]]:
    """Return by cadre the years in which it was decided to appoint or commend."""
    found: dict[str, set[str]] = defaultdict(set)
    kinds = decisions.table.c.kind.in_(DECIDED)
    for row in reader.rows_of(decisions, "cadre", codes, kinds):
        if reader.stands(row.position):
            found[row.cadre].add(str(date.fromisoformat(row.on).year))
    return found


def _excellent(reader: Reader, years: Collection[int]) -> set[tuple[str, int]]:
    rows = reader.rows_of(results, "year", sorted(years))
    return {key for key, given in grades(rows).items() if given.grade == "excellent"}
