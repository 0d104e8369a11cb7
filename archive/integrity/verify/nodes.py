"""The tree: its leaves as the ledger has them, every kept node over them, and every root.

Leaves are appended to a frontier as a sealer appended them, and what comes to be is compared.
What the leaves are of is another question (``events``).
"""

from collections.abc import Callable, Iterable
from typing import Final

from archive.integrity.frontier import KEPT, Frontier, Run
from archive.integrity.hashing import SIZE
from archive.integrity.verify.found import Found
from archive.integrity.verify.snapshot import Snapshot, data_of
from archive.store.log import PAGE
from domain.sentence import say

_ROWS: Final = 64
"""Rows of nodes that are read at a time; one may hold a page's leaves."""

Judge = Callable[[int, bytes], None]
"""Told the size and the root of the tree there."""


class Level:
    """The hashes of one level in order, as rows that lie end to end.

    Args:
        snapshot: where.
        level: 0 for leaves.
        index: of the first hash that is wanted.
    """

    def __init__(self, snapshot: Snapshot, level: int, index: int) -> None:
        self._snapshot = snapshot
        self._level = level
        self._hashes = b""
        self._end = index
        """The index behind the last hash that was read."""
        found = snapshot.rows(_FIRST, level=level, index=index)
        self._start = found[0][0] if found and found[0][0] is not None else index
        if self._start < index:  # the row that holds it and others before
            self._end = self._start
            self._read()
            self._hashes = self._hashes[(index - self._start) * SIZE :]

    def take(self, number: int) -> list[bytes]:
        """Return the next hashes, fewer where they end or the rows don't lie end to end."""
        while len(self._hashes) < number * SIZE and self._read():
            pass
        taken, self._hashes = self._hashes[: number * SIZE], self._hashes[number * SIZE :]
        return [taken[at : at + SIZE] for at in range(0, len(taken), SIZE)]

    def _read(self) -> bool:
        rows = self._snapshot.rows(_NEXT, level=self._level, start=self._end, most=_ROWS)
        read = []
        for start, stored in rows:
            hashes = data_of(stored)
            if start != self._end or not hashes or len(hashes) % SIZE:
                break
            read.append(hashes)
            self._end += len(hashes) // SIZE
        self._hashes += b"".join(read)
        return bool(read)


class TreeAnew:
    """The tree made again from its leaves.

    Args:
        snapshot: where the ledger is.
        size: how many leaves there are.
        found: where faults go.
        frontier: of the leaves that are taken for granted.
    """

    def __init__(self, snapshot: Snapshot, size: int, found: Found, frontier: Frontier) -> None:
        self.frontier = frontier
        self._snapshot = snapshot
        self._size = size
        self._found = found
        self._levels: dict[int, Level] = {}

    def run(self, judges: Iterable[tuple[int, Judge]]) -> None:
        """Make it, and tell its roots to whoever asked for them.

        Args:
            judges: in the order of the sizes, none below the frontier's or above the tree's.
        """
        for size, judge in judges:
            if self._go(size):
                judge(size, self.frontier.root)
        self._go(self._size)

    def compare_extent(self) -> None:
        """Look for hashes that belong to no subtree, and for those that lie above others."""
        extent: dict[int, int] = dict(self._snapshot.rows(_EXTENT))
        levels = {0, *range(KEPT, self._size.bit_length())}
        right = {level: SIZE * (self._size >> level) for level in levels if self._size}
        for level in sorted(right.keys() | extent.keys()):
            if extent.get(level, 0) != right.get(level, 0):
                found = extent.get(level, 0) // SIZE
                want = right.get(level, 0) // SIZE
                self._found.fault(say("verify_extent", level=level, found=found, want=want))

    def _go(self, size: int) -> bool:
        """Append the leaves up to a size; tell whether they are there."""
        while self.frontier.size < size:
            wanted = min(PAGE, size - self.frontier.size)
            leaves = self._level(0, self.frontier.size).take(wanted)
            self.frontier, runs = self.frontier.append_many(leaves)
            for run in runs[KEPT:]:
                kept = self._level(run.level, run.start).take(len(run.hashes))
                self._compare(run, kept)
            if len(leaves) < wanted:
                self._found.fault(say("verify_leaves_gone", leaf=self.frontier.size))
                return False
        return True

    def _level(self, level: int, index: int) -> Level:
        if level not in self._levels:
            self._levels[level] = Level(self._snapshot, level, index)
        return self._levels[level]

    def _compare(self, run: Run, kept: list[bytes]) -> None:
        if kept == run.hashes:
            return
        pairs = enumerate(zip(kept, run.hashes, strict=False))
        odd = next((i for i, (one, other) in pairs if one != other), len(kept))
        at = run.start + odd
        start, end = at << run.level, (at + 1) << run.level
        self._found.fault(say("verify_node_changed", start=start, end=end - 1))


_FIRST: Final = "SELECT max(start) FROM nodes WHERE level = :level AND start <= :index"

_NEXT: Final = """
    SELECT start, hashes FROM nodes WHERE level = :level AND start >= :start
    ORDER BY start LIMIT :most"""

_EXTENT: Final = """
    SELECT level, CAST(sum(length(hashes)) AS bigint) FROM nodes GROUP BY level"""
