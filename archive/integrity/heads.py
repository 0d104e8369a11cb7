"""Every stream's latest version on a day, so that nobody's last event can be left out.

A day's heads are the leaves of a tree of their own, whose root and size a leaf of the archive's
tree commits to (``entry.heads_entry``). They are ordered by their streams' ids with the segments
reversed, ``result/2018/C00123`` as ``C00123/2018/result``, as bytes: so all streams whose last
segment is ``C00123`` stand side by side. Neighbours, with the one before and the one after, then
show what these streams are, which version each has reached, and that there is no other; for a
cadre without streams it is two neighbours with nothing in between. Bundles show them.

It is the order that shows it. Whoever seals is bound to it by ``shiji verify --full``, which makes
days' trees again; neighbours alone can't show that heads far away from them are in order.
"""

from collections.abc import Iterable
from itertools import islice
from operator import lt

from archive.integrity.entry import leaves_of_heads
from archive.integrity.frontier import Frontier
from archive.integrity.hashing import Hashing
from archive.store.log import PAGE


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
