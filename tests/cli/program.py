"""The real program, run as typed: what it prints, and how it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.cli.main import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """Its exit status and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The objects of stdout, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def fails(self, *parts: str) -> None:
        """Expect exit status 2 and one sentence on stderr that says all of ``parts``."""
        assert self.status == 2, self
        assert self.out == "", self
        assert self.err.count("\n") == 1, self
        assert "Traceback" not in self.err, self
        for part in parts:
            assert part in self.err, self


Program = Callable[..., Run]


def in_process(capsys: pytest.CaptureFixture[str], folder: Path | str) -> Program:
    """Return the program on the archive at ``folder``, in English."""

    def run(*arguments: str, archive: Path | str | None = folder) -> Run:
        where = [] if archive is None else ["--archive", str(archive)]
        with pytest.raises(SystemExit) as ended:
            main([*arguments, *where, "--lang", "en"])
        captured = capsys.readouterr()
        return Run(int(ended.value.code or 0), captured.out, captured.err)

    return run


def as_a_process(*arguments: str, cwd: Path, stdin: bytes = b"", **environment: str) -> Run:
    """Run the program in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from archive.cli import main; main()", *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        input=stdin,
        capture_output=True,
        timeout=60,
    )
    return Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
