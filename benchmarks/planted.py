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
from archive.demo.found import Counted, Ranked, counted, ranked
from domain.lead import KINDS
from projections.as_of import AsOf
from projections.patterns.analysed import analyse
from projections.patterns.archived import archived
from projections.patterns.leads import KINDS as ALL_KINDS


@click.command()
@click.option("--units", type=click.IntRange(1, MOST_UNITS), default=20, show_default=True)
@click.option("--years", type=click.IntRange(3, MOST_YEARS), default=10, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(units: int, years: int, seed: int) -> None:
    """Print precision and recall by kind."""
    columns = ("planted", "found", "recall", "leads", "right", "precision", "in controls")
    table = Table("kind", *columns)
    counts, ranks = measured(units, years, seed)
    for one in counts:
        recall, precision = _share(one.recall), _share(one.precision)
        cells = (one.planted, one.found, recall, one.leads, one.right, precision, one.in_controls)
        table.add_row(one.kind, *map(str, cells))
    lists = Table("ranked list", "planted", "in as many first places", "share")
    for own in ranks:
        lists.add_row(own.kind, str(own.planted), str(own.first), _share(own.share))
    Console().print(table, lists)


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def measured(units: int, years: int, seed: int) -> tuple[list[Counted], list[Ranked]]:
    """Build a city, analyse its archive, and count what leads find and how lists rank."""
    made = city(units, years, seed)
    with TemporaryDirectory() as folder, Archive(folder, create=True) as archive:
        for outcome in archive.record(made.commands(COMMANDS)):
            if outcome.refusal:
                raise outcome.refusal
        with archive.ask(AsOf(date(made.years[-1] + 2, 1, 1))) as reader:
            panels = archived(reader, archive.views.engine)
    analysed = analyse(panels, seed, ALL_KINDS)
    return counted(made.labels, analysed.leads, KINDS), ranked(made.labels, analysed.found)


if __name__ == "__main__":
    sys.exit(main())
