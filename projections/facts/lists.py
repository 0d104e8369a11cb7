"""The steps of work lists: handed in, approved, filed, sent back."""

import json
from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.work_list import WorkList
from projections.view import View

list_steps = View(
    "list_steps",
    version=1,
    columns=(
        Column("year", Integer),
        Column("cadre", Text),
        Column("unit", Text),
        Column("step", Text),
        Column("meeting", Text),
        Column("attendees", Text),
    ),
    indexes=(("cadre", "year"), ("year", "unit"), ("position",)),
)


@list_steps.on(WorkList.Submitted, "unit")
def _submitted(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, cadre = stream
    return (int(year), cadre, e.unit, "submitted", None, "[]")


for _event in (WorkList.Reviewed, WorkList.Resolved, WorkList.Filed, WorkList.Returned):

    @list_steps.on(_event, "unit", "meeting", "attendees")
    def _stepped(
        stream: list[str], e: Any, step: str = _event.TOPIC.partition(".")[2]
    ) -> tuple[Any, ...]:
        _, year, cadre = stream
        attendees = json.dumps(e.attendees, ensure_ascii=False)
        return (int(year), cadre, e.unit, step, e.meeting, attendees)
