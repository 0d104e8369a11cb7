"""Trees: as the RFC defines them for every size up to 70, and no wrong proof passes."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.frontier import Frontier, Run, in_blocks, ledger_nodes
from archive.integrity.hashing import hashing
from archive.integrity.tree import (
    Nodes,
    Proof,
    consistency_proof,
    inclusion_proof,
    reader,
    root,
    verify_consistency,
    verify_inclusion,
)
from tests.integrity.rfc import Oracle, sides

H = hashing()
MOST = 70
ENTRIES = [b"entry %d" % number for number in range(MOST)]
LEAVES = [H.leaf(entry) for entry in ENTRIES]
ORACLE = Oracle(ENTRIES)
NODES = reader(H, LEAVES)
SIZES = range(MOST + 1)


def other_proofs(proof: Proof) -> Iterator[Proof]:
    """Yield wrong proofs: cut, lengthened, in another order, with a bit or a length changed."""
    stranger = H.leaf(b"stranger")
    yield (*proof, stranger)
    yield (stranger, *proof)
    if proof:
        yield proof[:-1]
        yield proof[1:]
        yield (*proof, proof[-1])
    if len(proof) > 1:
        yield proof[::-1]
    for at, hash_ in enumerate(proof):
        for wrong in (bytes([hash_[0] ^ 1]) + hash_[1:], hash_[:-1], hash_ + b"\0", b"", stranger):
            yield (*proof[:at], wrong, *proof[at + 1 :])


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_the_definitions(size: int) -> None:
    assert root(H, NODES, size) == ORACLE.mth(0, size)


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_has_the_definitions_proof_and_no_other_passes(size: int) -> None:
    whole = ORACLE.mth(0, size)
    for index in range(size):
        leaf, proof = LEAVES[index], inclusion_proof(H, NODES, index, size)
        assert list(proof) == ORACLE.path(index, 0, size)
        assert len(proof) <= math.ceil(math.log2(size))
        assert verify_inclusion(H, leaf, index, size, proof, whole)
        for other in other_proofs(proof):
            assert not verify_inclusion(H, leaf, index, size, other, whole)
        assert not verify_inclusion(H, H.leaf(b"stranger"), index, size, proof, whole)
        assert not verify_inclusion(H, leaf, index, size, proof, H.leaf(b"stranger"))
        for elsewhere in (index - 1, index + 1, index ^ 1, index + size, -1 - index, index - size):
            if elsewhere != index:
                assert not verify_inclusion(H, leaf, elsewhere, size, proof, whole)


@pytest.mark.parametrize("new", SIZES)
def test_every_earlier_size_has_the_definitions_proof_and_no_other_passes(new: int) -> None:
    whole = ORACLE.mth(0, new)
    for old in range(1, new + 1):
        before, proof = ORACLE.mth(0, old), consistency_proof(H, NODES, old, new)
        assert list(proof) == ORACLE.proof(old, new)
        assert verify_consistency(H, old, new, proof, before, whole)
        for other in other_proofs(proof):
            assert not verify_consistency(H, old, new, other, before, whole)
        assert not verify_consistency(H, old, new, proof, H.leaf(b"stranger"), whole)
        assert not verify_consistency(H, old, new, proof, before, H.leaf(b"stranger"))
        for another in {0, old - 1, old + 1, new + old, -old} - {old}:
            assert not verify_consistency(H, another, new, proof, before, whole)
        if old < new:
            assert not verify_consistency(H, new, old, proof, whole, before)
            assert not verify_consistency(H, old, new, proof, whole, before)


PLACES = [(index, size) for size in range(1, 14) for index in range(size)]


@pytest.mark.parametrize(("index", "size"), PLACES)
def test_a_proof_passes_for_another_place_only_if_the_way_up_is_the_same(
    index: int, size: int
) -> None:
    """A proof names neither index nor size: what they say is how many steps, and to which side."""
    proof, whole = inclusion_proof(H, NODES, index, size), ORACLE.mth(0, size)
    for other in PLACES:
        passes = verify_inclusion(H, LEAVES[index], *other, proof, whole)
        assert passes is (sides(*other) == sides(index, size)), other


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3), (0, -1)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(H, NODES, index, size)
    assert not verify_inclusion(H, LEAVES[0], index, size, (), LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (4, 3), (-1, 3)])
def test_there_is_nothing_to_prove_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="nothing to prove"):
        consistency_proof(H, NODES, old, new)
    assert not verify_consistency(H, old, new, (), LEAVES[0], LEAVES[0])


# Appending, and what a ledger keeps


class Ledger:
    """What a ledger keeps: leaves, and nodes from a level on; it counts what is read."""

    def __init__(self, lowest: int) -> None:
        self.lowest, self.reads, self.leaves = lowest, 0, list[bytes]()
        self.kept: dict[tuple[int, int], bytes] = {}

    def keep(self, runs: list[Run]) -> None:
        for level, start, hashes in runs:
            if level == 0:
                assert start == len(self.leaves)
                self.leaves += hashes
            if level >= self.lowest:
                for index, hash_ in enumerate(hashes, start):
                    assert (level, index) not in self.kept
                    self.kept[level, index] = hash_

    @property
    def nodes(self) -> Nodes:
        return ledger_nodes(H, self.stored, self.lowest)

    def stored(self, level: int, start: int, end: int) -> list[bytes]:
        self.reads += 1
        if level:
            return [self.kept[level, index] for index in range(start, end)]
        return self.leaves[start:end]


@pytest.mark.parametrize("size", SIZES)
def test_a_frontier_grown_leaf_by_leaf_has_the_trees_root(size: int) -> None:
    grown = Frontier(H)
    for leaf in LEAVES[:size]:
        grown = grown.append(leaf)
    assert (grown.size, grown.root) == (size, ORACLE.mth(0, size))
    assert grown == Frontier.at(H, NODES, size)


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(1, 4))
def test_batches_leave_what_leaves_one_by_one_would(batches: list[int], lowest: int) -> None:
    leaves = [H.leaf(b"%d" % number) for number in range(sum(batches))]
    ledger, grown, at = Ledger(lowest), Frontier(H), 0
    for batch in batches:
        grown, runs = grown.append_many(leaves[at : at + batch])
        ledger.keep(runs)
        at += batch
    assert grown == Frontier.at(H, reader(H, leaves), at) == Frontier.at(H, ledger.nodes, at)
    assert grown.root == root(H, ledger.nodes, at)
    complete = {(level, i) for level in range(lowest, 10) for i in range(at >> level)}
    assert ledger.kept.keys() == complete
    assert all(hash_ == reader(H, leaves)(*key) for key, hash_ in ledger.kept.items())


def test_proofs_of_any_earlier_size_take_reads_in_the_order_of_the_trees_height() -> None:
    leaves = [H.leaf(b"%d" % number) for number in range(5000)]
    ledger = Ledger(lowest=8)
    ledger.keep(Frontier(H).append_many(leaves)[1])
    most = 2 * math.ceil(math.log2(5000))
    for size in (1, 255, 256, 257, 4095, 4096, 4999, 5000):
        for index in {0, size // 3, size - 1}:
            ledger.reads = 0
            proof = inclusion_proof(H, ledger.nodes, index, size)
            assert ledger.reads <= most
            whole = root(H, reader(H, leaves), size)
            assert verify_inclusion(H, leaves[index], index, size, proof, whole)
        ledger.reads = 0
        proof = consistency_proof(H, ledger.nodes, size, 5000)
        assert ledger.reads <= most
        assert verify_consistency(
            H,
            size,
            5000,
            proof,
            root(H, ledger.nodes, size),
            root(H, ledger.nodes, 5000),
        )


@given(st.integers(1, 300), st.integers(1, 5), st.integers(1, 6))
def test_in_blocks_all_is_read_as_it_is_and_most_of_it_once(
    size: int, lowest: int, width: int
) -> None:
    leaves = [H.leaf(b"%d" % number) for number in range(size)]
    ledger = Ledger(lowest)
    ledger.keep(Frontier(H).append_many(leaves)[1])
    nodes = ledger_nodes(H, in_blocks(ledger.stored, size, 1 << max(lowest, width)), lowest)
    for level in range(size.bit_length()):
        for index in range(size >> level):
            assert nodes(level, index) == reader(H, leaves)(level, index)
    assert ledger.reads <= sum(
        -(-(size >> level) // (1 << max(lowest, width)))
        for level in range(0, size.bit_length(), lowest)
    )
