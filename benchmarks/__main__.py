"""``python -m benchmarks``: build the demo city, measure, print a table and write JSON."""

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from archive.archive import Archive
from archive.demo.city import City, city
from benchmarks.figure import Figure, rounded
from benchmarks.questions import questions
from benchmarks.recording import recording
from benchmarks.views import views


@click.command()
@click.option("--units", default=20, show_default=True, help="Units of the city, 1 to 300.")
@click.option("--years", default=5, show_default=True, help="Years of the city, 1 to 12.")
@click.option("--json", "file", type=click.Path(dir_okay=False), help="Write the figures here.")
def main(units: int, years: int, file: str | None) -> None:
    """Measure in one run; figures of one run may be compared, seconds of two machines not."""
    try:
        made = city(units, years)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    size = {"units": units, "years": years}
    with TemporaryDirectory() as folder:
        figures = []
        with Console(stderr=True).status("measuring …") as status:
            for figure in _measured(made, Path(folder)):
                figures.append(figure)
                status.update(figure.what)
        with Archive(Path(folder)) as archive:
            size["events"] = archive.log.last_position()
    Console().print(_table(figures, size))
    if file is not None:
        told = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": _machine(),
            "city": size,
            "figures": [figure.as_json() for figure in figures],
        }
        Path(file).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _measured(made: City, folder: Path) -> Iterator[Figure]:
    with Archive(folder, create=True) as archive:
        yield from recording(archive, made, folder)
    with Archive(folder) as archive:
        yield from views(archive, folder)
        yield from questions(archive, made)


def _table(figures: list[Figure], size: dict[str, int]) -> Table:
    machine = ", ".join(f"{key} {value}" for key, value in _machine().items())
    sizes = ", ".join(f"{value:,} {key}" for key, value in size.items())
    table = Table(title=sizes, caption=machine, title_justify="left", caption_justify="left")
    for heading in ("what", "figure", "", "beside", "figure", "ratio"):
        table.add_column(heading, justify="right" if heading in ("figure", "ratio") else "left")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        other = "" if figure.other is None else _shown(figure.other)
        table.add_row(figure.what, _shown(figure.value), figure.unit, figure.beside, other, ratio)
    return table


def _shown(value: float) -> str:
    return f"{rounded(value):,}"


def _machine() -> dict[str, Any]:
    return {
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    sys.exit(main())
