"""Merkle trees as RFC 6962 §2.1 and RFC 9162 §2.1 define them, by pure functions over hashes.

Proofs are made from a reader of complete subtrees' hashes, each of which is one read: a proof for
a tree of n leaves takes at most 2·log₂ n reads, for every earlier size too. Verifying takes the
iterative algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2, and a proof of any other length than the
right one fails.
"""

from collections.abc import Callable, Iterator, Sequence

from archive.integrity.hashing import SIZE, Hashing

Nodes = Callable[[int, int], bytes]
"""``nodes(level, index)`` is the hash over the leaves index·2^level up to (index+1)·2^level."""

Proof = tuple[bytes, ...]


def reader(hashing: Hashing, leaves: Sequence[bytes]) -> Nodes:
    """Return a reader that computes subtrees anew from all the leaves' hashes."""

    def read(level: int, index: int) -> bytes:
        return subtree(hashing, leaves[index << level : (index + 1) << level])

    return read


def subtree(hashing: Hashing, hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaves' hashes whose number is a power of two."""
    node = hashing.node
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [node(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def root(hashing: Hashing, nodes: Nodes, size: int) -> bytes:
    """Return the root of the tree over the first ``size`` leaves (RFC 6962 §2.1)."""
    return over(hashing, nodes, 0, size) if size else hashing.empty


def inclusion_proof(hashing: Hashing, nodes: Nodes, index: int, size: int) -> Proof:
    """Return the hashes that lead from leaf ``index`` to the root of ``size`` leaves.

    From the leaf's sibling upwards (RFC 6962 §2.1.1).

    Raises:
        ValueError: there is no such leaf in a tree of this size.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(over(hashing, nodes, middle, end))
            end = middle
        else:
            path.append(over(hashing, nodes, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(hashing: Hashing, nodes: Nodes, old: int, new: int) -> Proof:
    """Return the hashes that show the tree of ``new`` leaves to begin with that of ``old``.

    As RFC 6962 §2.1.2 orders them; of equal sizes there are none.

    Raises:
        ValueError: not 0 < ``old`` ≤ ``new``. Every tree begins with the empty one, which is
            nothing to prove.
    """
    if not 0 < old <= new:
        raise ValueError(f"nothing to prove from {old} leaves to {new}")
    path, start, end = [], 0, new
    while end > old:
        middle = start + split(end - start)
        if old <= middle:
            path.append(over(hashing, nodes, middle, end))
            end = middle
        else:
            path.append(over(hashing, nodes, start, middle))
            start = middle
    if start:  # a whole old tree is known to whoever verifies, a part of it isn't
        path.append(over(hashing, nodes, start, end))
    return tuple(reversed(path))


def verify_inclusion(
    hashing: Hashing, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether the leaf with this hash is number ``index`` of ``size`` under ``root``."""
    if not 0 <= index < size or not _hashes((leaf, *proof)):
        return False
    at, last, found = index, size - 1, leaf
    for hash_ in proof:
        if not last:
            return False
        if at & 1 or at == last:
            found = hashing.node(hash_, found)
            at, last = _to_a_right_child(at, last)
        else:
            found = hashing.node(found, hash_)
        at, last = at >> 1, last >> 1
    return not last and found == root


def verify_consistency(
    hashing: Hashing, old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Return whether the tree of ``new`` leaves begins with the tree of ``old``.

    From the empty tree there is nothing to verify: ``old`` of 0 is never consistent here.
    """
    if not 0 < old <= new or not _hashes(proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path: Iterator[bytes] = iter(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    # A complete old tree is itself the first hash of the way, and isn't sent.
    found = old_root if not at else next(path, b"")
    before = after = found
    for hash_ in path:
        if not last:
            return False
        if at & 1 or at == last:
            before, after = hashing.node(hash_, before), hashing.node(hash_, after)
            at, last = _to_a_right_child(at, last)
        else:
            after = hashing.node(after, hash_)
        at, last = at >> 1, last >> 1
    return not last and before == old_root and after == new_root


def _to_a_right_child(at: int, last: int) -> tuple[int, int]:
    """Go up past the levels where the node on the right edge has no sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _hashes(proof: Sequence[bytes]) -> bool:
    return all(len(hash_) == SIZE for hash_ in proof)


def split(width: int) -> int:
    """Return the largest power of two below ``width``."""
    return 1 << ((width - 1).bit_length() - 1)


def over(hashing: Hashing, nodes: Nodes, start: int, end: int) -> bytes:
    """Return the root over leaves from ``start``, a multiple of a power of two ≥ their number."""
    found: list[bytes] = []
    while start < end:  # the complete subtrees, the largest first
        level = (end - start).bit_length() - 1
        found.append(nodes(level, start >> level))
        start += 1 << level
    last = found.pop()
    while found:
        last = hashing.node(found.pop(), last)
    return last
