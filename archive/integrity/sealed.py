"""What proving needs of a ledger, wherever it is kept."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from archive.integrity.hashing import Hashing
from archive.integrity.tree import Nodes


class Day(Protocol):
    """A leaf that commits to every stream's latest version before it."""

    @property
    def leaf(self) -> int:
        """Its index."""

    @property
    def day(self) -> date:
        """The last day on which any event before it was recorded."""

    @property
    def size(self) -> int:
        """How many streams there are."""

    @property
    def root(self) -> bytes:
        """The root of the tree of heads."""


class Leaves(Protocol):
    """Which leaf is which event."""

    def leaf_of(self, position: int) -> int | None:
        """Return the leaf of the event at a position; None where none is sealed."""


class Sealed(Protocol):
    """What a bundle needs of a ledger; ``ledger.Ledger`` is one."""

    @property
    def origin(self) -> str:
        """The archive's name."""

    @property
    def hashing(self) -> Hashing:
        """The site's."""

    @property
    def size(self) -> int:
        """How many leaves there are."""

    def nodes(self, size: int) -> Nodes:
        """Return a reader of the nodes over the first ``size`` leaves, for many proofs of these."""

    def runs(self) -> Leaves:
        """Return which leaf is which event, as of now."""

    def days(self) -> Sequence[Day]:
        """Return the leaves that commit to heads, in order; a day may have several."""

    def heads_by_key(self, leaf: int) -> Iterable[tuple[str, int]]:
        """Return every stream's latest version before a leaf of heads, in their order.

        Each stream as what heads are sorted by (``heads.order``).
        """
