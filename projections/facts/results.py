"""Annual results and the talks that follow from them."""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.result import Result
from domain.talk import Talk
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
    ),
    indexes=(("cadre", "year"), ("year",)),
)


@results.on(Result.Proposed, "grade")
def _proposed(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "proposed", e.grade, None, None)


@results.on(Result.Confirmed, "grade")
def _confirmed(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "confirmed", e.grade, None, None)


@results.on(Result.Corrected, "grade", "component", "points")
def _corrected(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "corrected", e.grade, e.component, e.points)


talks = View(
    "talks",
    version=1,
    columns=(
        Column("year", Integer),
        Column("cadre", Text),
        Column("kind", Text),
        Column("talker", Text),
        Column("talker_role", Text),
    ),
    indexes=(("cadre", "year"), ("year",)),
)


@talks.on(Talk.Held, "kind", "talker", "talker_role")
def _held(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, e.kind, e.talker, e.talker_role)
