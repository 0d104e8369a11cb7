"""``shiji spread``: how allowances spread within a rank level, or could."""

from typing import Any

import click

from archive.cli.options import YEAR, Options, asking, question_options
from archive.cli.output import Points, show
from archive.cli.rows import points_of
from archive.cli.unknown import note_unknown
from domain.rules.consistency import WHOLE
from domain.rules.finding import flat
from domain.rules.measured import published
from domain.rules.spread import Spread
from domain.sentence import Term
from projections.spread import Proposed, proposals, spreads

SPREAD = ("unit", "rank_level", "people", "pool", "paid", "definition", "spread", "verdict")
SPREAD_MORE = ("findings", "interpretations", "sensitive")
PROPOSED = (
    "unit", "rank_level", "cadre", "name", "basis", "value", "method", "coefficient", "standard",
    "amount", "reason",
)  # fmt: skip


@click.command()
@click.argument("year", type=YEAR)
@click.option("--unit", metavar="U", help="只看一个单位。")
@click.option("--propose", is_flag=True, help="按方案的依据和办法，提出不超总额、符合幅度的金额。")
@question_options
def spread(year: int, unit: str | None, propose: bool, options: Options) -> None:
    """补贴差异：同单位同职务层次的补贴总额、发放和差异幅度；或提出建议金额。"""
    with asking(options) as (_, reader):
        if propose:
            rows = [_proposed_row(line) for line in proposals(reader, year, unit)]
        else:
            rows = [_spread_row(found) for found in spreads(reader, year, unit)]
        note_unknown(reader, unit)
    if propose:
        show(rows, PROPOSED, options)  # with the evidence in --json
    else:
        show(rows, SPREAD if options.format == "table" else (*SPREAD, *SPREAD_MORE), options)


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
        "interpretations": [
            {"parameter": other.parameter, "value": other.value, "verdict": str(other.verdict)}
            for other in found.interpretations
        ],
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
