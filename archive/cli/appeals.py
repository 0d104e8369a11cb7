"""``shiji appeals``: reconsiderations and appeals, in time or late."""

from typing import Any

import click

from archive.cli.options import YEAR, Options, asking, question_options
from archive.cli.output import show
from archive.cli.rows import term_of
from archive.cli.unknown import note_unknown
from domain.sentence import Term
from projections.appeals import Contested, appeals_of_year

APPEALS = (
    "unit", "cadre", "stage", "filed_on", "file_by", "outcome", "decided_on", "decide_by",
    "received_on", "grade_before", "grade", "status",
)  # fmt: skip


@click.command()
@click.argument("year", type=YEAR)
@click.option("--unit", metavar="U", help="只看一个单位。")
@question_options
def appeals(year: int, unit: str | None, options: Options) -> None:
    """复核和申诉：是否按期提出、按期决定，决定前后的等次。"""
    with asking(options) as (_, reader):
        rows = [_row(contested) for contested in appeals_of_year(reader, year, unit)]
        note_unknown(reader, unit)
    show(rows, APPEALS if options.format == "table" else (*APPEALS, "findings"), options)


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
