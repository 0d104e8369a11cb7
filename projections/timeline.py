"""One cadre's archive (实绩档案) as a timeline: where its events stand in the log.

Every view that is about cadres contributes the positions of its rows.
"""

from sqlalchemy import ColumnElement

from projections.facts import (
    allowances,
    assignments,
    cadres,
    components,
    log_entries,
    postings,
    results,
    roster,
    scores,
    talks,
    withdrawals,
    work_items,
)
from projections.reader import Reader
from projections.view import View

_ABOUT: tuple[tuple[View, str], ...] = (
    (cadres, "cadre"),
    (postings, "cadre"),
    (assignments, "cadre"),
    (roster, "cadre"),
    (work_items, "cadre"),
    (log_entries, "cadre"),
    (scores, "ratee"),
    (components, "cadre"),
    (results, "cadre"),
    (talks, "cadre"),
    (allowances, "cadre"),
)


def record_positions(reader: Reader, cadre: str, year: int | None = None) -> list[int]:
    """Return the positions of the events about a cadre, in the order they became known.

    Args:
        year: only what is about this assessment year, or happened in it.
    """
    found: dict[int, int] = {}
    for view, column in _ABOUT:
        conditions = [view.table.c[column] == cadre]
        if year is not None:
            conditions.append(_about(view, year))
        found.update((row.position, row.known_at) for row in reader.rows(view, *conditions))
    taken_back = list(reader.rows_of(withdrawals, "withdrawn", sorted(found)))
    found.update((row.position, row.known_at) for row in taken_back)
    return sorted(found, key=lambda position: (found[position], position))


def _about(view: View, year: int) -> ColumnElement[bool]:
    columns = view.table.c
    if "year" in columns:
        return columns.year == year
    return columns.on.between(f"{year}-01-01", f"{year}-12-31")
