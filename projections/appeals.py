"""Reconsiderations and appeals of a year (复核, 申诉): filed and decided in time or not."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.appeals import FILED, Request, ResultStep, requests
from domain.rules.policy import Policy
from domain.sentence import say
from projections.facts import result_steps, results, roster
from projections.listing import listings
from projections.reader import Reader
from projections.unit_year import law_of, policy_of


@dataclass(frozen=True, slots=True)
class Contested:
    """A request about a cadre's result.

    Args:
        unit: the one whose roster judges the cadre's year; None where no roster lists him.
    """

    unit: str | None
    cadre: str
    year: int
    request: Request


def appeals_of_year(reader: Reader, year: int, unit: str | None = None) -> list[Contested]:
    """Return the requests about a year's results, unit by unit, in the order of their filing.

    The limits are those of the law in force for the unit's year, else of the city's policy.
    """
    steps = _steps(reader, year, unit)
    this_year = roster.table.c.year == year
    lists = listings(reader, sorted(steps), this_year)
    places = {cadre: lines[-1].unit for (cadre, _), lines in lists.items()}
    layers: dict[str | None, Policy | None] = {}
    found: list[Contested] = []
    for cadre, of_one in steps.items():
        place = places.get(cadre)
        if unit is not None and place != unit:
            continue
        if place not in layers:
            layers[place] = law_of(reader, place or "", year) or policy_of(
                reader, place or "", year
            )
        policy = layers[place]
        if policy is None:
            reader.notes.append(say("no_policy_known", unit=place or cadre, year=year))
            continue
        made = requests(of_one, policy, reader.as_of.today)
        found.extend(Contested(place, cadre, year, request) for request in made)
    return sorted(found, key=lambda one: (one.unit or "~", one.request.filed, one.cadre))


def _steps(reader: Reader, year: int, unit: str | None) -> dict[str, list[ResultStep]]:
    """Return all steps about those who asked for anything, in the order of their days.

    Args:
        unit: only of those on whose roster he stood at some time.
    """
    columns = result_steps.table.c
    if unit is None:
        filed = reader.rows(result_steps, columns.year == year, columns.step.in_(FILED))
        wanted = {row.cadre for row in filed}
    else:
        own = (roster.table.c.year == year, roster.table.c.unit == unit)
        wanted = {row.cadre for row in reader.rows(roster, *own)}
    rows = list(reader.rows_of(result_steps, "cadre", sorted(wanted), columns.year == year))
    asking = {row.cadre for row in rows if row.step in FILED}
    of_graded = reader.rows_of(results, "cadre", sorted(asking), results.table.c.year == year)
    decided = {row.position for row in rows}
    corrected = [
        row
        for row in of_graded
        if row.change == "corrected" and row.grade and row.position not in decided
    ]
    steps: dict[str, list[ResultStep]] = defaultdict(list)
    for row in sorted([*rows, *corrected], key=lambda r: (r.on, r.known_at, r.position)):
        if row.cadre in asking:
            steps[row.cadre].append(_step(row))
    return steps


def _step(row: Row[Any]) -> ResultStep:
    on = date.fromisoformat(row.on)
    columns = row._mapping
    if "step" not in columns:
        return ResultStep("corrected", on, row.position, row.grade)
    received = date.fromisoformat(row.received) if row.received else None
    return ResultStep(row.step, on, row.position, row.grade, row.stage, row.outcome, received)
