"""Which leaf is which event: the ledger counts densely, and the log's positions need not."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Runs:
    """The events among the leaves, by stretches that go on one by one in both counts.

    Args:
        size: how many leaves there are.
        leaves: the first leaf of each run, in order.
        positions: of the same events in the log, in order.
        heads: the leaves that are no events, but heads; the next event begins a new run.
    """

    size: int
    leaves: Sequence[int]
    positions: Sequence[int]
    heads: Collection[int]

    @property
    def last_leaf(self) -> int | None:
        """The leaf of the last event that is sealed; None when there is none."""
        leaves = range(self.size - 1, -1, -1)
        return next((leaf for leaf in leaves if leaf not in self.heads), None)

    @property
    def last_position(self) -> int:
        """The position of the last event that is sealed; 0 when there is none."""
        leaf = self.last_leaf
        return 0 if leaf is None else self.position_of(leaf) or 0

    @property
    def before_heads(self) -> frozenset[int]:
        """The positions of the events that heads follow."""
        found = (self.position_of(leaf - 1) for leaf in self.heads)
        return frozenset(position for position in found if position is not None)

    def leaf_of(self, position: int) -> int | None:
        """Return the leaf of the event at a position; None where none is sealed."""
        run = bisect_right(self.positions, position) - 1
        if run < 0:
            return None
        leaf = self.leaves[run] + position - self.positions[run]
        end = self.leaves[run + 1] if run + 1 < len(self.leaves) else self.size
        return leaf if leaf < end and leaf not in self.heads else None

    def position_of(self, leaf: int) -> int | None:
        """Return the position of the event that a leaf is; None for a day's heads or no leaf."""
        run = bisect_right(self.leaves, leaf) - 1
        if run < 0 or leaf >= self.size or leaf in self.heads:
            return None
        return self.positions[run] + leaf - self.leaves[run]
