"""Facts withdrawn because they were recorded in error."""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.allowance import Allowance
from domain.cadre import Cadre
from domain.decision import Decision
from domain.service import Service
from domain.supervision import Supervision
from domain.talk import Talk
from domain.work_list import WorkList
from domain.work_log import WorkLog
from domain.year import Year
from projections.view import View

withdrawals = View(
    "withdrawals",
    version=1,
    columns=(
        Column("withdrawn", Integer),
        Column("reason", Text),
        Column("approver", Text),
    ),
    indexes=(("withdrawn",),),
)


def _withdrawn(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (e.withdrawn, e.reason, e.approver)


_STREAMS = (Cadre, Service, Year, WorkList, WorkLog, Talk, Allowance, Supervision, Decision)
for _stream in _STREAMS:
    withdrawals.on(_stream.Withdrawn, "withdrawn", "reason", "approver")(_withdrawn)
