"""A real ``shiji serve`` on a port of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

_PROGRAM = (sys.executable, "-c", "from archive.cli import main; main()")


@contextmanager
def served(location: Path, folder: Path) -> Iterator[str]:
    """Yield where an archive's desk answers.

    Args:
        folder: an empty one, for what the desk keeps and says.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    told = ["serve", "--archive", str(location), "--port", str(port), "--state", str(folder)]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*_PROGRAM, *told], stdout=log, stderr=log, env=env)
    try:
        _wait(f"{url}/health", process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1200):
        assert process.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(url):
                return
        except URLError:
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))
