"""Units, who leads them, cadres and their postings."""

from typing import Any

from sqlalchemy import Column, Text

from domain.cadre import Cadre
from domain.unit import Unit
from projections.view import View

units = View(
    "units",
    version=1,
    columns=(Column("unit", Text), Column("name", Text), Column("kind", Text)),
    indexes=(("unit",),),
)


@units.on(Unit.Registered, "name", "kind")
def _unit(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], e.name, e.kind)


assignments = View(
    "assignments",
    version=1,
    columns=(
        Column("unit", Text),
        Column("role", Text),
        Column("cadre", Text),
        Column("change", Text),
    ),
    indexes=(("unit", "role"), ("role",), ("cadre",)),
)


@assignments.on(Unit.Assigned, "role", "cadre")
def _assigned(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], e.role, e.cadre, "assigned")


@assignments.on(Unit.Released, "role", "cadre")
def _released(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], e.role, e.cadre, "released")


cadres = View(
    "cadres",
    version=1,
    columns=(
        Column("cadre", Text),
        Column("name", Text),
        Column("native_place", Text),
        Column("school", Text),
    ),
    indexes=(("cadre",),),
)


@cadres.on(Cadre.Registered, "name", "native_place", "school")
def _cadre(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], e.name, e.native_place, e.school)


postings = View(
    "postings",
    version=2,
    columns=(
        Column("cadre", Text),
        Column("unit", Text),
        Column("rank_level", Text),
        Column("probation_until", Text),
        Column("post", Text),
        Column("category", Text),
    ),
    indexes=(("cadre",), ("unit",)),
)


@postings.on(Cadre.Posted, "unit", "rank_level", "probation_until", "post", "category")
def _posted(stream: list[str], e: Any) -> tuple[Any, ...]:
    until = e.probation_until.isoformat() if e.probation_until else None
    return (stream[1], e.unit, e.rank_level, until, e.post, e.category)


@postings.on(Cadre.Left)
def _left(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], None, None, None, None, None)
