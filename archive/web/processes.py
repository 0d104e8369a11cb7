"""Several processes that answer at the same sockets; one that ends is begun again.

Each is an interpreter of its own.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from socket import socket
from tempfile import TemporaryDirectory

import structlog

from archive.web.interpreters import Process, begin, own_task
from archive.web.json_log import log_as_json
from archive.web.settings import Settings

_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library looks for the folder in which processes add up their figures."""
_EVERY = 0.5  # seconds between two looks at whether all are there
_PATIENCE = 30  # seconds that are left to them to finish their answers
_log = structlog.get_logger()


def keep_answering(settings: Settings, sockets: Sequence[socket], count: int) -> None:
    """Have so many processes answer at the sockets, until this one is told to end.

    Args:
        settings: how the desk is set up.
        sockets: that listen.
        count: how many processes.
    """
    log_as_json()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings.secret()  # or each would make it
    figures_of_all = TemporaryDirectory(prefix="shiji-figures-")
    with figures_of_all as figures, suppress(KeyboardInterrupt), _ending() as running:
        running += [_begun(settings, sockets, figures) for _ in range(count)]
        while True:
            time.sleep(_EVERY)
            for at, process in enumerate(running):
                if process.poll() is not None:
                    _log.error("process_ended", status=process.returncode)
                    running[at] = _begun(settings, sockets, figures)


def answer() -> None:
    """Answer as one of several processes."""
    settings, descriptors = own_task()
    from archive.web.server import run  # what takes long to load isn't needed to end

    run(settings, [socket(fileno=one) for one in descriptors])


def _begun(settings: Settings, sockets: Sequence[socket], figures: str) -> Process:
    descriptors = [one.fileno() for one in sockets]
    return begin(answer, (settings, descriptors), descriptors, {_FIGURES: figures})


@contextmanager
def _ending() -> Iterator[list[Process]]:
    """Yield a list of processes, which end with it, once their answers are finished."""
    running: list[Process] = []
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        until = time.monotonic() + _PATIENCE
        for process in running:
            try:
                process.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
