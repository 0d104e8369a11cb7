"""Which leaf is to be which event, as the log itself has it: positions and leaves are dense.

All other leaves are heads. So the leaf of a position follows from the leaves of heads alone, and
the ledger's runs can be compared with it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alignment:
    """The leaves of heads, and with them everything else.

    Args:
        size: how many leaves there are.
        heads: those that are heads, in order.
        firsts: the position of the first event behind each, if there is one.
    """

    size: int
    heads: Sequence[int]
    firsts: Sequence[int]

    @classmethod
    def of(cls, size: int, heads: Sequence[int]) -> "Alignment":
        """Return the alignment of so many leaves, of which these are heads."""
        return cls(size, heads, [leaf - before + 1 for before, leaf in enumerate(heads)])

    @property
    def last_position(self) -> int:
        """The last event's that is sealed."""
        return self.size - len(self.heads)

    @property
    def runs(self) -> list[tuple[int, int]]:
        """The runs that the ledger is to have: one from the beginning, one behind each heads.

        Behind the last heads there may be no event yet.
        """
        starts = [(0, 1)] if self.size else []
        pairs = zip(self.heads, self.firsts, strict=True)
        return starts + [(leaf + 1, first) for leaf, first in pairs if leaf + 1 < self.size]

    def leaf_of(self, position: int) -> int:
        """Return the leaf that the event at a position is to be."""
        return position - 1 + bisect_right(self.firsts, position)

    def stretches(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return positions from ``first`` to ``last`` in pieces whose leaves are neighbours."""
        low, high = bisect_right(self.firsts, first), bisect_right(self.firsts, last)
        starts = [first, *self.firsts[low:high]]
        ends = [start - 1 for start in starts[1:]]
        return list(zip(starts, [*ends, last], strict=True))
