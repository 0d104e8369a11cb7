"""Proofs as text: an entry is in the archive, or a sentence says why that isn't shown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.checkpoint import Checkpoint, Trust, open_checkpoint
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.entry import event_entry
from archive.integrity.frontier import Frontier
from archive.integrity.hashing import hashing
from archive.integrity.note import LONGEST
from archive.integrity.proof import TreeProof, parse_proof, verify_proof
from archive.integrity.tree import inclusion_proof, reader
from domain.refusal import Refusal
from domain.sentence import speak

ORIGIN = "示例市/实绩档案"
LOG = PrivateKey(ORIGIN, Type.LOG, b"\x01" * 32)
WITNESS = PrivateKey("jiwei.example/w1", Type.WITNESS, b"\x02" * 32)
AT = 1_546_300_800
H = hashing()
SIZE = 11
ENTRIES = [event_entry("cadre/C1", version, "cadre.posted", b"{}") for version in range(SIZE)]
LEAVES = [H.leaf(entry) for entry in ENTRIES]
ROOT = Frontier(H).append_many(LEAVES)[0].root
SIGNED = Checkpoint(ORIGIN, SIZE, ROOT).signed(LOG, AT)
COSIGNED = open_checkpoint(SIGNED, ORIGIN, Trust([LOG.public])).cosigned(WITNESS, AT)


def proof_of(index: int, extra: bytes = b"") -> TreeProof:
    hashes = inclusion_proof(H, reader(H, LEAVES), index, SIZE)
    return TreeProof(index, hashes, COSIGNED, extra)


def verified(proof: TreeProof, entry: bytes) -> Checkpoint:
    return verify_proof(proof, entry, ORIGIN, Trust([LOG.public], [WITNESS.public], 1)).checkpoint


@pytest.mark.parametrize("extra", [b"", b"opaque \x00"])
def test_every_entry_is_proven_by_text_alone(extra: bytes) -> None:
    for index, entry in enumerate(ENTRIES):
        written = bytes(proof_of(index, extra))
        read = parse_proof(written)
        assert read == proof_of(index, extra)
        assert bytes(read) == written
        assert verified(read, entry) == Checkpoint(ORIGIN, SIZE, ROOT)


def test_the_text_is_the_specifications() -> None:
    lines = bytes(proof_of(10, b"\x00")).decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra AA==", "index 10"]
    assert lines[5:8] == ["", ORIGIN, "11"]  # behind the two hashes of the last leaf of 11


PROOF = proof_of(3)
UNPROVEN = {
    "another entry": (PROOF, ENTRIES[4], "leaf 3 of the checkpoint of 11 isn't what is shown"),
    "an edited entry": (PROOF, ENTRIES[3] + b" ", "isn't what is shown"),
    "another index": (replace(PROOF, index=2), ENTRIES[3], "leaf 2 of the checkpoint of 11 isn't"),
    "an index beyond": (replace(PROOF, index=11), ENTRIES[3], "is of leaf 11, and the checkpoint"),
    "a hash less": (replace(PROOF, hashes=PROOF.hashes[1:]), ENTRIES[3], "isn't what is shown"),
    "a hash more": (replace(PROOF, hashes=(*PROOF.hashes, ROOT)), ENTRIES[3], "isn't what is"),
    "another order": (replace(PROOF, hashes=PROOF.hashes[::-1]), ENTRIES[3], "isn't what is"),
    "no witness": (replace(PROOF, checkpoint=SIGNED), ENTRIES[3], "at least 1 known witnesses"),
    "another archive": (
        replace(
            PROOF,
            checkpoint=Checkpoint("别处", SIZE, ROOT).signed(replace(LOG, name="别处"), AT),
        ),
        ENTRIES[3],
        "a checkpoint of '别处'",
    ),
}


@pytest.mark.parametrize(("proof", "entry", "sentence"), UNPROVEN.values(), ids=UNPROVEN)
def test_what_isnt_proven_is_refused(proof: TreeProof, entry: bytes, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        verified(proof, entry)
    assert sentence in speak(refused.value.sentence, "en")


WRITTEN = bytes(PROOF)


@given(st.integers(0, len(WRITTEN) * 8 - 1))
def test_no_bit_of_a_proof_may_flip(bit: int) -> None:
    flipped = bytearray(WRITTEN)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Refusal):
        verified(parse_proof(bytes(flipped)), ENTRIES[3])


@given(st.integers(0, len(WRITTEN) - 1))
def test_a_proof_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(Refusal):
        verified(parse_proof(WRITTEN[:length]), ENTRIES[3])


HASH = WRITTEN.split(b"\n")[2]
MALFORMED = {
    "nothing": (b"", "the inclusion proof is empty"),
    "something else": (SIGNED, "whose first line is c2sp.org/tlog-proof@v1"),
    "a newer format": (WRITTEN.replace(b"@v1", b"@v2"), "of format c2sp.org/tlog-proof@v2, which"),
    "line ends of Windows": (WRITTEN.replace(b"\n", b"\r\n"), "has carriage returns"),
    "no checkpoint": (WRITTEN.split(b"\n\n")[0] + b"\n\n", "lacks its checkpoint"),
    "no empty line": (WRITTEN.split(b"\n\n")[0] + b"\n", "lacks its checkpoint"),
    "no index": (WRITTEN.replace(b"index 3\n", b""), "is to have its index line behind"),
    "an unknown line": (WRITTEN.replace(b"index", b"note a\nindex"), "is to have its index line"),
    "two indexes": (WRITTEN.replace(b"index 3", b"index 3\nindex 3"), "'index 3' in the inclusion"),
    "two extras": (
        WRITTEN.replace(b"index", b"extra AA==\nextra AA==\nindex"),
        "is to have its index line",
    ),
    "an empty extra": (WRITTEN.replace(b"index", b"extra \nindex"), "isn't canonical base64"),
    "a leading zero": (WRITTEN.replace(b"index 3", b"index 03"), "isn't a decimal number"),
    "a short hash": (WRITTEN.replace(HASH, b"AAAA"), "is to have 32 bytes"),
    "no base64": (WRITTEN.replace(HASH, b"!" + HASH[1:]), "isn't canonical base64"),
    "too many hashes": (
        WRITTEN.replace(HASH, b"\n".join([HASH] * 64)),
        "has more than 63 hashes",
    ),
    "too long": (b"x" * (2 * LONGEST + 1), "the inclusion proof has 524289 bytes"),
}


@pytest.mark.parametrize(("data", "sentence"), MALFORMED.values(), ids=MALFORMED)
def test_what_isnt_written_as_a_proof_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_proof(data)
    assert sentence in speak(refused.value.sentence, "en")
