"""Since when the archive knows anything: asked as of a time before, no question has an answer."""

from sqlalchemy import func, select

from projections.facts import VIEWS, cadres, policies, units
from projections.reader import Reader
from projections.view import View


def nothing_until(reader: Reader) -> int | None:
    """Return when the first fact became known, in microseconds, if that was after the time asked.

    None where no time was asked for, something was known then, or nothing is known at all.
    """
    known_at = reader.as_of.known_at
    if known_at is None:
        return None
    for view in (units, cadres, policies):  # small, and nearly always first
        if _any(reader, view, known_at):
            return None
    firsts = [first for view in VIEWS if (first := _first(reader, view)) is not None]
    earliest = min(firsts, default=None)
    return None if earliest is None or earliest <= known_at else earliest


def _any(reader: Reader, view: View, known_at: int) -> bool:
    columns = view.table.c
    query = select(columns.position).where(columns.known_at <= known_at).limit(1)
    return reader.connection.execute(query).first() is not None


def _first(reader: Reader, view: View) -> int | None:
    first: int | None = reader.connection.execute(
        select(func.min(view.table.c.known_at))
    ).scalar_one()
    return first
