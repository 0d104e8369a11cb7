"""The log by streams: versions without gaps, and the ledger's versions as the log has them.

Rows come in the order of streams from the log's own index, and in another order from the ledger,
so that both are compared by digests.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
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

Version = tuple[str, int, int]
"""A stream as heads are ordered, the leaf of heads, and the last version before it."""


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
        missing, odd = differences(expected, there, groups.__contains__)
        changed = sorted({each[:2] for each in (*missing, *odd)})
        for stream, leaf in changed[:_TOLD]:
            told = say("verify_version_changed", stream=order(stream), leaf=leaf)
            self._found.fault(told, stream=order(stream))
        self._found.count += len(changed[_TOLD:])

    def _versions(self, found: Found) -> Iterator[Version]:
        """Yield what the ledger's versions are to be, and see that versions are dense."""
        name, heads_behind = self._snapshot.position, self._alignment.heads_behind
        firsts, last = self._alignment.firsts, self._alignment.last_position
        stream: str | None = None
        version, position, leaf, key = 0, 0, None, ""
        for page in self._snapshot.pages(
            f"SELECT originator_id, originator_version, {name} FROM stored_events "  # noqa: S608
            "ORDER BY originator_id, originator_version"
        ):
            for now, at_version, at in page:
                if now != stream:
                    if leaf is not None:
                        yield key, leaf, version
                    stream, version, position, leaf = now, 0, 0, None
                    key = order(now) if firsts else ""
                if at_version != version + 1 or at <= position:
                    self._not_dense(found, now, version, at_version, at)
                if firsts and at <= last:
                    behind = heads_behind(at)
                    if leaf is not None and behind != leaf:
                        yield key, leaf, version
                    leaf = behind
                version, position = at_version, at
        if leaf is not None:
            yield key, leaf, version

    @staticmethod
    def _not_dense(found: Found, stream: Any, before: int, version: Any, position: int) -> None:
        told = say("verify_version_order", stream=stream, version=version, before=before)
        found.fault(told, position, str(stream), version)

    def _kept(self) -> Iterator[Version]:
        yield from self._snapshot.stream(_VERSIONS)


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


def _pages(versions: Iterator[Version]) -> Iterator[list[Version]]:
    while some := list(islice(versions, PAGE)):
        yield some


def _grouped(versions: Sequence[Version]) -> Iterator[tuple[int, list[Version]]]:
    groups: dict[int, list[Version]] = {}
    for version in versions:
        groups.setdefault(_group(version[0]), []).append(version)
    yield from groups.items()


def _group(text: str) -> int:
    return crc32(text.encode()) % _GROUPS


_VERSIONS: Final = "SELECT stream, leaf, max(version) FROM versions GROUP BY stream, leaf"
