"""A ledger over a list of all rows, which computes everything anew; for tests of proofs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from archive.integrity.checkpoint import Checkpoint
from archive.integrity.ed25519 import PrivateKey
from archive.integrity.entry import Head, event_entry, head_entry, heads_entry
from archive.integrity.hashing import Hashing, hashing
from archive.integrity.heads import order
from archive.integrity.note import parse_note
from archive.integrity.tree import Nodes, reader, root
from projections.log import Row

AT = 1_800_000_000
"""When whatever is signed in tests is signed, in seconds since 1970."""


@dataclass(frozen=True)
class ListedDay:
    """A leaf that commits to every stream's latest version before it."""

    leaf: int
    day: date
    size: int
    root: bytes
    heads: tuple[Head, ...]


class ListedLedger:
    """The tree over rows, with a leaf of heads behind so many of them.

    Args:
        origin: the archive's name.
        rows: the log's.
        heads_behind: how many rows stand before each leaf of heads.
        hash_name: of the tree.
    """

    order = staticmethod(order)

    def __init__(
        self,
        origin: str,
        rows: Sequence[Row],
        heads_behind: Sequence[int],
        hash_name: str = "sha256",
    ) -> None:
        self.origin = origin
        self.hashing: Hashing = hashing(hash_name)
        self._days: list[ListedDay] = []
        self._leaf_of: dict[int, int] = {}
        leaves: list[bytes] = []
        latest: dict[str, int] = {}
        for count in range(len(rows) + 1):
            if count in heads_behind:
                day = self._day(len(leaves), latest)
                self._days.append(day)
                leaves.append(self.hashing.leaf(heads_entry(day.day, day.size, day.root)))
            if count < len(rows):
                position, stream, version, topic, state = rows[count]
                self._leaf_of[position] = len(leaves)
                leaves.append(self.hashing.leaf(event_entry(stream, version, topic, state)))
                latest[stream] = max(version, latest.get(stream, 0))
        self.size = len(leaves)
        self.node = reader(self.hashing, leaves)

    def nodes(self, size: int) -> Nodes:
        """Return a reader of the nodes."""
        return self.node

    def _day(self, leaf: int, latest: dict[str, int]) -> ListedDay:
        heads = tuple(Head(s, latest[s]) for s in sorted(latest, key=self.order))
        nodes = reader(self.hashing, [self.hashing.leaf(head_entry(head)) for head in heads])
        return ListedDay(
            leaf, date(2026, 11, 27), len(heads), root(self.hashing, nodes, len(heads)), heads
        )

    def runs(self) -> "ListedLedger":
        """Return which leaf is which event."""
        return self

    def leaf_of(self, position: int) -> int | None:
        """Return the leaf of the event at a position."""
        return self._leaf_of.get(position)

    def days(self) -> Sequence[ListedDay]:
        """Return the leaves of heads."""
        return self._days

    def heads_by_key(self, leaf: int) -> Iterable[tuple[str, int]]:
        """Return the heads that a leaf commits to."""
        heads = next(day.heads for day in self._days if day.leaf == leaf)
        return [(order(stream), version) for stream, version in heads]

    def signed(self, log: PrivateKey, *witnesses: PrivateKey, size: int | None = None) -> bytes:
        """Return the checkpoint of a size, the newest by default, signed and cosigned."""
        size = self.size if size is None else size
        top = root(self.hashing, self.node, size)
        checkpoint = Checkpoint(self.origin, size, top, self.hashing.name)
        note = parse_note(checkpoint.signed(log, AT))
        for witness in witnesses:
            note = note.signed(witness, AT)
        return bytes(note)
