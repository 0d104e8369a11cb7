"""Evidence bundles (证据包): what an archive holds about one cadre, to be verified without it.

``verify_bundle.py`` verifies one and is all that a third party needs; it imports nothing of ours,
and what both must agree on (the format, the words of the summary, which streams are somebody's
own) stands there once.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from archive.integrity.checkpoint import Checkpoint, parse_text
from archive.integrity.entry import event_entry, leaves_of_heads
from archive.integrity.hashing import NODE, Hashing
from archive.integrity.heads import order
from archive.integrity.note import parse_note
from archive.integrity.sealed import Day, Sealed
from archive.integrity.strict import base64_of
from archive.integrity.tree import Nodes, inclusion_proof, root, verify_inclusion
from archive.integrity.verify_bundle import FORMAT, OWN, canonical, own_streams, summary
from archive.store.log import Log
from domain.policy import PolicyStream
from domain.refusal import Refusal
from domain.sentence import say
from projections.facts import closings, roster
from projections.log import Row
from projections.reader import Reader
from projections.timeline import record_positions


class NoBundle(Refusal):
    """No bundle can be made, or none that would be verified."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """The tree that a checkpoint commits to."""

    hashing: Hashing
    nodes: Nodes
    size: int
    root: bytes

    def proof(self, leaf: int) -> list[str]:
        found = inclusion_proof(self.hashing, self.nodes, leaf, self.size)
        return [base64_of(hash_) for hash_ in found]


def make_bundle(log: Log, ledger: Sealed, note: bytes, cadre: str, about: Iterable[int]) -> bytes:
    """Return the bundle of a cadre.

    Args:
        log: the archive's.
        ledger: the archive's.
        note: the checkpoint that it is to rest on, with whatever cosignatures there are.
        cadre: whose it is.
        about: the positions of the events about the cadre, as ``concerning`` finds them; the
            whole of the cadre's own streams and the policies' texts come by themselves.

    Raises:
        NoBundle: no day's heads are sealed, nothing about the cadre is, the checkpoint isn't of
            this ledger, or the log holds something else than was sealed.
        Malformed: the note isn't a checkpoint.
    """
    checkpoint = parse_text(parse_note(note, "checkpoint").text)
    tree = _tree(ledger, checkpoint)
    days = [day for day in ledger.days() if day.leaf < tree.size]
    if not days:
        raise NoBundle(say("bundle_no_day"))
    heads = _heads(ledger, tree, days[-1], cadre)
    rows = log.read(sorted(about))
    streams = {*(head["stream"] for head in heads["streams"]), *(row[1] for row in rows)}
    whole = {stream for stream in streams if _is_own(stream, cadre)}
    whole.update(log.stream_ids(f"{PolicyStream.TOPIC}/"))
    rows += log.read_streams(sorted(whole))
    events = list(_events(ledger, tree, {row[0]: row for row in rows}))
    if not any(_is_own(event["stream"], cadre) for event in events):
        raise NoBundle(say("bundle_of_nobody", cadre=cadre))
    try:
        words = summary(cadre, own_streams(cadre, heads, events), events)
    except SystemExit as refused:  # how the verifier ends
        raise NoBundle(say("bundle_would_fail", reason=refused)) from None
    bundle = {
        "checkpoint": note.decode(),
        "events": events,
        "format": FORMAT,
        "heads": heads,
        "subject": cadre,
        "summary": words,
    }
    digest = hashlib.new(ledger.hashing.name, canonical(bundle).encode()).digest()
    return (canonical(bundle | {"digest": base64_of(digest)}) + "\n").encode()


def concerning(reader: Reader, cadre: str) -> list[int]:
    """Return the positions of the events about a cadre, and of the closings of his years."""
    lists = reader.rows(roster, roster.table.c.cadre == cadre)
    years = {(line.unit, line.year) for line in lists}
    units = sorted({unit for unit, _ in years})
    closed = [
        c.position for c in reader.rows_of(closings, "unit", units) if (c.unit, c.year) in years
    ]
    return sorted({*record_positions(reader, cadre), *closed})


def _is_own(stream: str, cadre: str) -> bool:
    return stream.split("/")[0] in OWN and stream.endswith(f"/{cadre}")


def _tree(ledger: Sealed, checkpoint: Checkpoint) -> _Tree:
    """Return the checkpoint's tree, if the ledger's begins with it."""
    size = checkpoint.size
    same = (checkpoint.origin, checkpoint.hash) == (ledger.origin, ledger.hashing.name)
    if not (same and 0 < size <= ledger.size):
        raise NoBundle(say("bundle_checkpoint_foreign", origin=ledger.origin))
    nodes = cache(ledger.nodes(size))
    if root(ledger.hashing, nodes, size) != checkpoint.root:
        raise NoBundle(say("bundle_checkpoint_foreign", origin=ledger.origin))
    return _Tree(ledger.hashing, nodes, size, checkpoint.root)


def _heads(ledger: Sealed, tree: _Tree, day: Day, cadre: str) -> dict[str, Any]:
    """Return a day's heads, of which the cadre's own and the one before and after are shown."""
    keyed = list(ledger.heads_by_key(day.leaf))
    keys = [key for key, _ in keyed]
    first, end = bisect_left(keys, f"{cadre}/"), bisect_left(keys, f"{cadre}0")  # 0 follows /
    named = [(order(key), version) for key, version in keyed]
    leaves = leaves_of_heads(ledger.hashing, named)
    day_tree = _Tree(ledger.hashing, _nodes(ledger.hashing, leaves), len(leaves), day.root)
    if root(ledger.hashing, day_tree.nodes, day_tree.size) != day.root:
        raise NoBundle(say("bundle_heads_changed", day=day.day))
    return {
        "day": day.day.isoformat(),
        "index": day.leaf,
        "proof": tree.proof(day.leaf),
        "root": base64_of(day.root),
        "size": day.size,
        "streams": [
            {
                "index": index,
                "proof": day_tree.proof(index),
                "stream": named[index][0],
                "version": named[index][1],
            }
            for index in range(max(first - 1, 0), min(end + 1, len(named)))
        ],
    }


def _nodes(hashing: Hashing, leaves: Sequence[bytes]) -> Nodes:
    """Return a reader of all complete subtrees over leaves, each of which is hashed once."""
    digest, levels = hashing.digest, [leaves]
    while len(levels[-1]) > 1:
        each = iter(levels[-1])
        pairs = zip(each, each, strict=False)  # an odd last one has no sibling
        levels.append([digest(NODE + left + right).digest() for left, right in pairs])
    return lambda level, index: levels[level][index]


def _events(ledger: Sealed, tree: _Tree, rows: dict[int, Row]) -> Iterator[dict[str, Any]]:
    """Yield the sealed ones among rows, each with its proof, in the tree's order."""
    runs = ledger.runs()
    leaves = {runs.leaf_of(position): row for position, row in rows.items()}
    for index in sorted(leaf for leaf in leaves if leaf is not None and leaf < tree.size):
        _, stream, version, topic, state = leaves[index]
        leaf = tree.hashing.leaf(event_entry(stream, version, topic, state))
        proof = inclusion_proof(tree.hashing, tree.nodes, index, tree.size)
        if not verify_inclusion(tree.hashing, leaf, index, tree.size, proof, tree.root):
            raise NoBundle(say("bundle_event_changed", stream=stream, version=version))
        yield {
            "index": index,
            "proof": [base64_of(hash_) for hash_ in proof],
            "state": base64_of(state),
            "stream": stream,
            "topic": topic,
            "version": version,
        }
