"""Pages of the log, folded into rows: in this process, or in others on the machine's other cores.

Folding is decoding, which Python does on one core a process; writing is the database's, which
wants one writer. So the rows of a long log come from processes of their own, block by block and in
the log's order, each process a step ahead of the writer and no more: memory stays flat.
"""

import gc
import marshal
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from projections.fold import Fold, Rows
from projections.log import Log

Opener = Callable[[], AbstractContextManager[tuple[Log, Fold]]]
"""Opens the log and what folds it, in another process: it must be picklable."""

BLOCK = 5000
MANY = 100_000
"""Events; fewer are folded here sooner than another process has started."""

_MOST = 3
"""Processes, one a core; beyond these the writer is the limit."""


@dataclass(frozen=True, slots=True)
class Block:
    """The positions behind ``after`` up to ``upto``: how many events, and the rows they make.

    ``rows`` is None where an event can't be read.
    """

    after: int
    upto: int
    events: int
    rows: Rows | None


Blocks = Generator[Block, None, None]


def folded(log: Log, fold: Fold, after: int, upto: int, opener: Opener | None) -> Blocks:
    """Yield the blocks behind position ``after``, up to and with ``upto``.

    Args:
        opener: what other processes open; None folds here.
    """
    helpers = min(os.cpu_count() or 1, _MOST)
    # A daemon may have no children.
    if opener and helpers > 1 and upto - after > MANY and not current_process().daemon:
        with closing(_elsewhere(opener, after, upto, helpers)) as blocks:
            for block in blocks:
                yield block
                after = block.upto
    while after < upto:  # all of it, or what a helper that died left
        block = _block(log, fold, after, min(after + BLOCK, upto))
        yield block
        after = block.upto


def _block(log: Log, fold: Fold, after: int, upto: int) -> Block:
    page = [row for rows in log.scan(after, upto, BLOCK) for row in rows]
    try:
        rows = fold.rows(page)
    except MemoryError:
        raise
    except Exception:
        return Block(after, upto, len(page), None)
    return Block(after, upto, len(page), rows)


def _elsewhere(opener: Opener, after: int, upto: int, helpers: int) -> Blocks:
    """Yield the blocks as helpers send them, one after the other; end where one of them dies."""
    context = get_context("spawn")  # a fork would share open databases and threads' locks
    with ExitStack() as stack:
        ends = []
        for number in range(helpers):
            ours, theirs = context.Pipe(duplex=False)
            stack.callback(ours.close)
            starts = range(after + number * BLOCK, upto, helpers * BLOCK)
            mine = (opener, theirs, starts, upto, BLOCK)
            process = context.Process(target=_send, args=mine, daemon=True)
            process.start()
            theirs.close()  # so that the helper's end is the pipe's end, and ours is its
            stack.callback(_end, process)
            ends.append(ours)
        for number, start in enumerate(range(after, upto, BLOCK)):
            try:
                sent = ends[number % helpers].recv_bytes()
            except (EOFError, OSError):
                return
            yield Block(start, min(start + BLOCK, upto), *marshal.loads(sent))  # noqa: S302 - our own process's


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join()


def _send(opener: Opener, to: Connection, starts: Sequence[int], upto: int, size: int) -> None:
    """Send the blocks behind these positions, as fast as they are taken."""
    gc.disable()  # rows are no cycles, and looking for some takes a tenth of the time
    with opener() as (log, fold):
        for after in starts:
            block = _block(log, fold, after, min(after + size, upto))
            try:
                sent = marshal.dumps((block.events, block.rows))
            except ValueError:  # a value that no database takes either
                sent = marshal.dumps((block.events, None))
            try:
                to.send_bytes(sent)
            except OSError:  # who rebuilds is gone
                return
