"""The log by streams: versions without gaps, and the ledger's versions as the log has them.

Rows come in the order of streams from the log's own index, and in another order from the ledger,
so that both are compared by digests. The ledger's is the order of heads, so that their trees are
made again in the same pass.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, islice, takewhile
from operator import itemgetter, lt
from typing import Any, Final

from archive.integrity.entry import leaves_of_heads
from archive.integrity.frontier import Frontier
from archive.integrity.hashing import Hashing
from archive.integrity.heads import order
from archive.integrity.verify.aligning import Alignment
from archive.integrity.verify.digests import Summing, found_differences
from archive.integrity.verify.found import Found
from archive.integrity.verify.rows import HeadsRow
from archive.integrity.verify.snapshot import Snapshot
from archive.store.log import PAGE
from domain.sentence import say

_TOLD: Final = 3

Reached = tuple[str, tuple[int, ...], tuple[int, ...]]
"""A stream as heads are ordered; the leaves of heads that it grew before, in order; and the last
version before each."""


class Streams:
    """One pass over the log by streams, and one over what the ledger keeps of them.

    Args:
        snapshot: where the log and the ledger are.
        alignment: which leaf is to be which event.
        found: where faults go.
    """

    def __init__(self, snapshot: Snapshot, alignment: Alignment, found: Found) -> None:
        self._snapshot = snapshot
        self._alignment = alignment
        self._found = found

    def run(self, trees: "Trees") -> None:
        """See that versions are dense, and that the ledger's are those of the log.

        Args:
            trees: made again from the ledger's versions as they come by.
        """
        summing, left = Summing(), 0
        for page in _pages(self._versions(self._found)):
            left += summing.sum(page)
        if not self._alignment.heads:
            # Versions are kept with heads, so that there are none before the first.
            if self._snapshot.rows("SELECT count(*) FROM versions")[0][0]:
                self._found.fault(say("verify_version_changed", stream="", leaf=0))
            return
        for page in _pages(self._kept()):
            left -= summing.sum(page)
            trees.append(page)
        if left:
            self._tell()

    def _tell(self) -> None:
        sides = found_differences(lambda: self._versions(Found()), self._kept)
        missing, odd = (
            {key: {*zip(*of_it, strict=True)} for key, *of_it in side} for side in sides
        )
        streams = sorted(missing.keys() | odd.keys())
        for key in streams[:_TOLD]:
            leaf = min(leaf for leaf, _ in missing.get(key, set()) ^ odd.get(key, set()))
            told = say("verify_version_changed", stream=order(key), leaf=leaf)
            self._found.fault(told, stream=order(key))
        self._found.count += len(streams[_TOLD:])

    def _versions(self, found: Found) -> Iterator[Reached]:
        """Yield what the ledger's versions are to be, and see that versions are dense."""
        rows = self._snapshot.stream(
            f"SELECT originator_id, originator_version, {self._snapshot.position} "  # noqa: S608
            "FROM stored_events ORDER BY originator_id, originator_version"
        )
        for stream, of_it in groupby(rows, key=itemgetter(0)):
            _, versions, positions = zip(*of_it, strict=True)
            self._dense(found, stream, versions, positions)
            leaves, last = self._reached(versions, positions)
            if leaves:
                yield order(stream), leaves, last

    @staticmethod
    def _dense(
        found: Found, stream: Any, versions: tuple[int, ...], positions: tuple[int, ...]
    ) -> None:
        """See that versions go on one by one from 1, and positions with them."""
        growing = positions[0] > 0 and all(map(lt, positions, positions[1:]))
        if growing and versions == tuple(range(1, len(versions) + 1)):
            return
        before, behind = 0, 0
        for version, position in zip(versions, positions, strict=True):
            if version != before + 1 or position <= behind:
                told = say("verify_version_order", stream=stream, version=version, before=before)
                found.fault(told, position, str(stream), version)
            before, behind = version, position

    def _reached(
        self, versions: tuple[int, ...], positions: tuple[int, ...]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the leaves of heads that a stream grew before, and how far it had come by each."""
        heads, firsts = self._alignment.heads, self._alignment.firsts
        leaves, last, at = list[int](), list[int](), 0
        while at < len(positions):
            behind = bisect_right(firsts, positions[at])
            if behind == len(heads):
                break  # no heads tell of the rest yet
            at = bisect_left(positions, firsts[behind], at)
            leaves.append(heads[behind])
            last.append(versions[at - 1])
        return tuple(leaves), tuple(last)

    def _kept(self) -> Iterator[Reached]:
        """Yield what the ledger's versions are."""
        rows = self._snapshot.stream(_VERSIONS)
        for stream, of_it in groupby(rows, key=itemgetter(0)):
            _, leaves, versions = zip(*of_it, strict=True)
            yield stream, leaves, versions


class Trees:
    """Trees of heads, made again all at once, each version hashed once for all of them.

    Args:
        hashing: the site's.
        rows: of the heads that are to be made again.
    """

    def __init__(self, hashing: Hashing, rows: Sequence[HeadsRow]) -> None:
        self._hashing = hashing
        self._newest_first = rows[::-1]
        self._trees = [Frontier(hashing) for _ in rows]
        self._last = ""

    def __len__(self) -> int:
        return len(self._trees)

    def append(self, streams: Sequence[Reached]) -> None:
        """Append the next streams, as far as each had come, to each tree that knows of them.

        Raises:
            ValueError: they aren't in the order of heads.
        """
        keys = [key for key, _, _ in streams]
        if not all(map(lt, [self._last, *keys], keys)):
            raise ValueError(f"versions from {keys[0]} on are out of order")
        self._last = keys[-1]
        heads: list[tuple[str, int]] = []
        of_tree: list[list[int]] = [[] for _ in self._trees]
        found_in = [(row[0], found) for row, found in zip(self._newest_first, of_tree, strict=True)]
        for key, leaves, versions in streams:
            at, stream, seen = len(leaves), order(key), 0
            for leaf, found in found_in:
                while at and leaves[at - 1] > leaf:
                    at -= 1
                if not at:
                    break
                if at != seen:
                    heads.append((stream, versions[at - 1]))
                    seen = at
                found.append(len(heads) - 1)
        hashes = leaves_of_heads(self._hashing, heads)
        for number, found in enumerate(of_tree):
            self._trees[number], _ = self._trees[number].append_many([hashes[at] for at in found])

    def compare(self, found: Found) -> None:
        """See that each is the one that its leaf commits to."""
        for (leaf, day, size, root), tree in zip(self._newest_first, self._trees, strict=True):
            if (tree.size, tree.root) != (size, root):
                found.fault(say("verify_heads_false", leaf=leaf, day=day))


def newest(rows: Sequence[HeadsRow], most: int) -> Sequence[HeadsRow]:
    """Return the newest heads, and as many older ones as have ``most`` streams together."""
    sizes = accumulate(size for _, _, size, _ in reversed(rows[:-1]))
    older = sum(1 for _ in takewhile(lambda together: together <= most, sizes))
    return rows[len(rows) - 1 - older :] if rows else rows


def _pages(versions: Iterator[Reached]) -> Iterator[list[Reached]]:
    while some := list(islice(versions, PAGE)):
        yield some


_VERSIONS: Final = (
    "SELECT stream, leaf, max(version) FROM versions GROUP BY stream, leaf ORDER BY stream, leaf"
)
