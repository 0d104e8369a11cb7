"""The log by streams: versions without gaps, and the ledger's versions as the log has them.

Rows come in the order of streams from the log's own index, and in another order from the ledger,
so that both are compared by digests.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter, lt
from typing import Any, Final
from zlib import crc32

from archive.integrity.heads import order, tree_of_heads
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.verify.aligning import Alignment
from archive.integrity.verify.digests import Digests, differences
from archive.integrity.verify.found import Found
from archive.integrity.verify.rows import HeadsRow
from archive.integrity.verify.snapshot import Snapshot
from archive.store.log import PAGE
from domain.sentence import say

_GROUPS: Final = 1024
_TOLD: Final = 3

Reached = tuple[str, tuple[int, ...], tuple[int, ...]]
"""A stream as heads are ordered; the leaves of heads that it grew before, in order; and the last
version before each."""


class Streams:
    """One pass over the log by streams.

    Args:
        snapshot: where the log and the ledger are.
        alignment: which leaf is to be which event.
        found: where faults go.
    """

    def __init__(self, snapshot: Snapshot, alignment: Alignment, found: Found) -> None:
        self._snapshot = snapshot
        self._alignment = alignment
        self._found = found

    def run(self) -> None:
        """See that versions are dense, and that the ledger's are those of the log."""
        digests = Digests[int]()
        for versions in _pages(self._versions(self._found)):
            for group, of_it in _grouped(versions):
                digests.expect(group, of_it)
        if not self._alignment.heads:
            # Versions are kept with heads, so that there are none before the first.
            if self._snapshot.rows("SELECT count(*) FROM versions")[0][0]:
                self._found.fault(say("verify_version_changed", stream="", leaf=0))
            return
        for versions in _pages(self._kept()):
            for group, of_it in _grouped(versions):
                digests.meet(group, of_it)
        if differing := set(digests.differing()):
            self._tell(differing)

    def _tell(self, groups: set[int]) -> None:
        expected = ((_group(each[0]), each) for each in self._versions(Found()))
        there = ((_group(each[0]), each) for each in self._kept())
        sides = differences(expected, there, groups.__contains__)
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


def compare_trees(ledger: Ledger, rows: Sequence[HeadsRow], most: int, found: Found) -> int:
    """Make trees of heads again, the newest first, and return how many.

    Args:
        ledger: whose versions were seen to be those of the log.
        rows: of heads.
        most: how many streams all but the newest may have together.
        found: where faults go.
    """
    made = 0
    for leaf, day, size, root in reversed(rows):
        most -= size if made else 0
        if most < 0:
            break
        tree = tree_of_heads(ledger.hashing, ledger.heads_by_key(leaf))
        made += 1
        if (tree.size, tree.root) != (size, root):
            found.fault(say("verify_heads_false", leaf=leaf, day=day))
    return made


def _pages(versions: Iterator[Reached]) -> Iterator[list[Reached]]:
    while some := list(islice(versions, PAGE)):
        yield some


def _grouped(versions: Sequence[Reached]) -> Iterator[tuple[int, list[Reached]]]:
    groups: dict[int, list[Reached]] = {}
    for version in versions:
        groups.setdefault(_group(version[0]), []).append(version)
    yield from groups.items()


def _group(text: str) -> int:
    return crc32(text.encode()) % _GROUPS


_VERSIONS: Final = (
    "SELECT stream, leaf, max(version) FROM versions GROUP BY stream, leaf ORDER BY stream, leaf"
)
