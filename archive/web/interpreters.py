"""Interpreters of the desk's own, begun anew and not forked; they end with whoever began them.

None has open what is another's. ``multiprocessing`` would run the caller's main module once more.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

Process = subprocess.Popen[bytes]

_PROGRAM = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from {module} import {name}
{name}()
"""


def begin(
    program: Callable[[], None],
    task: Any,
    sockets: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> Process:
    """Begin an interpreter that runs a function, which asks for its task.

    Args:
        program: of a module, by its own name.
        sockets: descriptors that it is given.
        environment: beside this one's.
    """
    named = _PROGRAM.format(module=program.__module__, name=program.__name__)
    process = subprocess.Popen(  # noqa: S603
        # -P: what lies in the working folder is nobody's module.
        [sys.executable, "-P", "-c", named],
        stdin=subprocess.PIPE,
        pass_fds=sockets,
        env={**os.environ, **(environment or {})},
    )
    assert process.stdin
    with suppress(BrokenPipeError):
        process.stdin.write(pickle.dumps(sys.path) + pickle.dumps(task))
        process.stdin.flush()  # and left open: its end is ours
    return process


def own_task() -> Any:
    """Return what this interpreter was begun for; from now on it ends with whoever began it."""
    task = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process's
    threading.Thread(target=_end_with_whoever_began, daemon=True).start()
    return task


def _end_with_whoever_began() -> None:
    while os.read(sys.stdin.fileno(), 1):  # it says nothing more, and ends when the other does
        pass
    os.kill(os.getpid(), signal.SIGTERM)
