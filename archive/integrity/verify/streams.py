"""The log by streams: versions without gaps, and the ledger's versions as the log has them.

Rows come in the order of streams from the log's own index, and in another order from the ledger,
so that both are compared by digests.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, Final
from zlib import crc32

from archive.integrity.frontier import Frontier
from archive.integrity.heads import head_leaves, order
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

Reached = tuple[str, tuple[int, ...]]
"""A stream as heads are ordered; then for each leaf of heads that it grew before, in order, the
leaf and the last version before it."""


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
        missing, odd = dict[str, Any](sides[0]), dict[str, Any](sides[1])
        streams = sorted(missing.keys() | odd.keys())
        for key in streams[:_TOLD]:
            wanted, found = (_by_leaf(side.get(key, ())) for side in (missing, odd))
            leaf = min(leaf for leaf, _ in wanted ^ found)
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
            events = [(version, position) for _, version, position in of_it]
            self._dense(found, stream, events)
            if reached := self._reached(events):
                yield order(stream), reached

    @staticmethod
    def _dense(found: Found, stream: Any, events: Sequence[tuple[int, int]]) -> None:
        """See that versions go on one by one from 1, and positions with them."""
        before, behind = 0, 0
        for version, position in events:
            if version != before + 1 or position <= behind:
                told = say("verify_version_order", stream=stream, version=version, before=before)
                found.fault(told, position, str(stream), version)
            before, behind = version, position

    def _reached(self, events: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        """Return which versions a stream had reached before the leaves of heads."""
        if not self._alignment.heads:
            return ()
        last = self._alignment.last_position
        leaves = {
            leaf: version
            for version, position in events
            if position <= last and (leaf := self._alignment.heads_behind(position)) is not None
        }
        return tuple(chain.from_iterable(leaves.items()))

    def _kept(self) -> Iterator[Reached]:
        """Yield what the ledger's versions are."""
        rows = self._snapshot.stream(_VERSIONS)
        for stream, of_it in groupby(rows, key=itemgetter(0)):
            yield stream, tuple(number for row in of_it for number in row[1:])


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
        tree, leaves = Frontier(ledger.hashing), head_leaves(ledger.hashing, ledger.heads(leaf))
        while some := list(islice(leaves, PAGE)):
            tree, _ = tree.append_many(some)
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


def _by_leaf(reached: tuple[int, ...]) -> set[tuple[int, int]]:
    return set(zip(reached[::2], reached[1::2], strict=True))


def _group(text: str) -> int:
    return crc32(text.encode()) % _GROUPS


_VERSIONS: Final = (
    "SELECT stream, leaf, max(version) FROM versions GROUP BY stream, leaf ORDER BY stream, leaf"
)
