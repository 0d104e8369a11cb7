"""``shiji serve`` where it can't listen: one sentence, and it ends."""

import socket
import subprocess
import sys
from pathlib import Path

from archive.archive import Archive


def served(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Serve an archive of nothing in a process of its own, which is to end by itself."""
    Archive(folder / "city", create=True).close()
    program = [sys.executable, "-c", "from archive.cli import main; main()", "serve"]
    program += ["--archive", str(folder / "city"), "--state", str(folder / "state")]
    return subprocess.run(
        [*program, "--lang", "en", *arguments], capture_output=True, text=True, timeout=120
    )


def test_a_port_that_something_else_uses_is_told_with_its_number(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        found = served(tmp_path, "--port", port)
    assert found.returncode == 2
    assert found.stderr.splitlines()[-1].startswith(f"can't listen on port {port} of 127.0.0.1: ")


def test_a_host_that_nobody_knows_is_told(tmp_path: Path) -> None:
    found = served(tmp_path, "--host", "nowhere.invalid")
    assert found.returncode == 2
    assert found.stderr.splitlines()[-1].startswith("there is no host nowhere.invalid; ")


def test_an_archive_on_sqlite_is_served_by_one_process(tmp_path: Path) -> None:
    found = served(tmp_path, "--processes", "2")
    assert found.returncode == 2
    assert found.stderr.startswith("an archive on SQLite is served by one process")
