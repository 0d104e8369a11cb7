"""评分审计: who scored whom, with corrections and voids, and who didn't."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.fields import Choice, Flag, Id
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.parameters import ONE_YEAR
from archive.questions.rows import audit_row, missing_row
from archive.questions.unknown import note_unknown
from archive.who import AUDITOR, everywhere, oneself
from domain.refusal import Refusal
from projections.audit import Which, missing_scores, who_scored_whom
from projections.reader import Reader

AUDIT = (
    "position", "source", "year", "unit", "round", "rater", "relation", "ratee", "dimension",
    "points", "on", "known_at", "recorded_at", "legacy", "document", "status", "by_position",
    "reason", "approver",
)  # fmt: skip


def _audit(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    which = Which(asked.ratee, asked.rater, asked.unit, asked.year, asked.round, asked.source)
    note_unknown(reader, asked.unit, asked.ratee, asked.rater)
    if asked.missing:
        rows = [missing_row(row) for row in missing_scores(reader, which)]
    else:
        rows = [audit_row(line) for line in who_scored_whom(reader, which)]
    _add_leaves(rows, archive, reader)
    return Answer(rows, AUDIT)


def _add_leaves(rows: Sequence[dict[str, Any]], archive: Archive, reader: Reader) -> None:
    """Add each event's leaf in the ledger; trouble with the ledger is a note."""
    leaf_of: Callable[[int], int | None] = lambda _: None  # noqa: E731
    try:
        if ledger := archive.ledger():
            leaf_of = ledger.runs().leaf_of
    except Refusal as refusal:
        reader.notes.append(refusal.sentence)
    for row in rows:
        row["leaf"] = leaf_of(row["position"])


QUESTIONS = (
    Question(
        "audit",
        "评分审计：谁给谁评了多少分，更正和作废一并列出。",
        _audit,
        everywhere(AUDITOR) + oneself("rater"),
        raters=True,
        ratee=Parameter(Id(required=False), "被评人。", "C"),
        rater=Parameter(Id(required=False), "评分人。", "C"),
        unit=Parameter(Id(required=False), "单位。", "U"),
        year=ONE_YEAR,
        round=Parameter(Id(required=False), "轮次。", "R"),
        source=Parameter(Choice(("ballot", "log", "item"), required=False), "评分来源。"),
        missing=Parameter(Flag(required=False), "应评而未评的。"),
    ),
)
