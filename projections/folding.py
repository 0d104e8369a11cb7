"""Blocks of the log, folded and packed, in whatever process."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from projections.fold import Fold, Rows
from projections.log import Log

Opener = Callable[[], AbstractContextManager[tuple[Log, Fold]]]
"""Opens the log and what folds it, in another process: it must be picklable."""

Pack = Callable[[Rows], bytes]
"""Packs rows as their database takes them; picklable, too."""


@dataclass(frozen=True, slots=True)
class Block:
    """The positions behind ``after`` up to ``upto``: how many events, and the rows they make.

    ``rows`` is how many of each view, ``packed`` the rows themselves; that is None where there is
    an event that can't be read, or a value that can't be packed.
    """

    after: int
    upto: int
    events: int
    rows: list[int]
    packed: bytes | None


Blocks = Generator[Block, None, None]


def block_of(log: Log, fold: Fold, pack: Pack, after: int, upto: int) -> Block:
    """Return the block behind position ``after``, up to and with ``upto``."""
    page = [row for rows in log.scan(after, upto, upto - after) for row in rows]
    try:
        rows = fold.rows(page)
        packed = pack(rows)
    except MemoryError:
        raise
    except Exception:
        return Block(after, upto, len(page), [], None)
    return Block(after, upto, len(page), [len(of_view) for of_view in rows], packed)
