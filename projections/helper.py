"""Helpers: processes that fold blocks of the log and send them to the one that writes.

A helper is an interpreter of its own that imports what its task names. ``multiprocessing`` would
run the caller's main module once more in each, with all that a script does at its top level.
"""

import gc
import marshal
import os
import pickle
import struct
import subprocess
import sys
from contextlib import ExitStack, suppress
from typing import IO

from projections.folding import Block, Blocks, Opener, Pack, block_of

_HELP = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from projections.helper import help_out
help_out()
"""
_HEAD = struct.Struct("<6sQ")
_OURS = b"block:"  # not what some other program says


def elsewhere(opener: Opener, pack: Pack, starts: range, upto: int, helpers: int) -> Blocks:
    """Yield the blocks behind these positions as helpers send them, one after the other.

    It ends with the last of them, or where a helper has died or can't be started.
    """
    with ExitStack() as stack:
        pipes = []
        for number in range(helpers):
            helper = _started()
            if helper is None:
                return
            stack.callback(_end, helper)
            task = (opener, pack, starts[number::helpers], starts.step, upto)
            assert helper.stdin
            assert helper.stdout
            with suppress(BrokenPipeError), helper.stdin as to:
                to.write(pickle.dumps(sys.path) + pickle.dumps(task))
            pipes.append(helper.stdout)
        for number, after in enumerate(starts):
            sent = _received(pipes[number % helpers])
            if sent is None:
                return
            yield Block(after, *marshal.loads(sent))  # noqa: S302 - our own process's


def help_out() -> None:
    """Do what is asked for on the standard input; send blocks as fast as they are taken."""
    gc.disable()  # rows are no cycles, and looking for some takes a tenth of the time
    opener, pack, starts, step, upto = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process's
    to = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever else prints isn't a block
    with suppress(OSError), opener() as (log, fold):  # who rebuilds may be gone
        for after in starts:
            block = block_of(log, fold, pack, after, min(after + step, upto))
            sent = marshal.dumps((block.upto, block.events, block.rows, block.packed))
            to.write(_HEAD.pack(_OURS, len(sent)))
            to.write(sent)
            to.flush()


def _started() -> "subprocess.Popen[bytes] | None":
    if not sys.executable or hasattr(sys, "frozen"):  # then it isn't Python
        return None
    try:
        return subprocess.Popen(  # noqa: S603
            # -P: what lies in the working folder is nobody's module.
            [sys.executable, "-P", "-c", _HELP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _received(pipe: IO[bytes]) -> bytes | None:
    """Return what a helper sent next; None once it sends nothing more."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size or not head.startswith(_OURS):
        return None
    _, length = _HEAD.unpack(head)
    sent = pipe.read(length)
    return sent if len(sent) == length else None


def _end(helper: "subprocess.Popen[bytes]") -> None:
    helper.kill()
    if helper.stdout:
        helper.stdout.close()
    helper.wait()
