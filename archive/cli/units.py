"""``shiji units``: how each unit implemented, was supervised and closed a year."""

from typing import Any

import click

from archive.cli.options import YEAR, Options, asking, question_options
from archive.cli.output import Points, show
from archive.cli.rows import points_of
from projections.units import UnitOfYear, units_of_year

UNITS = (
    "unit", "unit_name", "points", "deductions", "net", "talks", "reminders", "admonitions",
    "demoted", "to_non_leading", "circulars", "comments", "inspections", "feedback", "closed_on",
    "years_closed",
)  # fmt: skip


@click.command()
@click.argument("year", type=YEAR)
@question_options
def units(year: int, options: Options) -> None:
    """单位年度：实施得分和扣分、谈话和调整、通报点评督办、是否结账。"""
    with asking(options) as (_, reader):
        rows = [_row(unit) for unit in units_of_year(reader, year)]
    show(rows, UNITS, options)  # with all talks and the evidence in --json


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
