"""Whether a closed year stands now as it stood then, so that it needn't be fetched again.

Of a closed year counts what was recorded up to its closing, and what is recorded about that very
year of the unit and its people: results, rosters, closings, schemes, quotas. Where nothing of that
lies outside what was known then, the year was the same.
"""

from sqlalchemy import ColumnElement, or_, select, true

from domain.rules.facts import UnitYear
from projections.facts import (
    closings,
    components,
    policies,
    postings,
    quotas,
    results,
    roster,
    schemes,
    scores,
    service,
    withdrawals,
    work_items,
)
from projections.reader import Reader
from projections.view import View

_OF_THE_YEAR = (roster, closings, components, schemes, quotas)
_OF_CADRES = ((results, "cadre"), (work_items, "cadre"), (scores, "ratee"))
_SERVICE = (postings, service)
_OF_ANYBODY = (withdrawals, policies)


def unchanged(then: Reader, now: Reader, unit_year: UnitYear) -> bool:
    """Tell if a unit's year, as ``now`` reads it, was the same as of ``then``.

    Args:
        then: its time and position aren't behind those of ``now``.
    """
    closing, known_at, last = unit_year.closing, then.as_of.known_at, then.as_of.position
    if closing is None or known_at is None or last is None:
        return False
    if closing.position > last or closing.known_at > known_at:
        return False
    cadres = [member.cadre for member in unit_year.members]
    listed = roster.table.c
    elsewhere = (listed.unit != unit_year.unit, listed.cadre.in_(cadres))
    if _any(now, roster, listed.year == unit_year.year, *elsewhere):
        return False  # where such a cadre is ranked may rest on more than this unit's closing
    asked = [(view, _own(view, unit_year)) for view in _OF_THE_YEAR]
    asked += [
        (view, (view.table.c.year == unit_year.year) & view.table.c[column].in_(cadres))
        for view, column in _OF_CADRES
    ]
    if any(_any(now, view, about, _since(view, known_at, last)) for view, about in asked):
        return False
    counted: list[tuple[View, ColumnElement[bool]]]
    counted = [(view, view.table.c.cadre.in_(cadres)) for view in _SERVICE]
    counted += [(view, true()) for view in _OF_ANYBODY]
    return not any(
        _any(
            now,
            view,
            about,
            view.table.c.position <= closing.position,
            view.table.c.known_at > known_at,
        )
        for view, about in counted
    )


def _own(view: View, unit_year: UnitYear) -> ColumnElement[bool]:
    return (view.table.c.year == unit_year.year) & (view.table.c.unit == unit_year.unit)


def _since(view: View, known_at: int, last: int) -> ColumnElement[bool]:
    return or_(view.table.c.position > last, view.table.c.known_at > known_at)


def _any(reader: Reader, view: View, *conditions: ColumnElement[bool]) -> bool:
    query = select(view.table.c.position).where(*conditions, *reader.as_of.conditions(view.table))
    return reader.connection.execute(query.limit(1)).first() is not None
