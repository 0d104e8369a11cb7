"""Annual results: the grades and corrections that count, and every step of the procedure."""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.result import Result
from projections.view import View

results = View(
    "results",
    version=1,
    columns=(
        Column("year", Integer),
        Column("cadre", Text),
        Column("change", Text),
        Column("grade", Text),
        Column("component", Text),
        Column("points", Integer),
        Column("reason", Text),
    ),
    indexes=(("cadre", "year"), ("year", "component"), ("position",)),
)


@results.on(Result.Proposed, "grade", "reason")
def _proposed(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "proposed", e.grade, None, None, e.reason)


@results.on(Result.Confirmed, "grade")
def _confirmed(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "confirmed", e.grade, None, None, None)


@results.on(Result.Corrected, "grade", "component", "points", "reason")
def _corrected(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "corrected", e.grade, e.component, e.points, e.reason)


@results.on(Result.Decided, "grade")
def _regraded(stream: list[str], e: Any) -> list[tuple[Any, ...]]:
    _, year, cadre = stream
    if e.grade is None:
        return []
    return [(int(year), cadre, "corrected", e.grade, None, None, None)]


result_steps = View(
    "result_steps",
    version=1,
    columns=(
        Column("year", Integer),
        Column("cadre", Text),
        Column("step", Text),
        Column("grade", Text),
        Column("reason", Text),
        Column("annual", Integer),
        Column("rank", Integer),
        Column("of", Integer),
        Column("stage", Text),
        Column("outcome", Text),
        Column("received", Text),
    ),
    indexes=(("cadre", "year"), ("year", "step"), ("position",)),
)


def _step(stream: list[str], step: str, **given: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    names = ("grade", "reason", "annual", "rank", "of", "stage", "outcome", "received")
    return (int(year), cadre, step, *(given.get(name) for name in names))


@result_steps.on(Result.Proposed, "grade", "reason")
def _proposed_step(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _step(stream, "proposed", grade=e.grade, reason=e.reason)


@result_steps.on(Result.Publicised, "annual", "rank", "of")
def _publicised(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _step(stream, "publicised", annual=e.annual, rank=e.rank, of=e.of)


@result_steps.on(Result.Confirmed, "grade")
def _confirmed_step(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _step(stream, "confirmed", grade=e.grade)


@result_steps.on(Result.Notified)
def _notified(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _step(stream, "notified")


@result_steps.on(Result.Acknowledged)
def _acknowledged(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _step(stream, "acknowledged")


@result_steps.on(Result.Reconsidered, "grounds")
def _reconsidered(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _step(stream, "reconsidered", reason=e.grounds)


@result_steps.on(Result.Appealed, "grounds")
def _appealed(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _step(stream, "appealed", reason=e.grounds)


@result_steps.on(Result.Decided, "stage", "outcome", "grade", "received")
def _decided(stream: list[str], e: Any) -> tuple[Any, ...]:
    received = e.received.isoformat() if e.received else None
    return _step(
        stream, "decided", stage=e.stage, outcome=e.outcome, grade=e.grade, received=received
    )
