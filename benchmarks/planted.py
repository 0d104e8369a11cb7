"""``python -m benchmarks.planted``: what leads find of what is planted in a simulated city."""

import sys
from datetime import date
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import MOST_UNITS, MOST_YEARS, city
from archive.demo.found import Counted, counted
from domain.lead import KINDS
from projections.as_of import AsOf
from projections.patterns.analysed import analyse
from projections.patterns.archived import archived


@click.command()
@click.option("--units", type=click.IntRange(1, MOST_UNITS), default=20, show_default=True)
@click.option("--years", type=click.IntRange(3, MOST_YEARS), default=10, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(units: int, years: int, seed: int) -> None:
    """Print precision and recall by kind."""
    columns = ("planted", "found", "recall", "leads", "right", "precision", "in controls")
    table = Table("kind", *columns)
    for one in measured(units, years, seed):
        shares = ("—" if x is None else f"{x:.2f}" for x in (one.recall, one.precision))
        recall, precision = shares
        counts = (one.planted, one.found, recall, one.leads, one.right, precision, one.in_controls)
        table.add_row(one.kind, *map(str, counts))
    Console().print(table)


def measured(units: int, years: int, seed: int) -> list[Counted]:
    """Build a city, analyse its archive, and count what the leads find."""
    made = city(units, years, seed)
    with TemporaryDirectory() as folder, Archive(folder, create=True) as archive:
        for outcome in archive.record(made.commands(COMMANDS)):
            if outcome.refusal:
                raise outcome.refusal
        with archive.ask(AsOf(date(made.years[-1] + 2, 1, 1))) as reader:
            panels = archived(reader, archive.views.engine)
    return counted(made.labels, analyse(panels, seed, KINDS).leads, KINDS)


if __name__ == "__main__":
    sys.exit(main())
