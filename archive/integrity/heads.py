"""Every stream's latest version on a day, so that nobody's last event can be left out.

A day's heads are the leaves of a tree of their own, whose root and size a leaf of the archive's
tree commits to (``entry.heads_entry``). They are ordered by their streams' ids with the segments
reversed, ``result/2018/C00123`` as ``C00123/2018/result``, as bytes: so all streams whose last
segment is ``C00123`` stand side by side. One stretch of neighbours, with the one before and the
one after, then shows what these streams are, which version each has reached, and that there is no
other; for a cadre without streams it is two neighbours with nothing in between.

It is the order that shows it. Whoever seals is bound to it by ``shiji verify --full``, which makes
each day's tree again; a stretch alone can't show that heads far away from it are in order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from operator import lt

from archive.integrity.entry import Head, head_entry, leaves_of_heads
from archive.integrity.frontier import Frontier
from archive.integrity.hashing import Hashing
from archive.integrity.tree import Nodes, Proof, over, reader, split
from archive.store.log import PAGE
from domain.refusal import Refusal
from domain.sentence import say


class HeadsUnproven(Refusal):
    """A stretch of heads doesn't show what it is to show."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbours among a day's heads, and the hashes of everything to their left and right.

    Args:
        start: the index of the first among all.
        heads: the neighbours, in order, with those before and after the ones asked for.
        hashes: from the left to the right, of the largest subtrees without any of them.
    """

    start: int
    heads: tuple[Head, ...]
    hashes: Proof


def order(stream_id: str) -> str:
    """Return what heads are sorted by: the id with its segments reversed.

    Code points' order, which Python's text has, is the order of UTF-8 bytes.
    """
    return "/".join(stream_id.split("/")[::-1])


def tree_of_heads(hashing: Hashing, keyed: Iterable[tuple[str, int]]) -> Frontier:
    """Return the tree over heads, as many as there are.

    Args:
        hashing: the site's.
        keyed: each stream by what heads are sorted by (``order``), and its latest version.

    Raises:
        ValueError: they aren't in order, or a stream stands there twice.
    """
    tree, last, heads = Frontier(hashing), "", iter(keyed)
    while some := list(islice(heads, PAGE)):
        keys = [key for key, _ in some]
        if not all(map(lt, [last, *keys], keys)):
            raise ValueError(f"heads from {order(keys[0])} on are out of order")
        last = keys[-1]
        named = [(order(key), version) for key, version in some]
        tree, _ = tree.append_many(leaves_of_heads(hashing, named))
    return tree


def stretch(hashing: Hashing, heads: Iterable[Head], subject: str) -> Stretch:
    """Return the stretch that shows all heads of streams whose last segment is ``subject``.

    Args:
        hashing: the site's.
        heads: all of the day's, in ``order``; they are gone through once.
        subject: e.g. a cadre's code.
    """
    leaves: list[bytes] = []
    start, found, complete = 0, list[Head](), False
    prefix = subject + "/"
    for index, head in enumerate(heads):
        key = order(head.stream_id)
        if key < prefix:
            start, found = index, [head]
        elif not complete:
            found.append(head)
            complete = not key.startswith(prefix)
        leaves.append(hashing.leaf(head_entry(head)))
    end, nodes = start + len(found), reader(hashing, leaves)
    return Stretch(start, tuple(found), tuple(_outside(hashing, nodes, start, end, 0, len(leaves))))


def heads_of(
    hashing: Hashing, subject: str, shown: Stretch, size: int, root: bytes
) -> tuple[Head, ...]:
    """Return all heads of streams whose last segment is ``subject``, as a stretch proves them.

    Args:
        hashing: the site's.
        subject: e.g. a cadre's code.
        shown: the stretch.
        size: how many heads there are, as committed to.
        root: the root over them, as committed to.

    Raises:
        HeadsUnproven: the stretch isn't part of these heads, or leaves room for another.
    """
    start, end = shown.start, shown.start + len(shown.heads)
    prefix, keys = subject + "/", [order(head.stream_id) for head in shown.heads]
    hashes, leaves = iter(shown.hashes), iter([hashing.leaf(head_entry(h)) for h in shown.heads])
    try:
        if not 0 <= start <= end <= size or (size and start == end):
            raise StopIteration
        found = _root(hashing, leaves, hashes, (start, end), (0, size)) if size else hashing.empty
    except StopIteration:
        raise HeadsUnproven(say("heads_not_in_tree", subject=subject)) from None
    if found != root or next(hashes, None) is not None:
        raise HeadsUnproven(say("heads_not_in_tree", subject=subject))
    before = start == 0 or keys[0] < prefix
    after = end == size or (keys[-1] > prefix and not keys[-1].startswith(prefix))
    if not (before and after and all(one < other for one, other in pairwise(keys))):
        raise HeadsUnproven(say("heads_not_all", subject=subject))
    pairs = zip(keys, shown.heads, strict=True)
    return tuple(head for key, head in pairs if key.startswith(prefix))


def _outside(
    hashing: Hashing, nodes: Nodes, start: int, end: int, low: int, high: int
) -> Iterator[bytes]:
    """Yield the hashes of the largest subtrees of low…high that hold no leaf of start…end."""
    if high <= start or end <= low:
        if low < high:
            yield over(hashing, nodes, low, high)
    elif not start <= low < high <= end:
        middle = low + split(high - low)
        yield from _outside(hashing, nodes, start, end, low, middle)
        yield from _outside(hashing, nodes, start, end, middle, high)


def _root(
    hashing: Hashing,
    leaves: Iterator[bytes],
    hashes: Iterator[bytes],
    shown: tuple[int, int],
    within: tuple[int, int],
) -> bytes:
    """Return the root over ``within``; StopIteration where a hash is missing."""
    low, high = within
    if high <= shown[0] or shown[1] <= low:
        return next(hashes)
    if high - low == 1:
        return next(leaves)
    middle = low + split(high - low)
    left = _root(hashing, leaves, hashes, shown, (low, middle))
    return hashing.node(left, _root(hashing, leaves, hashes, shown, (middle, high)))
