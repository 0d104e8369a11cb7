"""Rebuilding every view, beside the raw scan, the stock way, and the limit for writing its rows."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection

from archive.archive import Archive
from benchmarks.figure import Figure, seconds
from benchmarks.stock import projected
from domain.ballot import Ballot
from domain.fact import Fact
from domain.work_log import WorkLog
from projections.facts import VIEWS

ROUNDS = 3
STOCK_EVENTS = 2_000
PLAIN = {Ballot.Scored.TOPIC, WorkLog.Entered.TOPIC, WorkLog.Rated.TOPIC}
"""Most of a city's events, and all that the stock transcoder can take."""


def views(archive: Archive, location: str) -> Iterator[Figure]:
    """Rebuild in a process of its own; rounds alternate, and the quickest of each counts."""
    events = archive.log.last_position()
    scans, rebuilds, peaks = [], [], []
    for _ in range(ROUNDS):
        scans.append(events / seconds(lambda: scan(archive)))
        report = rebuild_elsewhere(location)
        rebuilds.append(report["events"] / report["seconds"])
        peaks.append(report["peak_mb"])
    yield Figure("raw scan of the log", max(scans), "events/s")
    yield Figure("rebuild of all views", max(rebuilds), "events/s", "raw scan", max(scans))
    archive.views.ensure()
    limit = events / copied(archive)
    yield Figure("rebuild of all views", max(rebuilds), "events/s", "INSERT … SELECT", limit)
    with TemporaryDirectory() as folder:
        stock = projected(plain_events(archive, STOCK_EVENTS), Path(folder))
    yield Figure("rebuild of all views", max(rebuilds), "events/s", "stock ProjectionRunner", stock)
    yield Figure("rebuild of all views, whole", events / max(rebuilds), "s")
    yield Figure("its peak memory, helpers included", max(peaks), "MB")


def scan(archive: Archive) -> None:
    """Read every stored row, in pages of 5,000, and do nothing with it."""
    for _ in archive.log.scan(0):
        pass


def rebuild_elsewhere(location: str) -> dict[str, float]:
    """Rebuild in a new process; return events, seconds and the peak of its memory."""
    command = [sys.executable, "-m", "benchmarks.rebuilding", location]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report: dict[str, float] = json.loads(done.stdout)
    return report


def plain_events(archive: Archive, most: int) -> list[Fact]:
    """Return the log's first plain events, read back."""
    rows = (row for page in archive.log.scan(0) for row in page if row[3] in PLAIN)
    return [archive.mapper.to_fact(StoredEvent(*row[1:])) for row in islice(rows, most)]


def copied(archive: Archive) -> float:
    """Return how many seconds the database takes to copy the rows of all views, without indexes."""
    with archive.views.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return _copied_in_place(connection)
        ((_, _, file),) = connection.exec_driver_sql("PRAGMA database_list").all()
    with TemporaryDirectory() as folder, closing(sqlite3.connect(f"{folder}/copy.sqlite")) as copy:
        copy.isolation_level = None
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        copy.execute("ATTACH ? AS views", (file,))
        return sum(seconds(lambda n=view.name: _copy(copy, n)) for view in VIEWS)


def _copy(copy: sqlite3.Connection, name: str) -> None:
    (made,) = copy.execute(
        "SELECT sql FROM views.sqlite_master WHERE type = 'table' AND name = ?", (name,)
    ).fetchone()
    copy.execute(made)
    copy.execute(f'INSERT INTO main."{name}" SELECT * FROM views."{name}"')


def _copied_in_place(connection: Connection) -> float:
    def copy(name: str) -> None:
        connection.exec_driver_sql(f'CREATE UNLOGGED TABLE "{name}_copy" (LIKE "{name}")')
        connection.exec_driver_sql(f'INSERT INTO "{name}_copy" SELECT * FROM "{name}"')

    took = sum(seconds(lambda n=view.name: copy(n)) for view in VIEWS)
    connection.rollback()
    return took
