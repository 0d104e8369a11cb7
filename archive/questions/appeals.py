"""复核和申诉: reconsiderations and appeals, in time or late."""

from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.questions.declare import Answer, Question
from archive.questions.parameters import COUNTY, MINE, OWN_UNITS, UNIT, YEAR
from archive.questions.rows import term_of
from archive.questions.unknown import note_unknown
from domain.sentence import Term
from projections.appeals import Contested, appeals_of_year
from projections.reader import Reader

APPEALS = (
    "unit", "cadre", "stage", "filed_on", "file_by", "outcome", "decided_on", "decide_by",
    "received_on", "grade_before", "grade", "status",
)  # fmt: skip


def _appeals(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    rows = [_row(contested) for contested in appeals_of_year(reader, asked.year, asked.unit)]
    note_unknown(reader, asked.unit)
    return Answer(rows, (*APPEALS, "findings"), narrow=APPEALS)


def _row(contested: Contested) -> dict[str, Any]:
    request = contested.request
    return {
        "unit": contested.unit,
        "cadre": contested.cadre,
        "stage": Term(request.stage),
        "filed_on": request.filed,
        "file_by": request.file_by,
        "outcome": term_of(request.outcome),
        "decided_on": request.decided,
        "decide_by": request.decide_by,
        "extended_to": request.extended_to,
        "received_on": request.received,
        "grade_before": term_of(request.grade_before),
        "grade": term_of(request.grade_after or request.grade_before),
        "status": Term(request.status),
        "findings": list(request.findings),
        "evidence": list(request.evidence),
    }


QUESTIONS = (
    Question(
        "appeals",
        "复核和申诉：是否按期提出、按期决定，决定前后的等次。",
        _appeals,
        COUNTY + OWN_UNITS + MINE,
        year=YEAR,
        unit=UNIT,
    ),
)
