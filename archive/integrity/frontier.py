"""Appending to a tree by its right edge alone, and what a ledger keeps so that proofs stay cheap.

A ledger keeps the leaves' hashes and, of the levels from ``KEPT`` on, every complete subtree's:
one node for 2^(KEPT - 1) leaves. What lies below is computed from one run of at most 2^(KEPT - 1)
leaves, which a ledger reads as one range.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from archive.integrity.hashing import Hashing
from archive.integrity.tree import Nodes, subtree

KEPT: Final = 6
"""The lowest level whose nodes a ledger keeps."""


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
        node, runs = self.hashing.node, []
        larger, smaller = list(reversed(self.edge)), []
        level, start, grown = 0, self.size, list(leaves)
        while grown:
            runs.append(Run(level, start, grown))
            if start & 1:  # the edge has a subtree of this level, now a left sibling
                grown, start = [larger.pop(), *grown], start - 1
            if len(grown) & 1:
                smaller.append(grown[-1])
            pairs = iter(grown)
            # An odd last one has no sibling yet: it stays behind, on the edge.
            grown = [node(left, right) for left, right in zip(pairs, pairs, strict=False)]
            level, start = level + 1, start >> 1
        edge = (*smaller, *reversed(larger))
        return Frontier(self.hashing, self.size + len(leaves), edge), runs


def ledger_nodes(
    hashing: Hashing, leaves: Callable[[int, int], Sequence[bytes]], kept: Nodes, lowest: int = KEPT
) -> Nodes:
    """Return a reader of every level over what a ledger keeps.

    Args:
        hashing: the site's.
        leaves: ``leaves(start, end)`` gives the leaves' hashes from ``start`` to before ``end``.
        kept: gives the nodes of the levels from ``lowest`` on.
        lowest: the lowest level that is kept.
    """

    def read(level: int, index: int) -> bytes:
        if level >= lowest:
            return kept(level, index)
        return subtree(hashing, leaves(index << level, (index + 1) << level))

    return read
