"""Sealing and verifying in full, beside reading the same rows and hashing their bytes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from typing import Any

from archive.archive import Archive
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.ledger.opening import found_ledger
from archive.integrity.sealer import Sealer
from benchmarks.figure import Figure, seconds
from benchmarks.views import scan

KEY = PrivateKey("benchmark", Type.LOG, bytes(32))
ROUNDS = 3
VIEWS = "views"


def sealing(archive: Archive, location: str) -> Iterator[Figure]:
    """Found a ledger, seal the whole log and verify it; rounds alternate, the quickest counts.

    Args:
        archive: open, with its views up to the log, and without a ledger.
        location: where it is.
    """
    events = archive.log.last_position()
    with closing(found_ledger(location, KEY.name, "sha256")) as ledger:
        sealed = events / seconds(Sealer(ledger, archive.log, KEY).seal)
    scans, hashes, reports = [], [], []
    for _ in range(ROUNDS):
        scans.append(events / seconds(lambda: scan(archive)))
        hashes.append(seconds(lambda: hashed(archive)))
        reports.append(verified(location))
    yield Figure("sealing", sealed, "events/s", "raw scan", max(scans))
    stored = min(sum(took for part, took in parts(report) if part != VIEWS) for report in reports)
    yield Figure("verify, full: log and ledger", stored, "s", "scan and SHA-256", min(hashes))
    views = min(report["seconds"][VIEWS] for report in reports)
    yield Figure("verify, full: views", views, "s", "scan and SHA-256", min(hashes))
    yield Figure("its peak memory", max(r["peak_mb"] for r in reports), "MB")


def hashed(archive: Archive) -> None:
    """Read every stored row, and hash its bytes."""
    for page in archive.log.scan(0):
        for _, stream, _, topic, state in page:
            sha256(stream.encode() + topic.encode() + state).digest()


def verified(location: str) -> dict[str, Any]:
    """Verify in a process of its own, and return what it tells."""
    command = [sys.executable, "-m", "benchmarks.verifying", location]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def parts(report: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the parts of a verification and their seconds."""
    return list(report["seconds"].items())
