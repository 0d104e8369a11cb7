"""方案审批: where each unit's scheme of a year stands."""

from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.questions.declare import Answer, Question
from archive.questions.parameters import COUNTY, OWN_UNITS, UNIT, YEAR
from archive.questions.unknown import note_unknown
from domain.sentence import Term
from projections.reader import Reader
from projections.scheme_steps import SchemeOfYear, schemes_of_year

STEPS = ("drafted", "screened", "resolved", "countersigned", "ratified", "returned")
NARROW = ("unit", "unit_name", "scheme_state", *STEPS, "evidence")
SCHEMES = (*NARROW, "sha256")


def _schemes(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    found = schemes_of_year(reader, asked.year, asked.unit)
    note_unknown(reader, asked.unit)
    return Answer([_row(scheme) for scheme in found], SCHEMES, narrow=NARROW)


def _row(scheme: SchemeOfYear) -> dict[str, Any]:
    """Return a unit's scheme; each step by the day on which it was taken last."""
    last = {step.step: step.on for step in scheme.steps}
    state = Term(scheme.state, "no_scheme" if scheme.state == "not_begun" else None)
    return {
        "unit": scheme.unit,
        "unit_name": scheme.name,
        "scheme_state": state,
        **{step: last.get(step) for step in STEPS},
        "sha256": scheme.sha256,
        "evidence": [step.position for step in scheme.steps],
        "steps": [
            {
                "step": Term(step.step),
                "by": step.by,
                "on": step.on,
                "comment": step.comment,
                "meeting": step.meeting,
                "position": step.position,
            }
            for step in scheme.steps
        ],
    }


QUESTIONS = (
    Question(
        "schemes",
        "方案审批：各单位的考核方案走到了哪一步，每一步在哪一天。",
        _schemes,
        COUNTY + OWN_UNITS,
        year=YEAR,
        unit=UNIT,
    ),
)
