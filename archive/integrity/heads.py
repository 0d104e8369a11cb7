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
from itertools import pairwise

from archive.integrity.entry import Head, head_entry
from archive.integrity.hashing import Hashing
from archive.integrity.tree import Nodes, Proof, over, reader, split
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
    return "/".join(reversed(stream_id.split("/")))


def head_leaves(hashing: Hashing, heads: Iterable[Head]) -> Iterator[bytes]:
    """Yield the leaves' hashes of heads that are given in ``order``.

    Raises:
        ValueError: they aren't in order, or a stream stands there twice.
    """
    last: str | None = None
    for head in heads:
        key = order(head.stream_id)
        if last is not None and key <= last:
            raise ValueError(f"{head.stream_id} is out of order")
        last = key
        yield hashing.leaf(head_entry(head))


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

    def passing() -> Iterator[Head]:
        nonlocal start, complete
        for index, head in enumerate(heads):
            key = order(head.stream_id)
            if key < prefix:
                start, found[:] = index, [head]
            elif not complete:
                found.append(head)
                complete = not key.startswith(prefix)
            yield head

    leaves.extend(head_leaves(hashing, passing()))
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
