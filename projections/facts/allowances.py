"""Pools and grants of differentiated allowances, in fen."""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.allowance import Allowance
from projections.view import View

allowances = View(
    "allowances",
    version=1,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("kind", Text),
        Column("rank_level", Text),
        Column("cadre", Text),
        Column("amount", Integer),
    ),
    indexes=(("year", "unit"), ("cadre", "year")),
)


@allowances.on(Allowance.PoolSet, "rank_level", "standard")
def _pool(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (int(stream[1]), stream[2], "pool", e.rank_level, None, e.standard)


@allowances.on(Allowance.Granted, "cadre", "rank_level", "amount")
def _granted(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (int(stream[1]), stream[2], "grant", e.rank_level, e.cadre, e.amount)
