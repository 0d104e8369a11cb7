"""The log's blocks, folded in this process, or in others on the machine's other cores.

Folding is decoding, which Python does on one core a process; writing is the database's, which
wants one writer. So the blocks of a long log come from processes of their own, in the log's order,
each process a step ahead of the writer and no more: memory stays flat.
"""

import os
from contextlib import closing

from projections.fold import Fold
from projections.folding import Blocks, Opener, Pack, block_of
from projections.helper import elsewhere
from projections.log import Log

BLOCK = 5000
MANY = 100_000
"""Events; fewer are folded here sooner than another process has started."""

_MOST = 3
"""Processes, one a core; each may hold 200 MB."""


def folded(
    log: Log,
    fold: Fold,
    pack: Pack,
    after: int,
    upto: int,
    opener: Opener | None,
    most: int = _MOST,
) -> Blocks:
    """Yield the blocks behind position ``after``, up to and with ``upto``.

    Args:
        opener: what other processes open; None folds here.
        most: how many other processes there may be.
    """
    cores = os.cpu_count() or 1
    if opener and cores > 1 and upto - after > MANY:
        starts = range(after, upto, BLOCK)
        with closing(elsewhere(opener, pack, starts, upto, min(cores, most))) as blocks:
            for block in blocks:
                yield block
                after = block.upto
    while after < upto:  # all of it, or what a helper that died left
        block = block_of(log, fold, pack, after, min(after + BLOCK, upto))
        yield block
        after = block.upto
