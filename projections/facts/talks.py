"""Talks about a year, and the steps that follow from them."""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.talk import Talk
from projections.view import View

_BY_CADRE = (("cadre", "year"), ("year",))

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
    indexes=_BY_CADRE,
)


@talks.on(Talk.Held, "kind", "talker", "talker_role")
def _held(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, e.kind, e.talker, e.talker_role)


talk_steps = View(
    "talk_steps",
    version=1,
    columns=(
        Column("year", Integer),
        Column("cadre", Text),
        Column("step", Text),
        Column("due", Text),
        Column("outcome", Text),
        Column("post", Text),
        Column("rank_level", Text),
        Column("reason", Text),
    ),
    indexes=_BY_CADRE,
)


@talk_steps.on(Talk.DeadlineSet, "due")
def _deadline(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "deadline", e.due.isoformat(), None, None, None, None)


@talk_steps.on(Talk.ImprovementReviewed, "outcome")
def _improvement(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "improvement", None, e.outcome, None, None, None)


@talk_steps.on(Talk.Demoted, "post", "rank_level", "reason")
def _demoted(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "demoted", None, None, e.post, e.rank_level, e.reason)


@talk_steps.on(Talk.MovedToNonLeading, "post", "rank_level", "reason")
def _non_leading(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, "non_leading", None, None, e.post, e.rank_level, e.reason)
