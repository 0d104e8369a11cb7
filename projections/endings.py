"""When the last of what a view holds of each cadre became known, and where it was recorded."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, select

from projections.reader import Reader, among
from projections.view import View


class Ending(NamedTuple):
    """The last moment, in microseconds, and the last position; whether all is of one unit."""

    known_at: int
    position: int
    of_one_unit: bool


def endings(
    reader: Reader, view: View, column: str, cadres: Sequence[str], *conditions: ColumnElement[bool]
) -> Iterator[tuple[str, Ending]]:
    """Yield by cadre how the rows of a view end; what is read isn't counted.

    Args:
        column: the one that names the cadre.
    """
    columns = view.table.c
    alike: ColumnElement[Any] = literal(1)
    if "unit" in columns:
        alike = case((func.min(columns.unit) == func.max(columns.unit), 1), else_=0)
    last = (func.max(columns.known_at), func.max(columns.position))
    limits = (*conditions, *reader.as_of.conditions(view.table))
    query = select(columns[column], *last, alike).where(*limits).group_by(columns[column])
    for some in among(view, column, cadres):
        for cadre, known_at, position, of_one_unit in reader.connection.execute(query.where(some)):
            yield cadre, Ending(known_at, position, bool(of_one_unit))


def key_of_scores(year: int, without_rater: str | None) -> tuple[str, int, str | None]:
    """Return under which key a reader remembers the endings of everybody's scores of a year.

    Who reads the whole year puts them there, since he passes by all of them.
    """
    return "endings of scores", year, without_rater
