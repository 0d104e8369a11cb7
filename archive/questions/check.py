"""程序审查: what isn't in order in a year's procedure."""

from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.fields import Flag
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.parameters import COUNTY, OWN_UNITS, UNIT, YEAR
from archive.questions.unknown import note_unknown
from domain.rules.conformance.checks import Checked
from domain.sentence import Term
from projections.conformance import OUT_OF_ORDER, checks_of_year
from projections.reader import Reader

NARROW = ("check", "rule", "unit", "cadre", "verdict", "found", "needed")
CHECK = (
    "check",
    "rule",
    "unit",
    "cadre",
    "year",
    "verdict",
    "found",
    "needed",
    "clause",
    "evidence",
)


def _check(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    found = checks_of_year(reader, asked.year, asked.unit)
    note_unknown(reader, asked.unit)
    rows = [_row(one) for one in found if asked.all or one.finding.verdict in OUT_OF_ORDER]
    return Answer(rows, CHECK, narrow=NARROW)


def _row(one: Checked) -> dict[str, Any]:
    finding = one.finding
    return {
        "check": Term(one.check, f"check_{one.check}"),
        "rule": finding.rule,
        "unit": one.unit,
        "cadre": one.cadre,
        "year": one.year,
        "verdict": Term(finding.verdict),
        "found": finding.found,
        "needed": finding.needed,
        "clause": finding.clause,
        "evidence": list(finding.evidence),
    }


QUESTIONS = (
    Question(
        "check",
        "程序审查：谁审批的、先后是否合规、该办的办了没有；只列不符合和材料不足的。",
        _check,
        COUNTY + OWN_UNITS,
        year=YEAR,
        unit=UNIT,
        all=Parameter(Flag(required=False), "符合和不适用的也列出。"),
    ),
)
