"""What supervision found of units' years; points are hundredths."""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.supervision import Supervision
from projections.view import View

supervision = View(
    "supervision",
    version=1,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("kind", Text),
        Column("item", Text),
        Column("period", Text),
        Column("points", Integer),
        Column("text", Text),
    ),
    indexes=(("year", "unit"), ("unit",), ("position",)),
)


@supervision.on(Supervision.CircularIssued, "subject", "period", "text")
def _circular(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (int(stream[1]), stream[2], "circular", e.subject, e.period, None, e.text)


@supervision.on(Supervision.MeetingCommented, "period", "text")
def _commented(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (int(stream[1]), stream[2], "meeting_comment", None, e.period, None, e.text)


@supervision.on(Supervision.Inspected, "item", "finding", "points")
def _inspected(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (int(stream[1]), stream[2], "inspection", e.item, None, e.points, e.finding)


@supervision.on(Supervision.Deducted, "item", "finding", "points")
def _deducted(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (int(stream[1]), stream[2], "deduction", e.item, None, e.points, e.finding)


@supervision.on(Supervision.FeedbackFiled, "problems", "suggestions")
def _feedback(stream: list[str], e: Any) -> tuple[Any, ...]:
    text = f"{e.problems}\n{e.suggestions}"
    return (int(stream[1]), stream[2], "feedback", None, None, None, text)


@supervision.on(Supervision.UnitScored, "points", "reason")
def _scored(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (int(stream[1]), stream[2], "unit_item", None, None, e.points, e.reason)
