"""Units' own years: how the assessment was implemented, supervised and closed (R23, R24, R29)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.accountability import REASSIGNED
from domain.rules.implementation import net_points
from projections.cadre_year import ordered
from projections.facts import closings, roster, supervision, talk_steps, units
from projections.facts import talks as talks_view
from projections.listing import listings
from projections.reader import Reader, latest
from projections.talks import Served

SUPERVISED = ("circular", "meeting_comment", "inspection", "feedback")


@dataclass(frozen=True, slots=True)
class UnitOfYear:
    """One unit in one year.

    Args:
        points, deductions, net: in hundredths; points and net are None while it isn't scored.
        talks: how many were held about the year, by kind.
        reassigned: how many were demoted or moved to a non-leading post, by step.
        supervised: how many circulars, comments, inspections and filed feedbacks, by kind.
        closed: when the year was closed; None while it is open.
        years_closed: how many years the unit has closed, whichever they are.
    """

    unit: str
    name: str
    points: int | None
    deductions: int
    net: int | None
    talks: Counter[str]
    reassigned: Counter[str]
    supervised: Counter[str]
    closed: date | None
    years_closed: int
    evidence: tuple[int, ...]


def units_of_year(reader: Reader, year: int) -> list[UnitOfYear]:
    """Return every unit that there was by the year's end with what its year holds.

    One of which something of the year is recorded was there, whenever it was registered.
    """
    watched = _by_unit(_watched(reader, year))
    held = _about_cadres(reader, year)
    closed = _by_unit(reader.rows(closings))
    there = {row.unit for row in reader.rows(roster, roster.table.c.year == year)}
    there |= {unit for unit, rows in closed.items() if any(row.year == year for row in rows)}
    registered = latest(reader.rows(units), "unit")
    return [
        _unit(row.unit, row.name, year, watched[row.unit], held[row.unit], closed[row.unit])
        for (_,), row in sorted(registered.items())
        if row.on <= f"{year}-12-31" or watched[row.unit] or held[row.unit] or row.unit in there
    ]


def _watched(reader: Reader, year: int) -> Iterable[Row[Any]]:
    rows = reader.rows(supervision, supervision.table.c.year == year)
    return (row for row in rows if reader.stands(row.position))


def _unit(
    unit: str,
    name: str,
    year: int,
    watched: list[Row[Any]],
    held: list[Row[Any]],
    closed: list[Row[Any]],
) -> UnitOfYear:
    scored = [row for row in ordered(watched) if row.kind == "unit_item"]
    points = scored[-1].points if scored else None
    deducted = [row for row in watched if row.kind == "deduction"]
    deductions = sum(row.points or 0 for row in deducted)
    this_year = [row for row in closed if row.year == year]
    counted = [*scored[-1:], *deducted, *held, *this_year]
    counted += [row for row in watched if row.kind in SUPERVISED]
    return UnitOfYear(
        unit=unit,
        name=name,
        points=points,
        deductions=deductions,
        net=net_points(points, deductions),
        talks=Counter(row.kind for row in held if "kind" in row._mapping),
        reassigned=Counter(row.step for row in held if "step" in row._mapping),
        supervised=Counter(row.kind for row in watched if row.kind in SUPERVISED),
        closed=date.fromisoformat(this_year[-1].on) if this_year else None,
        years_closed=len({row.year for row in closed}),
        evidence=tuple(sorted(row.position for row in counted)),
    )


def _about_cadres(reader: Reader, year: int) -> dict[str, list[Row[Any]]]:
    """Return the talks and reassignments by the unit whose roster judges the cadre's year.

    Those of a cadre on no roster belong to the unit where he then served.
    """
    steps = talk_steps.table.c
    rows = [
        *reader.rows(talks_view, talks_view.table.c.year == year),
        *reader.rows(talk_steps, steps.year == year, steps.step.in_(REASSIGNED)),
    ]
    rows = [row for row in rows if reader.stands(row.position)]
    cadres = sorted({row.cadre for row in rows})
    this_year = roster.table.c.year == year
    judging = {
        cadre: lines[-1].unit for (cadre, _), lines in listings(reader, cadres, this_year).items()
    }
    served = Served(reader, cadres)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        unit = judging.get(row.cadre) or served.unit(row.cadre, date.fromisoformat(row.on))
        found[unit or ""].append(row)
    return found


def _by_unit(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.unit].append(row)
    return found
