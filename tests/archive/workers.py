"""Processes that record: one that waits for each list of commands, and ``shiji do`` itself."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.store.sqlite import Row
from tests.given import Command

ROOT = Path(__file__).parents[2]
Outcomes = list[dict[str, Any]]

_WORKER = """
import json, sys
from archive.archive import Archive
for line in sys.stdin:
    location, commands = json.loads(line)
    with Archive(location, create=True) as archive:
        print("ready", flush=True)
        sys.stdin.readline()
        outcomes = [next(iter(archive.record([command]))) for command in commands]
    told = [{"ok": not o.refusal, "positions": o.positions, "error": str(o.refusal)}
            for o in outcomes]
    print(json.dumps(told), flush=True)
"""

# Batches of ten commands, so that acknowledgements and kills fall between them.
_DO = """
import archive.recording
archive.recording.BATCH_EVENTS = 50
from archive.cli import main
main()
"""


class Worker:
    """A process that records lists of commands, one command after another."""

    def __init__(self) -> None:
        self.process = python(_WORKER)

    def prepare(self, location: str, commands: Sequence[Command]) -> None:
        """Have the archive opened; nothing is recorded before ``go``."""
        self._write(json.dumps([str(location), commands]))
        assert self._read() == "ready"

    def go(self) -> None:
        """Start."""
        self._write("go")

    def outcomes(self) -> Outcomes:
        """Wait for what became of the commands."""
        told: Outcomes = json.loads(self._read())
        return told

    def _write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def workers(count: int) -> Iterator[list[Worker]]:
    """Yield workers, which end with the test."""
    with ExitStack() as stack:
        made = []
        for _ in range(count):
            worker = Worker()
            stack.callback(end, worker.process)
            made.append(worker)
        yield made


def at_once(each: Sequence[Worker], location: str, lists: Sequence[Sequence[Command]]) -> Outcomes:
    """Have every worker record its list at the same time; return the outcomes, list by list."""
    for worker, commands in zip(each, lists, strict=True):
        worker.prepare(location, commands)
    for worker in each:
        worker.go()
    return [outcome for worker in each for outcome in worker.outcomes()]


def shiji_do(location: str, file: Path) -> subprocess.Popen[str]:
    """Start ``shiji do FILE --json`` in small batches."""
    return python(_DO, "do", str(file), "--json", "--archive", str(location))


def python(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python program that can import ours."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    """End a process that we started, and close its pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def log_of(archive: Archive) -> list[Row]:
    """Return every row of the log; its positions and all versions stand without a gap."""
    rows = [row for page in archive.log.scan(0) for row in page]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    versions: dict[str, int] = {}
    for _, stream, version, _, _ in rows:
        assert version == versions.get(stream, 0) + 1, stream
        versions[stream] = version
    return rows
