"""What a ledger answers: its tree, which leaf is which event, the days' heads, the checkpoints.

Whatever is read here is only as true as the ledger's tables are; what makes it true is a
checkpoint that somebody outside keeps, and the proof that leads to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Final, Self

from archive.integrity.entry import Head
from archive.integrity.frontier import Frontier, in_blocks, ledger_nodes
from archive.integrity.hashing import SIZE, hashing
from archive.integrity.heads import order
from archive.integrity.ledger.runs import Runs
from archive.integrity.ledger.store import LedgerStore
from archive.integrity.tree import Nodes, Proof, consistency_proof, inclusion_proof, root
from archive.store.guards import StoreError
from domain.sentence import say
from domain.times import from_micros


class LedgerDamaged(StoreError):  # noqa: N818 - a refusal
    """The ledger lacks what it must hold."""


@dataclass(frozen=True, slots=True)
class Day:
    """A leaf that commits to every stream's latest version.

    Args:
        leaf: its index; it tells of all events before it.
        day: the last day on which any of these was recorded.
        size: how many streams there are.
        root: the root of the tree of heads.
    """

    leaf: int
    day: date
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that this archive signed.

    Args:
        size: how many leaves it commits to.
        note: the signed note, byte for byte.
        at: when it was signed.
    """

    size: int
    note: bytes
    at: datetime


class Ledger:
    """An archive's open ledger.

    Args:
        store: where it is kept.

    Raises:
        HashUnknown: OpenSSL here lacks the site's hash.
        LedgerDamaged: it doesn't say what it is of.
    """

    def __init__(self, store: LedgerStore) -> None:
        self.store = store
        site = store.rows("SELECT origin, hash FROM site")
        if len(site) != 1:
            raise self._damaged(0)
        self.origin: str = site[0][0]
        self.hashing = hashing(site[0][1])
        self._nodes = ledger_nodes(self.hashing, self._stored)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connection."""
        self.store.close()

    # The tree

    @property
    def size(self) -> int:
        """How many leaves there are."""
        found = self.store.rows(_SIZE)
        return found[0][0] if found else 0

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the leaves' hashes from ``start`` to before ``end``.

        Raises:
            LedgerDamaged: some aren't there.
        """
        return self._stored(0, start, end)

    def node(self, level: int, index: int) -> bytes:
        """Return a complete subtree's hash (``tree.Nodes``).

        Raises:
            LedgerDamaged: it isn't there.
        """
        return self._nodes(level, index)

    def nodes(self, size: int) -> Nodes:
        """Return a reader of the nodes over the first ``size`` leaves, for many proofs of these."""
        return ledger_nodes(self.hashing, in_blocks(self._stored, size))

    def root(self, size: int) -> bytes:
        """Return the root over the first ``size`` leaves."""
        return root(self.hashing, self.node, size)

    def inclusion(self, leaf: int, size: int) -> Proof:
        """Return the hashes that lead from a leaf to the root over ``size`` leaves.

        Raises:
            ValueError: there is no such leaf.
        """
        return inclusion_proof(self.hashing, self.node, leaf, size)

    def consistency(self, old: int, new: int) -> Proof:
        """Return the hashes that show ``new`` leaves to begin with the ``old`` ones.

        Raises:
            ValueError: not 0 < ``old`` ≤ ``new``.
        """
        return consistency_proof(self.hashing, self.node, old, new)

    def frontier(self) -> Frontier:
        """Return what the next leaf is appended by."""
        return Frontier.at(self.hashing, self.node, self.size)

    # Leaves and events

    def runs(self) -> Runs:
        """Return which leaf is which event, as of now."""
        size = self.size  # before the rest, which may know of later leaves
        heads = frozenset(leaf for (leaf,) in self.store.rows("SELECT leaf FROM heads"))
        runs = self.store.rows(
            "SELECT leaf, position FROM runs WHERE leaf < :size ORDER BY leaf", size=size
        )
        return Runs(size, [leaf for leaf, _ in runs], [position for _, position in runs], heads)

    # Heads

    def days(self) -> list[Day]:
        """Return the leaves that commit to heads, in order; a day may have several."""
        rows = self.store.rows("SELECT leaf, day, size, root FROM heads ORDER BY leaf")
        return [Day(leaf, date.fromisoformat(day), size, root) for leaf, day, size, root in rows]

    def heads(self, leaf: int) -> Iterator[Head]:
        """Yield every stream's latest version before a leaf of heads, in ``heads.order``."""
        for key, version in self.heads_by_key(leaf):
            yield Head(order(key), version)

    def heads_by_key(self, leaf: int) -> Iterator[tuple[str, int]]:
        """Yield the same, each stream as what heads are sorted by."""
        yield from self.store.stream(_VERSIONS, leaf=leaf)

    # Checkpoints

    def checkpoint(self, size: int | None = None) -> Signed | None:
        """Return the newest checkpoint, or the one of this size; None where there is none."""
        if size is None:
            found = self.store.rows(f"{_CHECKPOINTS} ORDER BY size DESC LIMIT 1")
        else:
            found = self.store.rows(f"{_CHECKPOINTS} WHERE size = :size", size=size)
        return _signed(*found[0]) if found else None

    def checkpoints(self) -> Iterator[Signed]:
        """Yield every checkpoint, the oldest first."""
        for row in self.store.stream(f"{_CHECKPOINTS} ORDER BY size"):
            yield _signed(*row)

    def _stored(self, level: int, start: int, end: int) -> list[bytes]:
        rows = self.store.rows(_HASHES, level=level, first=start, end=end)
        hashes = b"".join(row[0] for row in rows)
        if len(hashes) != SIZE * (end - start):
            raise self._damaged(start << level)
        return [hashes[at : at + SIZE] for at in range(0, len(hashes), SIZE)]

    def _damaged(self, leaf: int) -> LedgerDamaged:
        return LedgerDamaged(say("ledger_damaged", path=self.store.place, leaf=leaf))


def _signed(size: int, note: bytes, at: int) -> Signed:
    return Signed(size, bytes(note), from_micros(at))


_CHECKPOINTS: Final = "SELECT size, note, at FROM checkpoints"

_SIZE: Final = f"""
    SELECT start + length(hashes) / {SIZE} FROM nodes
    WHERE level = 0 ORDER BY start DESC LIMIT 1"""  # noqa: S608

_HASHES: Final = f"""
    SELECT substr(hashes,
        CAST(CASE WHEN start < :first THEN 1 + {SIZE} * (:first - start) ELSE 1 END AS integer),
        CAST({SIZE} * (:end - CASE WHEN start < :first THEN :first ELSE start END) AS integer))
    FROM nodes WHERE level = :level AND start < :end AND start >=
        (SELECT max(start) FROM nodes WHERE level = :level AND start <= :first)
    ORDER BY start"""  # noqa: S608

_VERSIONS: Final = """
    SELECT stream, max(version) FROM versions WHERE leaf <= :leaf GROUP BY stream ORDER BY stream"""
