"""实绩档案 and 入档事件: everything recorded about a cadre, and events as they stand in the log."""

from types import SimpleNamespace

from archive.archive import Archive
from archive.fields import Whole
from archive.form import ListOf
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.parameters import CADRE, COUNTY, MINE, ONE_YEAR, OWN_SHEETS, OWN_UNITS
from archive.questions.rows import EVENT, event_row, record_row
from archive.questions.unknown import note_unknown
from domain.sentence import say
from projections.reader import Reader
from projections.timeline import record_positions

RECORD = (
    "position", "on", "known_at", "recorded_at", "event", "by", "legacy", "document", "summary",
)  # fmt: skip
LAST = 2**63 - 1


def _record(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    positions = record_positions(reader, asked.cadre, asked.year)
    note_unknown(reader, None, asked.cadre)
    events = {row[0]: row for row in archive.events(positions)}
    return Answer([record_row(events[at], archive.mapper) for at in positions], RECORD)


def _event(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    as_of = reader.as_of
    rows = [
        row
        for row in map(event_row, archive.events(asked.positions))
        if (as_of.position is None or row["position"] <= as_of.position)
        and (as_of.moment is None or (row["known_at"] and row["known_at"] <= as_of.moment))
    ]
    absent = sorted(set(asked.positions) - {row["position"] for row in rows})
    if absent:
        reader.notes.append(say("events_absent", positions=tuple(absent)))
    return Answer(rows, EVENT)


QUESTIONS = (
    Question(
        "record",
        "实绩档案：一名干部的全部记录，按知悉先后。",
        _record,
        COUNTY + OWN_UNITS + MINE,
        raters=True,
        cadre=CADRE,
        year=ONE_YEAR,
    ),
    Question(
        "event",
        "入档事件：按位置列出事件原文。",
        _event,
        COUNTY + OWN_UNITS + MINE + OWN_SHEETS,
        raters=True,
        positions=Parameter(ListOf(Whole(1, LAST)), "事件的位置。", argument=True),
    ),
)
