"""A rebuild that is killed at any moment leaves the old views standing, and nothing behind."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.archive import Archive
from tests.archive.test_concurrency import city, entry, founded
from tests.archive.test_properties import tables
from tests.archive.workers import ROOT
from tests.stores import generations

KILLS = int(os.environ.get("SHIJI_KILLS", "8"))
ENTRIES = 1_500

# Blocks of 50 events from helper processes, over and over, so that every moment comes.
_REBUILDING = """
import sys
from archive.archive import Archive
from projections import folded
folded.MANY, folded.BLOCK = 0, 50
if __name__ == "__main__":
    with Archive(sys.argv[1]) as archive:
        archive.views.ensure()
        print("ready", flush=True)
        while True:
            archive.rebuild()
            print("rebuilt", flush=True)
"""


@contextmanager
def rebuilding(location: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a process that rebuilds, in a session of its own; then it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _REBUILDING, location],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def left_of(session: int) -> set[int]:
    """Return the processes of a session that still run."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(its) == session and state not in "ZX":
            found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_views_stand_however_often_a_rebuild_is_killed(location: str) -> None:
    rng = random.Random(11)
    founded(location, *city(2, "U1"), *(entry(number) for number in range(ENTRIES)))
    with Archive(location) as archive:
        archive.views.ensure()
        expected = tables(archive)
        for _ in range(KILLS):
            with rebuilding(location) as process:
                time.sleep(rng.random() * 0.9)
            for _ in range(200):
                if not left_of(process.pid):
                    break
                time.sleep(0.05)
            assert left_of(process.pid) == set()
            assert tables(archive) == expected
        report = archive.rebuild()
        assert report.events == archive.log.last_position()
        assert tables(archive) == expected
        assert len(generations(location)) == 1
