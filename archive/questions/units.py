"""单位年度: how each unit implemented, was supervised and closed a year."""

from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.questions.declare import Answer, Question
from archive.questions.parameters import COUNTY, OWN_UNITS, YEAR
from archive.questions.rows import points_of
from archive.questions.values import Points
from projections.reader import Reader
from projections.units import UnitOfYear, units_of_year

UNITS = (
    "unit", "unit_name", "points", "deductions", "net", "talks", "reminders", "admonitions",
    "demoted", "to_non_leading", "circulars", "comments", "inspections", "feedback", "closed_on",
    "years_closed",
)  # fmt: skip


def _units(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    return Answer([_row(unit) for unit in units_of_year(reader, asked.year)], UNITS)


def _row(unit: UnitOfYear) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "unit_name": unit.name,
        "points": points_of(unit.points),
        "deductions": Points(unit.deductions),
        "net": points_of(unit.net),
        "talks": unit.talks.total(),
        "reminders": unit.talks["reminder"],
        "admonitions": unit.talks["admonition"],
        "demoted": unit.reassigned["demoted"],
        "to_non_leading": unit.reassigned["non_leading"],
        "circulars": unit.supervised["circular"],
        "comments": unit.supervised["meeting_comment"],
        "inspections": unit.supervised["inspection"],
        "feedback": unit.supervised["feedback"],
        "closed_on": unit.closed,
        "years_closed": unit.years_closed,
        "evidence": list(unit.evidence),
    }


QUESTIONS = (
    Question(
        "units",
        "单位年度：实施得分和扣分、谈话和调整、通报点评督办、是否结账。",
        _units,
        COUNTY + OWN_UNITS,
        year=YEAR,
    ),
)
