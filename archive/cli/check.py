"""``shiji check``: what isn't in order in a year's procedure."""

from typing import Any

import click

from archive.cli.options import Options, asking, question_options
from archive.cli.output import show
from archive.cli.unknown import note_unknown
from domain.rules.conformance.checks import Checked
from domain.sentence import Term
from projections.conformance import OUT_OF_ORDER, checks_of_year

CHECK = (
    "check", "rule", "unit", "cadre", "year", "verdict", "found", "needed", "clause", "evidence",
)  # fmt: skip


@click.command()
@click.argument("year", type=click.IntRange(1949, 2200))
@click.option("--unit", metavar="U", help="只看一个单位。")
@click.option("--all", "everything", is_flag=True, help="符合和不适用的也列出。")
@question_options
def check(year: int, unit: str | None, everything: bool, options: Options) -> None:
    """程序审查：谁审批的、先后是否合规、该办的办了没有；只列不符合和材料不足的。"""
    with asking(options) as (_, reader):
        found = checks_of_year(reader, year, unit)
        note_unknown(reader, unit)
    rows = [_row(one) for one in found if everything or one.finding.verdict in OUT_OF_ORDER]
    keys = [key for key in CHECK if options.format != "table" or key not in _NOT_IN_TABLES]
    show(rows, keys, options)


_NOT_IN_TABLES = ("year", "clause", "evidence")  # it is asked for one year; --json has the rest


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
