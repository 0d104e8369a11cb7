"""Everything that is measured of one city, on each store."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.archive import Archive
from archive.copying import copy_log
from archive.demo.city import MOST_UNITS, City, city
from archive.store.location import open_log
from archive.streams import CLOSING_TOPICS
from benchmarks.figure import Figure
from benchmarks.pages import pages
from benchmarks.questions import questions
from benchmarks.recording import bulk, recording
from benchmarks.sealing import sealing
from benchmarks.server import bytes_an_event, dropped
from benchmarks.spreading import spread_out
from benchmarks.views import views

A_UNIT_YEAR = 3_240
"""Events, about; a unit of the demo city makes them in a year."""

FEWEST_YEARS, FEW_YEARS, YEARS = 3, 5, 10
"""How many years a city has: the smallest, where there is one unit only; a small one; others."""

BULK = 10_000
"""Events of each kind of bulk recording."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one city by store."""

    units: int
    years: int
    events: int
    figures: dict[str, list[Figure]]

    def as_json(self) -> dict[str, Any]:
        """Return them as JSON has them."""
        return {
            "units": self.units,
            "years": self.years,
            "events": self.events,
            "figures": {
                store: [figure.as_json() for figure in figures]
                for store, figures in self.figures.items()
            },
        }


def city_of(events: int) -> City:
    """Return a city of about so many events."""
    years = YEARS if events >= 50 * YEARS * A_UNIT_YEAR else FEW_YEARS
    units = min(MOST_UNITS, round(events / A_UNIT_YEAR / years))
    return city(units, years) if units > 1 else city(1, FEWEST_YEARS)


def measured(events: int, postgres: str | None, tell: Callable[[str], object]) -> Measured:
    """Build a city of about so many events and measure it.

    Args:
        postgres: a database in which a schema of our own may be made and dropped.
        tell: told what was measured last.
    """
    made = city_of(events)
    figures: dict[str, list[Figure]] = {}

    def note(store: str, found: Iterator[Figure]) -> None:
        for figure in found:
            figures.setdefault(store, []).append(figure)
            tell(f"{store}: {figure.what}")

    with TemporaryDirectory() as name:
        folder = Path(name)
        with Archive(folder / "city", create=True) as archive:
            note("SQLite", recording(archive, made, folder))
            count = archive.log.last_position()
        note("SQLite", bulk(str(folder / "bulk"), folder, BULK))
        note("SQLite", asked(str(folder / "city"), made))
        note("SQLite", spread_out(str(folder / "city"), str(folder / "spread")))
        if postgres:
            with dropped(postgres, "shiji_benchmark") as location:
                note("PostgreSQL", copied(folder / "city", location))
                note("PostgreSQL", asked(location, made))
            with dropped(postgres, "shiji_benchmark_bulk") as location:
                note("PostgreSQL", bulk(location, folder, BULK))
    return Measured(made.units, len(made.years), count, figures)


def asked(location: str, made: City) -> Iterator[Figure]:
    """Measure a city's views, the questions asked of them, the desk's pages, and the ledger."""
    with Archive(location) as archive:
        yield from views(archive, location)
        yield from questions(archive, made)
        yield from pages(archive, location, made)
        yield from sealing(archive, location)


def copied(source: Path, location: str) -> Iterator[Figure]:
    """Copy the city's log to PostgreSQL, and measure what it takes there."""
    with (
        closing(open_log(source)) as ours,
        closing(open_log(location, create=True, closing_topics=CLOSING_TOPICS)) as theirs,
    ):
        report = copy_log(ours, theirs)
        yield Figure("copying a log, compared", report.events / report.seconds, "events/s")
    yield Figure("an event in the log, indexes included", bytes_an_event(location), "bytes")
