"""What leaves a cadre's year ungraded or bars a grade: probation and the service record."""

from collections import defaultdict
from datetime import date
from typing import Any, get_args

from sqlalchemy import Row

from domain.rules.facts import Service, ServiceKind
from projections.facts import postings, service
from projections.judges import Judges


def on_probation(judges: Judges) -> dict[tuple[str, str], int]:
    """Who, on which unit's roster, is on probation at the year's end: the post then held."""
    year_end = date(judges.year, 12, 31).isoformat()
    until = postings.table.c.probation_until >= year_end
    by_then = postings.table.c.on <= year_end
    cadres = sorted({row.cadre for row in judges.rows_about(postings, until, by_then)})
    held: dict[tuple[str, str], Row[Any]] = {}
    posted = postings.table.c.unit.is_not(None)
    rows = judges.reader.rows_of(postings, "cadre", cadres, by_then, posted)
    for row in sorted(rows, key=lambda row: (row.on, row.position)):
        for unit in judges.judging(row, row.cadre):
            if judges.stands(row, unit):
                held[unit, row.cadre] = row
    return {
        whose: row.position
        for whose, row in held.items()
        if row.probation_until is not None and row.probation_until >= year_end
    }


def service_of(judges: Judges) -> dict[tuple[str, str], list[Service]]:
    """What may bar a grade or leave the year ungraded, by judging unit and cadre."""
    kinds = service.table.c.kind.in_(get_args(ServiceKind))
    found: dict[tuple[str, str], list[Service]] = defaultdict(list)
    for row in judges.rows_about(service, kinds):
        line = Service(
            row.kind,
            row.what,
            date.fromisoformat(row.starts or row.on),
            date.fromisoformat(row.ends) if row.ends else None,
            row.position,
        )
        for unit in judges.judging(row, row.cadre):
            if judges.stands(row, unit):
                found[unit, row.cadre].append(line)
    return found
