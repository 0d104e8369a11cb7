"""Rebuilding every view, beside the raw scan of the log, and the memory that it takes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from archive.archive import Archive
from benchmarks.figure import Figure, seconds

ROUNDS = 3


def views(archive: Archive, location: Path) -> Iterator[Figure]:
    """Rebuild in a process of its own; rounds alternate, and the quickest of each counts."""
    events = archive.log.last_position()
    scans, rebuilds, peaks = [], [], []
    for _ in range(ROUNDS):
        scans.append(events / seconds(lambda: scan(archive)))
        report = rebuild_elsewhere(location)
        rebuilds.append(report["events"] / report["seconds"])
        peaks.append(report["peak_mb"])
    yield Figure("rebuild of all views", max(rebuilds), "events/s", "raw scan", max(scans))
    yield Figure("its peak memory", max(peaks), "MB")


def scan(archive: Archive) -> None:
    """Read every stored row, in pages of 5,000, and do nothing with it."""
    for _ in archive.log.scan(0):
        pass


def rebuild_elsewhere(location: Path) -> dict[str, float]:
    """Rebuild in a new process; return events, seconds and the peak of its memory."""
    command = [sys.executable, "-m", "benchmarks.rebuilding", str(location)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report: dict[str, float] = json.loads(done.stdout)
    return report
