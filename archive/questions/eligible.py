"""资格审查: whether a cadre may be promoted, commended, trained or named talent."""

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any, get_args

from archive.archive import Archive
from archive.fields import Choice, year
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.parameters import CADRE, COUNTY, MINE, OWN_UNITS
from archive.questions.unknown import note_unknown
from domain.rules import eligibility as rules
from domain.rules.finding import Finding
from domain.sentence import Term, term
from projections.eligibility import eligibility
from projections.reader import Reader

FINDING = ("rule", "verdict", "soft", "found", "needed", "clause", "evidence")


def _eligible(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    answer = eligibility(reader, asked.purpose, asked.cadre, asked.year)
    note_unknown(reader, None, asked.cadre)
    as_of = reader.as_of
    position = archive.views.position() if as_of.position is None else as_of.position
    one = {
        "cadre": asked.cadre,
        "for": asked.purpose,
        **answered(answer),
        "as_of": as_of.moment or as_of.today,
        "position": position,
    }
    return Answer([finding_row(found) for found in answer.findings], FINDING, one=one, found=answer)


def finding_row(found: Finding) -> dict[str, Any]:
    """Return a finding as a row of its own."""
    return {
        "rule": found.rule,
        "verdict": str(found.verdict),
        "soft": found.soft,
        "found": found.found,
        "needed": found.needed,
        "clause": found.clause,
        "evidence": list(found.evidence),
    }


def reading_row(other: rules.Interpretation) -> dict[str, Any]:
    """Return another reading of a parameter and its verdict, as codes that have their words."""
    own = f"reading_{other.value}"
    return {
        "parameter": Term(other.parameter, f"reading_{other.parameter}"),
        "value": Term(other.value, own if term(own) != own else None),
        "verdict": Term(other.verdict),
    }


def answered(answer: rules.Answer) -> dict[str, Any]:
    """Return what an answer about eligibility says."""
    return {
        "verdict": str(answer.verdict),
        "findings": answer.findings,
        "interpretations": [reading_row(other) for other in answer.interpretations],
        "sensitive": answer.sensitive,
        "policies": [asdict(judged_by) for judged_by in answer.judged_by],
    }


QUESTIONS = (
    Question(
        "eligible",
        "资格审查：提拔、表彰、参训、优秀人才，逐条列出依据。",
        _eligible,
        COUNTY + OWN_UNITS + MINE,
        settled=True,
        cadre=CADRE,
        purpose=Parameter(Choice(get_args(rules.Purpose)), "审查什么。", flag="for"),
        year=Parameter(year(required=False), "审查期的最后一年；默认为本单位最近结账的年度。"),
    ),
)
