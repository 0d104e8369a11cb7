"""The steps of schemes, lists, results and talks, from rows, in the log's order."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Row

from domain.rules.conformance.facts import (
    Amendment,
    Dated,
    ListStep,
    ResultStep,
    SchemeStep,
    Supervised,
    TalkStep,
)
from projections.facts import (
    list_steps,
    result_steps,
    roster,
    schemes,
    supervision,
    talk_steps,
    talks,
)
from projections.reader import Reader
from projections.view import View

T = TypeVar("T")


def grouped(
    rows: Iterable[Row[Any]], key: str, made: Callable[[Row[Any]], T]
) -> Mapping[str, tuple[T, ...]]:
    """Return what is made of rows by one of their columns, in the log's order."""
    found: dict[str, list[T]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.position):
        found[getattr(row, key)].append(made(row))
    return {code: tuple(own) for code, own in found.items()}


def schemes_of(reader: Reader, year: int, unit: str | None) -> Mapping[str, tuple[SchemeStep, ...]]:
    """Return the steps of the year's schemes by unit."""
    return grouped(_rows(reader, schemes, year, unit), "unit", _scheme_step)


def lists_of(
    reader: Reader, year: int, unit: str | None, members: Sequence[str]
) -> Mapping[str, tuple[ListStep, ...]]:
    """Return the steps of the year's work lists by cadre; of a unit, its own and its members'."""
    if unit is None:
        return grouped(_rows(reader, list_steps, year), "cadre", _list_step)
    own = {row.cadre for row in _rows(reader, list_steps, year, unit)}
    return grouped(about(reader, list_steps, year, sorted(own.union(members))), "cadre", _list_step)


def results_of(
    reader: Reader, year: int, members: Sequence[str] | None
) -> Mapping[str, tuple[ResultStep, ...]]:
    """Return the steps of the year's results by cadre, of some or all."""
    return grouped(about(reader, result_steps, year, members), "cadre", _result_step)


def about(
    reader: Reader, view: View, year: int, cadres: Sequence[str] | None
) -> Iterable[Row[Any]]:
    """Return a year's rows about some cadres, or all."""
    if cadres is None:
        return _rows(reader, view, year)
    return reader.rows_of(view, "cadre", cadres, view.table.c.year == year)


def talk_steps_of(
    reader: Reader, year: int, members: Sequence[str] | None
) -> Mapping[str, tuple[TalkStep, ...]]:
    """Return what followed the talks about a year by cadre, of some or all."""
    rows = (r for r in about(reader, talk_steps, year, members) if reader.stands(r.position))
    return grouped(rows, "cadre", _talk_step)


def talks_held(
    reader: Reader, year: int, members: Sequence[str] | None
) -> Mapping[str, tuple[Dated, ...]]:
    """Return the talks on record about a year with their kinds by cadre, of some or all."""
    rows = (r for r in about(reader, talks, year, members) if reader.stands(r.position))
    return grouped(rows, "cadre", lambda row: dated(row, row.kind))


def amendments_of(
    reader: Reader, year: int, unit: str | None
) -> Mapping[str, tuple[Amendment, ...]]:
    """Return the amendments of the year's rosters by unit."""
    rows = _rows(reader, roster, year, unit)
    amended = (row for row in rows if row.change != "listed" and reader.stands(row.position))
    return grouped(amended, "unit", _amendment)


def supervision_of(
    reader: Reader, year: int, unit: str | None
) -> Mapping[str, tuple[Supervised, ...]]:
    """Return the acts of supervision of the year by unit."""
    rows = (r for r in _rows(reader, supervision, year, unit) if reader.stands(r.position))
    return grouped(rows, "unit", _supervised)


def dated(row: Row[Any], what: str = "") -> Dated:
    """Return that something happened to a row's cadre on its day."""
    return Dated(row.cadre, date.fromisoformat(row.on), row.position, what)


def _rows(reader: Reader, view: View, year: int, unit: str | None = None) -> Iterable[Row[Any]]:
    columns = view.table.c
    own = () if unit is None else (columns.unit == unit,)
    return reader.rows(view, columns.year == year, *own)


def _taken(row: Row[Any]) -> tuple[str, str, date, int, int, bool]:
    on = date.fromisoformat(row.on)
    return row.step, row.by, on, row.position, row.known_at, bool(row.legacy)


def _scheme_step(row: Row[Any]) -> SchemeStep:
    content = json.loads(row.content) if row.content else None
    attendees = tuple(json.loads(row.attendees or "[]"))
    return SchemeStep(*_taken(row), row.sha256, content, row.meeting, attendees)


def _list_step(row: Row[Any]) -> ListStep:
    return ListStep(*_taken(row), row.unit, row.meeting, tuple(json.loads(row.attendees or "[]")))


def _result_step(row: Row[Any]) -> ResultStep:
    told = (row.grade, row.reason, row.annual, row.rank, row.of, row.stage, row.outcome)
    return ResultStep(*_taken(row), *told)


def _talk_step(row: Row[Any]) -> TalkStep:
    return TalkStep(*_taken(row), date.fromisoformat(row.due) if row.due else None, row.outcome)


def _amendment(row: Row[Any]) -> Amendment:
    told = (row.cadre, row.change, row.reason or "", row.approver or "")
    return Amendment(*told, date.fromisoformat(row.on), row.position)


def _supervised(row: Row[Any]) -> Supervised:
    return Supervised(row.kind, date.fromisoformat(row.on), row.position, row.points)
