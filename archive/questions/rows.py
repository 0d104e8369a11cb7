"""From what the projections return to rows with the contract's keys."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Row

from archive.questions.parts import part_of
from archive.questions.values import Points, time_of
from archive.store.mapper import FactMapper
from domain.rules.accountability import TalkDue
from domain.rules.finding import flat
from domain.sentence import Term
from domain.story import tell
from domain.times import SHANGHAI
from projections.audit import AuditLine
from projections.log import Row as Stored
from projections.ranking import Place, RankedCadre, place_of

EVENT = (
    "position", "stream", "version", "topic", "on", "known_at", "recorded_at", "by", "state",
)  # fmt: skip

_ROUNDS: Mapping[str | None, Term] = {"annual": Term("annual", "round_annual")}
"""The rounds that have a name of their own; a unit may call others as it likes."""


def rank_row(place: Place) -> dict[str, Any]:
    """Return a line of the ranking."""
    return {
        "unit": place.unit,
        "rank_level": place.rank_level,
        "rank": place.rank,
        "of": place.of,
        "cadre": place.cadre,
        "name": place.name,
        "performance": points_of(place.performance),
        "annual": points_of(place.annual),
        "half": Term(place.half),
        "grade": term_of(place.grade),
        "grade_status": term_of(place.grade_status),
        "policy": place.policy,
        "policy_sha256": place.policy_sha256,
    }


def reasons_row(line: RankedCadre) -> dict[str, Any]:
    """Return a line of the ranking with its findings."""
    findings = [inner for found in line.standing.findings for inner in flat(found)]
    return rank_row(place_of(line)) | {"findings": findings}


def audit_row(line: AuditLine) -> dict[str, Any]:
    """Return a line of the audit trail."""
    row = line.row
    return {
        "position": row.position,
        "source": Term(row.source),
        "year": row.year,
        "unit": row.unit,
        "round": _round(row.round),
        "rater": row.rater,
        "relation": Term(row.relation),
        "ratee": row.ratee,
        "dimension": row.dimension or None,
        "points": points_of(row.points),
        "on": date.fromisoformat(row.on),
        "known_at": time_of(row.known_at),
        "recorded_at": time_of(row.recorded_at),
        "legacy": bool(row.legacy),
        "document": row.document,
        "status": Term(line.status),
        "by_position": line.by_position,
        "reason": line.reason,
        "approver": line.approver,
    }


def _round(name: str | None) -> Term | str | None:
    return _ROUNDS.get(name) or name


def missing_row(row: Row[Any]) -> dict[str, Any]:
    """Return a score that was expected and never given; ``position`` is the round's opening."""
    return {
        "position": row.position,
        "source": Term("ballot"),
        "year": row.year,
        "unit": row.unit,
        "round": _round(row.round),
        "rater": row.rater,
        "relation": Term(row.relation),
        "ratee": row.ratee,
        "dimension": None,
        "points": None,
        "on": date.fromisoformat(row.on),
        "known_at": time_of(row.known_at),
        "recorded_at": time_of(row.recorded_at),
        "legacy": bool(row.legacy),
        "document": row.document,
        "status": Term("missing"),
        "by_position": None,
        "reason": None,
        "approver": None,
    }


def event_row(stored: Stored) -> dict[str, Any]:
    """Return a stored event as it stands in the log."""
    position, stream, version, topic, state = stored
    row: dict[str, Any] = dict.fromkeys(EVENT)
    row |= {"position": position, "stream": stream, "version": version, "topic": topic}
    try:
        content = msgspec.json.decode(state)
        common = msgspec.convert(content, _Common)
        return row | {
            "on": common.on,
            "known_at": common.known_at.astimezone(SHANGHAI),
            "recorded_at": common.timestamp.astimezone(SHANGHAI),
            "by": common.by,
            "state": content,
        }
    except (msgspec.MsgspecError, OverflowError):  # it is shown as it stands
        text = state if isinstance(state, str) else state.decode("utf-8", "backslashreplace")
        return row | {"state": text}


def record_row(stored: Stored, mapper: FactMapper) -> dict[str, Any]:
    """Return a stored event as a line of a cadre's timeline."""
    position, stream, version, topic, state = stored
    row = event_row(stored)
    return {
        "position": position,
        "on": row["on"],
        "known_at": row["known_at"],
        "recorded_at": row["recorded_at"],
        "event": row["topic"],
        "by": row["by"],
        "legacy": row["state"].get("legacy", False),
        "document": row["state"].get("source"),
        "unit": part_of(row, "unit"),
        "summary": tell(mapper.to_fact(StoredEvent(stream, version, topic, state))),
    }


def talk_row(talk: TalkDue) -> dict[str, Any]:
    """Return a talk that is due or was held."""
    return {
        "unit": talk.unit,
        "cadre": talk.cadre,
        "kind": Term(talk.kind),
        "talkers": [Term(role) for role in talk.talkers],
        "status": Term(talk.status),
        "annual": points_of(talk.annual),
        "rank": talk.rank,
        "of": talk.of,
        "due_on": talk.due,
        "evidence": list(talk.evidence),
    }


class _Common(msgspec.Struct):
    on: date
    timestamp: datetime
    known_at: datetime
    by: str


def points_of(hundredths: int | None) -> Points | None:
    """Return points as rows have them."""
    return None if hundredths is None else Points(hundredths)


def term_of(code: str | None) -> Term | None:
    """Return a code as rows have it."""
    return None if code is None else Term(code)
