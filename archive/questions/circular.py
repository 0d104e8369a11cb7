"""双通报: the dual circular on work logs, ready to be issued."""

from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.fields import Id, PeriodOf
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.parameters import COUNTY, OWN_UNITS
from archive.questions.unknown import note_unknown
from archive.questions.values import Points
from domain.rules.consistency import WHOLE
from domain.rules.measured import published
from domain.sentence import Term
from projections.circulars import SUBJECTS, DualCircular, Logged, Subject, dual_circular
from projections.reader import Reader

TABLES: dict[Subject, tuple[str, ...]] = {
    "log_completion": ("cadre", "name", "entered", "rated", "unrated", "completion"),
    "log_rating": ("cadre", "name", "ratings", "mean"),
}
ALL = (
    "table",
    "unit",
    "period",
    *dict.fromkeys((*TABLES["log_completion"], *TABLES["log_rating"])),
)


def _circular(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    found = dual_circular(reader, asked.unit, asked.period)
    note_unknown(reader, asked.unit)
    rows = [_row(found, subject, line) for subject in SUBJECTS for line in found.logged]
    return Answer(rows, (*ALL, "issued"), narrow=ALL, found=found)


def _row(found: DualCircular, subject: Subject, line: Logged) -> dict[str, Any]:
    """Return a line of one of the tables; what the other one tells is left empty."""
    row = dict.fromkeys(ALL) | {
        "table": Term(subject),
        "unit": found.unit,
        "period": found.period.text,
        "cadre": line.cadre,
        "name": line.name,
    }
    if subject == "log_completion":
        share = line.completion
        row |= {
            "entered": line.entered,
            "rated": line.rated,
            "unrated": line.entered - line.rated,
            "completion": None if share is None else Points(published(share * WHOLE)),
        }
    else:
        mean = line.mean
        row |= {
            "ratings": len(line.ratings),
            "mean": None if mean is None else Points(published(mean)),
        }
    issued = found.issued.get(subject)
    return row | {"issued": issued[0] if issued else None, "evidence": list(line.evidence)}


QUESTIONS = (
    Question(
        "circular",
        "双通报：一个单位一段时间（2018、2018-H1、2018-Q2、2018-06）的日志完成和评分情况。",
        _circular,
        COUNTY + OWN_UNITS,
        unit=Parameter(Id(), "单位编号。", argument=True),
        period=Parameter(PeriodOf(), "年度、半年、季度或月份。", argument=True),
    ),
)
