"""Decisions and their exceptions, with the eligibility that they cite.

An exception has a row of its own: of the decision it stands under, whose id it shares.
"""

import json
from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.decision import Decision
from projections.view import View

_COLUMNS = (
    Column("decision", Text),
    Column("kind", Text),
    Column("cadre", Text),
    Column("year", Integer),
    Column("unit", Text),
    Column("post", Text),
    Column("rank_level", Text),
    Column("title", Text),
    Column("reason", Text),
    Column("approver", Text),
    Column("proposer", Text),
    Column("meeting", Text),
    Column("paper", Text),
    Column("evidence", Text),
    Column("cited_position", Integer),
    Column("cited_root", Text),
    Column("cited_year", Integer),
    Column("cited_verdict", Text),
)

decisions = View(
    "decisions",
    version=1,
    columns=_COLUMNS,
    indexes=(("decision",), ("cadre", "year"), ("position",)),
)

_PAPERS = ("reason", "proposer", "meeting", "document", "evidence")
_TAKEN = ("cadre", "cited", *_PAPERS)


def _row(stream: list[str], kind: str, e: Any, **given: Any) -> tuple[Any, ...]:
    values = given | {
        "decision": stream[1],
        "kind": kind,
        "reason": e.reason,
        "proposer": e.proposer,
        "meeting": e.meeting,
        "paper": e.document,
        "evidence": json.dumps(e.evidence),
    }
    return tuple(values.get(column.name) for column in _COLUMNS)


def _taken(stream: list[str], kind: str, e: Any, **given: Any) -> tuple[Any, ...]:
    cited = {
        "cited_position": e.cited.position,
        "cited_root": e.cited.root,
        "cited_year": e.cited.year,
        "cited_verdict": e.cited.verdict,
    }
    return _row(stream, kind, e, cadre=e.cadre, **cited, **given)


@decisions.on(Decision.Commended, *_TAKEN, "year", "title")
def _commended(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _taken(stream, "commend", e, year=e.year, title=e.title)


@decisions.on(Decision.NamedTalent, *_TAKEN, "year", "title")
def _named_talent(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _taken(stream, "talent", e, year=e.year, title=e.title)


@decisions.on(Decision.SentToTraining, *_TAKEN, "year", "course")
def _sent_to_training(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _taken(stream, "train", e, year=e.year, title=e.course)


@decisions.on(Decision.Appointed, *_TAKEN, "post", "rank_level", "unit")
def _appointed(stream: list[str], e: Any) -> tuple[Any, ...]:
    given = {"post": e.post, "rank_level": e.rank_level, "unit": e.unit}
    return _taken(stream, "appoint", e, **given)


@decisions.on(Decision.Excepted, *_PAPERS, "approver")
def _excepted(stream: list[str], e: Any) -> tuple[Any, ...]:
    return _row(stream, "except", e, approver=e.approver)
