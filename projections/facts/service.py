"""What befell cadres in service: absences, sanctions, cases, training, letters of inquiry.

A letter's ``ends`` is the day by which it wants an answer.
"""

from datetime import date
from typing import Any

from sqlalchemy import Column, Text

from domain.service import Service
from projections.view import View

service = View(
    "service",
    version=1,
    columns=(
        Column("cadre", Text),
        Column("kind", Text),
        Column("what", Text),
        Column("starts", Text),
        Column("ends", Text),
        Column("text", Text),
    ),
    indexes=(("cadre", "kind"), ("kind",)),
)


@service.on(Service.Absent, "kind", "starts", "ends")
def _absent(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "absence", e.kind, _iso(e.starts), _iso(e.ends), None)


@service.on(Service.Sanctioned, "kind", "starts", "ends")
def _sanctioned(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "sanction", e.kind, _iso(e.starts), _iso(e.ends), None)


@service.on(Service.CaseOpened, "outcome")
def _opened(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "case", "opened", None, None, e.outcome)


@service.on(Service.CaseClosed, "outcome")
def _closed(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "case", "closed", None, None, e.outcome)


@service.on(Service.Trained, "course")
def _trained(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "training", e.course, None, None, None)


@service.on(Service.Inquired, "content", "reply_by")
def _inquired(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "letter", None, None, _iso(e.reply_by), e.content)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
