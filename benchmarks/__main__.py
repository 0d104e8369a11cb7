"""``python -m benchmarks``: build the demo city at two sizes, measure, print tables, write JSON."""

import json
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks.measuring import Measured, measured
from benchmarks.showing import tables

SMALLER = 10
"""How much smaller the first of the two sizes is."""

WIDE = 150
"""Characters a line, where nobody's window tells."""


@click.command()
@click.option(
    "--events",
    type=click.IntRange(min=1),
    default=120_000,
    show_default=True,
    help="About how many events the larger city has; the smaller one has a tenth of them.",
)
@click.option("--postgres", metavar="URL", help="Measure on this PostgreSQL database, too.")
@click.option("--json", "file", type=click.Path(dir_okay=False), help="Write the figures here.")
def main(events: int, postgres: str | None, file: str | None) -> None:
    """Measure in one run; figures of one run may be compared, seconds of two machines not."""
    sizes: list[Measured] = []
    with Console(stderr=True).status("measuring …") as status:
        for size in (events // SMALLER, events):
            sizes.append(measured(size, postgres, status.update))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    for table in tables(sizes):
        console.print(table)
    if file is not None:
        told = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "sizes": [size.as_json() for size in sizes],
        }
        Path(file).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    sys.exit(main())
