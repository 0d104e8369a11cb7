"""Appending to a tree by its right edge alone, and what a ledger keeps so that proofs stay cheap.

A ledger keeps the leaves' hashes and, of the levels from ``KEPT`` on, every complete subtree's:
one node for 2^(KEPT - 1) leaves. What lies below is computed from one run of at most 2^(KEPT - 1)
leaves, which a ledger reads as one range.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, Self

from archive.integrity.hashing import NODE, Hashing
from archive.integrity.tree import Nodes, subtree

KEPT: Final = 6
"""The lowest level whose nodes a ledger keeps."""

_BLOCKS: Final = 256

Stored = Callable[[int, int, int], Sequence[bytes]]
"""``stored(level, start, end)`` gives a level's kept hashes from ``start`` to before ``end``."""


class Run(NamedTuple):
    """Complete subtrees of one level that came to be, side by side.

    Args:
        level: their height; leaves are level 0.
        start: the index of the first within its level.
        hashes: theirs, in order.
    """

    level: int
    start: int
    hashes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: what its root and everything appended later can be computed from.

    Args:
        hashing: the site's.
        size: how many leaves there are.
        edge: the hashes of the complete subtrees that make up the tree, the smallest first;
            one for each bit that is set in ``size``.
    """

    hashing: Hashing
    size: int = 0
    edge: tuple[bytes, ...] = ()

    @classmethod
    def at(cls, hashing: Hashing, nodes: Nodes, size: int) -> Self:
        """Return the frontier of the first ``size`` leaves, read from a ledger's nodes."""
        levels = [level for level in range(size.bit_length()) if size >> level & 1]
        edge = tuple(nodes(level, (size >> level) - 1) for level in levels)
        return cls(hashing, size, edge)

    @property
    def root(self) -> bytes:
        """The tree's root."""
        if not self.edge:
            return self.hashing.empty
        over, *larger = self.edge
        for left in larger:
            over = self.hashing.node(left, over)
        return over

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one more leaf, given by its hash."""
        return self.append_many([leaf])[0]

    def append_many(self, leaves: Sequence[bytes]) -> tuple["Frontier", list[Run]]:
        """Return the frontier with more leaves, and the complete subtrees that came to be.

        Args:
            leaves: their hashes, in order.

        Returns:
            The new frontier, and a run for each level that grew, the leaves' own first.
        """
        digest, runs = self.hashing.digest, []
        larger, smaller = list(reversed(self.edge)), []
        level, start, grown = 0, self.size, list(leaves)
        while grown:
            runs.append(Run(level, start, grown))
            if start & 1:  # the edge has a subtree of this level, now a left sibling
                grown, start = [larger.pop(), *grown], start - 1
            if len(grown) & 1:
                smaller.append(grown[-1])
            each = iter(grown)
            # An odd last one has no sibling yet: it stays behind, on the edge.
            pairs = zip(each, each, strict=False)
            grown = [digest(NODE + left + right).digest() for left, right in pairs]
            level, start = level + 1, start >> 1
        edge = (*smaller, *reversed(larger))
        return Frontier(self.hashing, self.size + len(leaves), edge), runs


def ledger_nodes(hashing: Hashing, stored: Stored, lowest: int = KEPT) -> Nodes:
    """Return a reader of every level over what a ledger keeps.

    A node is made of a range of the nearest level below it that is a multiple of ``lowest``, so
    that all the nodes that a proof wants of such a stretch of levels lie in one range.

    Args:
        hashing: the site's.
        stored: gives what is kept of the leaves and of the levels from ``lowest`` on.
        lowest: the lowest level that is kept.
    """

    def read(level: int, index: int) -> bytes:
        height = level % lowest
        return subtree(hashing, stored(level - height, index << height, (index + 1) << height))

    return read


def in_blocks(stored: Stored, size: int, width: int = 1 << KEPT) -> Stored:
    """Return a reader that reads a block of hashes at a time, and remembers some.

    For many proofs of one tree, which want neighbours again and again.

    Args:
        stored: gives what is kept.
        size: how many leaves there are; nothing beyond them is read.
        width: how many hashes a block has.
    """

    @lru_cache(_BLOCKS)
    def block(level: int, start: int) -> Sequence[bytes]:
        return stored(level, start, min(start + width, size >> level))

    def read(level: int, start: int, end: int) -> Sequence[bytes]:
        at = start - start % width
        return block(level, at)[start - at : end - at]

    return read
