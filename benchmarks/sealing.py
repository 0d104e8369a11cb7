"""Sealing and verifying in full, beside reading the same rows and hashing their bytes."""

import json
import marshal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine

from archive.archive import Archive
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.ledger.opening import found_ledger
from archive.integrity.sealer import Sealer
from archive.store.log import Log
from benchmarks.figure import Figure, seconds
from benchmarks.views import scan
from projections.facts import VIEWS

KEY = PrivateKey("benchmark", Type.LOG, bytes(32))
ROUNDS = 3
PAGE = 5_000
BEST = ((min, "whole"), (max, "peak_mb"))
"""What counts of several rounds: the least time, the most memory."""


def sealing(archive: Archive, location: str) -> Iterator[Figure]:
    """Found a ledger, seal the whole log and verify it, every row of every view included.

    Args:
        archive: open, with its views up to the log, and without a ledger.
        location: where it is.
    """
    events = archive.log.last_position()
    with closing(found_ledger(location, KEY.name, "sha256")) as ledger:
        sealed = events / seconds(Sealer(ledger, archive.log, KEY).seal)
    scan_rate = events / min(seconds(lambda: scan(archive)) for _ in range(ROUNDS))
    yield Figure("sealing", sealed, "events/s", "raw scan", scan_rate)
    of_views = min(seconds(lambda: hashed_views(archive.views.engine)) for _ in range(ROUNDS))
    yield from verifying(archive.log, location, "verify, full", of_views)


def verifying(
    log: Log, location: str, what: str, of_views: float | None = None
) -> Iterator[Figure]:
    """Verify a sealed archive in full; rounds alternate, the quickest counts.

    Args:
        log: the archive's.
        location: where it is.
        what: how the figures are called.
        of_views: the seconds that reading and hashing the views' rows takes, if they are verified.
    """
    hashes, reports = [], []
    for _ in range(ROUNDS):
        hashes.append(seconds(lambda: hashed(log)))
        reports.append(verified(location))
    whole, peak = (best(report[name] for report in reports) for best, name in BEST)
    yield Figure(what, whole, "s", "scan and SHA-256 of the log", min(hashes))
    if of_views is not None:
        yield Figure(what, whole, "s", "the same of log and views", min(hashes) + of_views)
    yield Figure("its peak memory, helper included", peak, "MB")


def hashed(log: Log) -> None:
    """Read every stored row, those of commands too, and hash its bytes."""
    for page in log.scan(0):
        for _, stream, _, topic, state in page:
            sha256(stream.encode() + topic.encode() + state).digest()
    for records in log.scan_commands():
        for command_id, digest, positions in records:
            sha256(command_id.encode() + digest + positions.encode()).digest()


def hashed_views(engine: Engine) -> None:
    """Read every row of every view, and hash their bytes page by page."""
    with engine.connect() as connection:
        for view in VIEWS:
            read = connection.exec_driver_sql(f"SELECT * FROM {view.name}")
            while rows := read.fetchmany(PAGE):
                sha256(marshal.dumps([tuple(row) for row in rows])).digest()


def verified(location: str) -> dict[str, Any]:
    """Verify in a process of its own, and return what it tells."""
    command = [sys.executable, "-m", "benchmarks.verifying", location]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report
