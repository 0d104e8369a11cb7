"""Units' schemes and the steps that approve them."""

import json
from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.scheme import Scheme
from projections.view import View

schemes = View(
    "schemes",
    version=1,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("step", Text),
        Column("sha256", Text),
        Column("content", Text),
        Column("comment", Text),
        Column("meeting", Text),
        Column("attendees", Text),
    ),
    indexes=(("year", "unit"), ("unit",)),
)


@schemes.on(Scheme.Drafted, "content", "sha256")
def _drafted(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    content = json.dumps(e.content, ensure_ascii=False, sort_keys=True)
    return (int(year), unit, "drafted", e.sha256, content, None, None, "[]")


for _event in (
    Scheme.Screened,
    Scheme.Resolved,
    Scheme.Countersigned,
    Scheme.Ratified,
    Scheme.Returned,
):

    @schemes.on(_event, "sha256", "comment", "meeting", "attendees")
    def _stepped(
        stream: list[str], e: Any, step: str = _event.TOPIC.partition(".")[2]
    ) -> tuple[Any, ...]:
        _, year, unit = stream
        attendees = json.dumps(e.attendees, ensure_ascii=False)
        return (int(year), unit, step, e.sha256, None, e.comment, e.meeting, attendees)
