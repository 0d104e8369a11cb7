"""决定: what each decision rested on when it was taken; and the dossier of one."""

from types import SimpleNamespace
from typing import Any

from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from archive.fields import Id, Years
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.eligible import FINDING, answered, finding_row
from archive.questions.parameters import COUNTY, MINE, OWN_UNITS, UNIT
from archive.questions.rows import points_of, record_row, term_of
from archive.questions.unknown import note_unknown
from archive.questions.values import time_of
from domain.decision import Cited, Taken
from domain.refusal import Refusal
from domain.sentence import Term, say
from projections.decisions import DecisionTaken, Which, taken
from projections.dossier import Change, Dossier, dossier, met_by
from projections.facts import decisions as decisions_view
from projections.ranking import RankedCadre, names_of
from projections.reader import Reader

DECISIONS = (
    "decision", "kind", "cadre", "name", "unit", "year", "on", "verdict_then", "verdict_now",
    "exception", "position",
)  # fmt: skip


def _decisions(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    first, last = asked.years or (None, None)
    found = taken(reader, Which(first, last, asked.unit))
    names = names_of(reader, [decision.cadre for decision in found])
    note_unknown(reader, asked.unit)
    rows = [_decision_row(decision, names.get(decision.cadre, "")) for decision in found]
    return Answer(rows, DECISIONS)


def _dossier(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    found = dossier(reader, *_taken(archive, reader, asked.decision))
    name = names_of(reader, [found.decision.cadre]).get(found.decision.cadre, "")
    events = {row[0]: row for row in archive.events(found.events)}
    since = [record_row(events[position], archive.mapper) for position in found.events]
    rows = [finding_row(one) for one in found.then.findings]
    return Answer(rows, FINDING, one=_dossier_object(found, name, since), found=found)


def _taken(archive: Archive, reader: Reader, decision: str) -> tuple[DecisionTaken, Cited]:
    """Return the decision that stands under this id, and what its event cites."""
    found = taken(reader, Which(decision=decision))
    if not found:
        ever = reader.rows(decisions_view, decisions_view.table.c.decision == decision)
        raise Refusal(say("decision_withdrawn" if ever else "no_such_decision", decision=decision))
    ((_, stream, version, topic, state),) = archive.events([found[-1].position])
    event = archive.mapper.to_fact(StoredEvent(stream, version, topic, state))
    if not isinstance(event, Taken):
        raise TypeError(f"{topic} is no decision")
    return found[-1], event.cited


def _decision_row(decision: DecisionTaken, name: str) -> dict[str, Any]:
    return {
        "decision": decision.decision,
        "kind": Term(decision.kind),
        "cadre": decision.cadre,
        "name": name,
        "unit": decision.unit,
        "year": decision.year,
        "on": decision.on,
        "verdict_then": Term(decision.then.verdict),
        "verdict_now": Term(decision.now.verdict),
        "exception": decision.exception.reason if decision.exception else None,
        "position": decision.position,
    }


def _dossier_object(found: Dossier, name: str, since: list[dict[str, Any]]) -> dict[str, Any]:
    decision, cited, exception = found.decision, found.cited, found.decision.exception
    return _decision_row(decision, name) | {
        "known_at": time_of(decision.known_at),
        "recorded_at": time_of(decision.recorded_at),
        "by": decision.by,
        "legacy": decision.legacy,
        "source": decision.source,
        **papers(decision),
        "evidence": list(decision.evidence),
        "cited": {
            "position": cited.position,
            "root": cited.root,
            "purpose": cited.purpose,
            "year": cited.year,
            "verdict": cited.verdict,
            "findings": [
                {"rule": f.rule, "verdict": f.verdict, "found": f.found} for f in cited.findings
            ],
            "agrees": not found.differences,
            "differences": [
                {"rule": d.rule, "cited": d.cited, "recomputed": d.recomputed}
                for d in found.differences
            ],
        },
        "exception": exception
        and {
            "reason": exception.reason,
            "approver": exception.approver,
            "on": exception.on,
            "position": exception.position,
        },
        "for": cited.purpose,
        **answered(found.then),
        "met_by": met_by(found.then.finding),
        "standing": found.standing and standing_row(found.standing),
        "peers": [standing_row(p.ranked) | {"verdict": Term(p.verdict)} for p in found.peers],
        "changes": [change_row(change) for change in found.changes],
        "events": since,
    }


def papers(decision: DecisionTaken) -> dict[str, Any]:
    """Return what the decision says of itself."""
    return {
        "title": decision.title,
        "post": decision.post,
        "rank_level": decision.rank_level,
        "document": decision.document,
        "meeting": decision.meeting,
        "proposer": decision.proposer,
        "reason": decision.reason,
    }


def standing_row(ranked: RankedCadre) -> dict[str, Any]:
    standing = ranked.standing
    return {
        "cadre": standing.cadre,
        "name": ranked.name,
        "rank_level": standing.rank_level,
        "rank": standing.rank,
        "of": standing.of,
        "performance": points_of(standing.performance),
        "annual": points_of(standing.annual),
        "half": Term(standing.half),
        "grade": term_of(standing.grade),
    }


def change_row(change: Change) -> dict[str, Any]:
    then, now = change.then, change.now
    return {
        "rule": change.rule,
        "verdict_then": term_of(then.verdict if then else None),
        "verdict_now": term_of(now.verdict if now else None),
        "found_then": then.found if then else None,
        "found_now": now.found if now else None,
        "events": list(change.events),
    }


QUESTIONS = (
    Question(
        "decisions",
        "决定：表彰、优秀人才、参训、任用，作出时和现在是否符合条件；年份为作出决定的年份。",
        _decisions,
        COUNTY + OWN_UNITS + MINE,
        years=Parameter(Years(required=False), "作出决定的年份。", "[FROM-TO]", argument=True),
        unit=UNIT,
    ),
    Question(
        "dossier",
        "决定案卷：一项决定作出时的依据、同层次干部当时的情况和此后的变化。",
        _dossier,
        COUNTY,
        raters=True,
        decision=Parameter(Id(), "决定编号。", argument=True),
    ),
)
