"""补贴差异: how allowances spread within a rank level, or could."""

from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.fields import Flag
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.eligible import reading_row
from archive.questions.parameters import COUNTY, OWN_UNITS, UNIT, YEAR
from archive.questions.rows import points_of
from archive.questions.unknown import note_unknown
from archive.questions.values import Points
from domain.rules.consistency import WHOLE
from domain.rules.finding import flat
from domain.rules.measured import published
from domain.rules.spread import Spread
from domain.sentence import Term
from projections.reader import Reader
from projections.spread import Proposed, proposals, spreads

SPREAD = ("unit", "rank_level", "people", "pool", "paid", "definition", "spread", "verdict")
SPREAD_MORE = ("findings", "interpretations", "sensitive")
PROPOSED = (
    "unit", "rank_level", "cadre", "name", "basis", "value", "method", "coefficient", "standard",
    "amount", "reason",
)  # fmt: skip


def _spread(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    note_unknown(reader, asked.unit)
    if asked.propose:
        lines = proposals(reader, asked.year, asked.unit)
        return Answer([_proposed_row(line) for line in lines], PROPOSED)
    rows = [_spread_row(found) for found in spreads(reader, asked.year, asked.unit)]
    return Answer(rows, (*SPREAD, *SPREAD_MORE), narrow=SPREAD)


def _spread_row(found: Spread) -> dict[str, Any]:
    """Return what a rank level was paid; money in yuan, the spread in percent."""
    pool = found.pool
    ratio = found.spread
    return {
        "unit": pool.unit,
        "rank_level": pool.rank_level,
        "people": len(pool.standards),
        "pool": points_of(pool.total),
        "paid": Points(found.paid),
        "definition": Term(found.definition),
        "spread": None if ratio is None else Points(published(ratio * WHOLE)),
        "verdict": Term(found.finding.verdict),
        "findings": list(flat(found.finding)),
        "interpretations": [reading_row(other) for other in found.interpretations],
        "sensitive": found.sensitive,
    }


def _proposed_row(line: Proposed) -> dict[str, Any]:
    """Return what one person is proposed; money in yuan."""
    return {
        "unit": line.unit,
        "rank_level": line.rank_level,
        "cadre": line.cadre,
        "name": line.name,
        "basis": Term(line.basis),
        "value": _value(line),
        "method": Term(line.method),
        "coefficient": None if line.coefficient is None else float(line.coefficient),
        "standard": Points(line.standard),
        "amount": points_of(line.amount),
        "reason": line.reason,
        "evidence": list(line.evidence),
    }


def _value(line: Proposed) -> Points | Term | int | None:
    if isinstance(line.value, str):
        return Term(line.value)
    return line.value if line.basis == "rank" else points_of(line.value)


QUESTIONS = (
    Question(
        "spread",
        "补贴差异：同单位同职务层次的补贴总额、发放和差异幅度；或提出建议金额。",
        _spread,
        COUNTY + OWN_UNITS,
        settled=True,
        year=YEAR,
        unit=UNIT,
        propose=Parameter(
            Flag(required=False), "按方案的依据和办法，提出不超总额、符合幅度的金额。"
        ),
    ),
)
