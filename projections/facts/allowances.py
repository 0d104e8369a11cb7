"""Pools and grants of differentiated allowances, in fen.

A pool's ``amount`` is the standard a person, ``floating`` the part of it that floats; a grant's
``standard`` is the cadre's own, where it isn't that of his level.
"""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.allowance import Allowance
from projections.view import View

allowances = View(
    "allowances",
    version=2,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("kind", Text),
        Column("rank_level", Text),
        Column("cadre", Text),
        Column("amount", Integer),
        Column("floating", Integer),
        Column("standard", Integer),
    ),
    indexes=(("year", "unit"), ("cadre", "year"), ("position",)),
)


@allowances.on(Allowance.PoolSet, "rank_level", "standard", "floating")
def _pool(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    return (int(year), unit, "pool", e.rank_level, None, e.standard, e.floating, None)


@allowances.on(Allowance.Granted, "cadre", "rank_level", "amount", "standard")
def _granted(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    return (int(year), unit, "grant", e.rank_level, e.cadre, e.amount, None, e.standard)
