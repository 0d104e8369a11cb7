"""Who scored whom: ballots, item scores and log ratings in one table, with what they rest on.

A row's ``change`` is ``scored``, ``corrected`` or ``voided``. ``round`` and ``dimension`` are
the ballot's; an item stands in ``dimension``, and so does a log's day. ``at`` is when a sheet's
score was entered, in microseconds, where the sheet tells it.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Text

from domain.ballot import Ballot
from domain.times import micros
from domain.work_list import WorkList
from domain.work_log import WorkLog
from projections.view import View

scores = View(
    "scores",
    version=1,
    columns=(
        Column("source", Text),
        Column("year", Integer),
        Column("unit", Text),
        Column("round", Text),
        Column("rater", Text),
        Column("ratee", Text),
        Column("relation", Text),
        Column("dimension", Text),
        Column("change", Text),
        Column("points", Integer),
        Column("reason", Text),
        Column("approver", Text),
        Column("at", BigInteger),
    ),
    indexes=(("year", "unit"), ("ratee", "year"), ("rater", "year"), ("position",)),
)


@scores.on(Ballot.Scored, "ratee", "relation", "dimension", "points", "at")
def _scored(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit, round_, rater = stream
    return (
        "ballot", int(year), unit, round_, rater, e.ratee, e.relation, e.dimension,
        "scored", e.points, None, None, micros(e.at) if e.at else None,
    )  # fmt: skip


@scores.on(Ballot.Corrected, "ratee", "relation", "dimension", "points", "reason", "approver")
def _corrected(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit, round_, rater = stream
    return (
        "ballot", int(year), unit, round_, rater, e.ratee, e.relation, e.dimension,
        "corrected", e.points, e.reason, e.approver, None,
    )  # fmt: skip


@scores.on(Ballot.Voided, "ratee", "relation", "dimension", "reason", "approver")
def _voided(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit, round_, rater = stream
    return (
        "ballot", int(year), unit, round_, rater, e.ratee, e.relation, e.dimension,
        "voided", None, e.reason, e.approver, None,
    )  # fmt: skip


@scores.on(WorkList.Scored, "unit", "rater", "relation", "item", "points", "reason", "approver")
def _item(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (
        "item", int(year), e.unit, None, e.rater, cadre, e.relation, e.item,
        "corrected" if e.reason else "scored", e.points, e.reason, e.approver, None,
    )  # fmt: skip


@scores.on(WorkLog.Rated, "unit", "day", "rater", "relation", "points", "reason", "approver")
def _rating(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (
        "log", int(year), e.unit, None, e.rater, cadre, e.relation, e.day.isoformat(),
        "corrected" if e.reason else "scored", e.points, e.reason, e.approver, None,
    )  # fmt: skip


work_items = View(
    "work_items",
    version=1,
    columns=(
        Column("year", Integer),
        Column("cadre", Text),
        Column("item", Text),
        Column("weight", Integer),
        Column("unit", Text),
    ),
    indexes=(("cadre", "year"), ("year",)),
)


@work_items.on(WorkList.Submitted, "unit", "items")
def _submitted(stream: list[str], e: Any) -> list[tuple[Any, ...]]:
    _, year, cadre = stream
    return [(int(year), cadre, item.item, item.weight, e.unit) for item in e.items]


log_entries = View(
    "log_entries",
    version=1,
    columns=(
        Column("year", Integer),
        Column("cadre", Text),
        Column("unit", Text),
        Column("day", Text),
    ),
    indexes=(("cadre", "year"),),
)


@log_entries.on(WorkLog.Entered, "unit", "day")
def _entered(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, e.unit, e.day.isoformat())
