"""On whose rosters cadres stand, which of them judges, and which ranks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row

from domain.rules.judging import judging_last, settled
from domain.rules.transfers import last_unit
from projections.facts import closings, roster
from projections.posted import Posted
from projections.reader import Reader, latest

Lines = Sequence[Row[Any]]


class Listing(NamedTuple):
    """One cadre's roster lines of one year that stand, the judging one last.

    ``ranks`` is by unit of a line the unit on whose roster the cadre is ranked.
    """

    lines: Lines
    ranks: Mapping[str, str]


def roster_lines(
    reader: Reader, rows: Iterable[Row[Any]], upto: int | None = None
) -> list[Row[Any]]:
    """Return the lines that stand, of all rows about them; as recorded up to a position."""
    last = latest(rows, "year", "unit", "cadre").values()
    return [row for row in last if row.change != "removed" and reader.stands(row.position, upto)]


def listings(
    reader: Reader, cadres: Sequence[str], *conditions: ColumnElement[bool]
) -> dict[tuple[str, int], Lines]:
    """Return the roster lines by cadre and year, the one that judges last."""
    rows = reader.rows_of(roster, "cadre", cadres, *conditions)
    return {key: listing.lines for key, listing in listed(reader, rows).items()}


def listed(reader: Reader, rows: Iterable[Row[Any]]) -> dict[tuple[str, int], Listing]:
    """Return the listings by cadre and year, of all rows about these cadres.

    A cadre without a line that stands is left out.
    """
    about: dict[tuple[str, int], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        about[row.cadre, row.year].append(row)
    found = _of_several(
        reader, {key: own for key, own in about.items() if len({row.unit for row in own}) > 1}
    )
    for key, own in about.items():
        if key not in found:
            lines = roster_lines(reader, own)
            found[key] = Listing(lines, {line.unit: line.unit for line in lines})
    return {key: listing for key, listing in found.items() if listing.lines}


def _of_several(
    reader: Reader, about: Mapping[tuple[str, int], Lines]
) -> dict[tuple[str, int], Listing]:
    """Settle the listings of who is or was on several units' rosters of one year."""
    posted = Posted(reader, (cadre for cadre, _ in about))
    units = sorted({row.unit for own in about.values() for row in own})
    closed = {(row.unit, row.year): row.position for row in reader.rows_of(closings, "unit", units)}
    found = {}
    for (cadre, year), own in about.items():

        def seen(
            upto: int | None, cadre: str = cadre, year: int = year, own: Lines = own
        ) -> list[Row[Any]]:
            by_then = [row for row in own if upto is None or row.position <= upto]
            unit = last_unit(posted.of(cadre, upto), year)
            return judging_last(roster_lines(reader, by_then, upto), unit)

        places = {row.unit: closed[row.unit, year] for row in own if (row.unit, year) in closed}
        found[cadre, year] = Listing(*settled(seen, places))
    return found
