"""One cadre's archive (实绩档案) as a timeline: where its events stand in the log.

Every view that names a cadre or a ratee contributes the positions of its rows.
"""

from sqlalchemy import ColumnElement, and_, or_

from projections.facts import VIEWS, decisions, expected, withdrawals
from projections.reader import Reader
from projections.view import View

NOT_ABOUT = (expected,)
"""Views that name cadres and tell nothing of one: a round's opening is about its whole unit."""

ABOUT: tuple[tuple[View, str], ...] = tuple(
    (view, column)
    for view in VIEWS
    for column in ("cadre", "ratee")
    if column in view.table.c and view not in NOT_ABOUT
)


def record_positions(reader: Reader, cadre: str, year: int | None = None) -> list[int]:
    """Return the positions of the events about a cadre, in the order they became known.

    Args:
        year: only what is about this assessment year, or happened in it.
    """
    found: dict[int, int] = {}
    for view, column in ABOUT:
        conditions = [view.table.c[column] == cadre]
        if year is not None:
            conditions.append(_about(view, year))
        found.update((row.position, row.known_at) for row in reader.rows(view, *conditions))
    found |= _exceptions(reader, cadre, set(found))
    taken_back = list(reader.rows_of(withdrawals, "withdrawn", sorted(found)))
    found.update((row.position, row.known_at) for row in taken_back)
    return sorted(found, key=lambda position: (found[position], position))


def _exceptions(reader: Reader, cadre: str, positions: set[int]) -> dict[int, int]:
    """Return what excepts the cadre's decisions among these events: it names them, not him."""
    own = reader.rows(decisions, decisions.table.c.cadre == cadre)
    codes = sorted({row.decision for row in own if row.position in positions})
    excepted = reader.rows_of(decisions, "decision", codes, decisions.table.c.kind == "except")
    return {row.position: row.known_at for row in excepted}


def _about(view: View, year: int) -> ColumnElement[bool]:
    columns = view.table.c
    happened = columns.on.between(f"{year}-01-01", f"{year}-12-31")
    if "year" not in columns:
        return happened
    return or_(columns.year == year, and_(columns.year.is_(None), happened))
