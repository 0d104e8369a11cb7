"""A witness cosigns a tree that goes on from the last one it cosigned, and no other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.checkpoint import Checkpoint, Opened, Trust, open_checkpoint
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.hashing import hashing
from archive.integrity.note import NotTrusted
from archive.integrity.strict import Malformed
from archive.integrity.tree import Nodes, consistency_proof, reader, root
from archive.integrity.witness import Request, cosign, parse_request
from domain.refusal import Refusal
from domain.sentence import speak

ORIGIN = "示例市/实绩档案"
LOG = PrivateKey(ORIGIN, Type.LOG, b"\x01" * 32)
WITNESS = PrivateKey("jiwei.example/w1", Type.WITNESS, b"\x02" * 32)
AT = 1_546_300_800
SHA = hashing()


def nodes(size: int, salt: bytes = b"") -> Nodes:
    return reader(SHA, [SHA.leaf(salt + bytes([number])) for number in range(size)])


def checkpoint(size: int, salt: bytes = b"") -> bytes:
    return Checkpoint(ORIGIN, size, root(SHA, nodes(size, salt), size)).signed(LOG, AT)


def opened(data: bytes) -> Opened:
    return open_checkpoint(data, ORIGIN, Trust([LOG.public], [WITNESS.public]))


def asked(old: int, new: int, salt: bytes = b"") -> Request:
    proof = consistency_proof(SHA, nodes(new, salt), old, new) if old else ()
    return Request(old, proof, checkpoint(new, salt))


def cosigned(request: Request, last: bytes | None) -> Opened:
    before = opened(last) if last else None
    return opened(cosign(request, before, ORIGIN, [LOG.public], WITNESS, AT + 1))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4).map(sorted))
def test_a_growing_tree_is_cosigned_time_and_again(sizes: list[int]) -> None:
    last: bytes | None = None
    for old, new in zip([0, *sizes], sizes, strict=False):
        request = parse_request(bytes(asked(old, new)))
        found = cosigned(request, last)
        assert [(w.name, w.at) for w in found.witnesses] == [(WITNESS.name, AT + 1)]
        last = bytes(found.note)


LAST = checkpoint(10)


@pytest.mark.parametrize("old", [0, 9, 10])
def test_the_very_tree_that_was_cosigned_last_is_cosigned_again(old: int) -> None:
    found = cosigned(asked(old, 10), LAST)
    assert found.checkpoint == opened(LAST).checkpoint
    assert [w.name for w in found.witnesses] == [WITNESS.name]


REFUSED: list[tuple[str, Request, bytes | None]] = [
    ("只有 7 条，少于上次见证的 10 条", asked(0, 7), LAST),
    ("证明从 0 条开始", asked(0, 12), LAST),
    ("证明从 9 条开始", asked(9, 12), LAST),
    ("不是由上次见证的 10 条续写而来", asked(10, 12, b"rewritten"), LAST),
    ("不是由上次见证的 10 条续写而来", replace(asked(10, 12), proof=()), LAST),
    ("不是由上次见证的 10 条续写而来", asked(10, 10, b"rewritten"), LAST),
    ("证明从 0 条开始", asked(0, 10, b"rewritten"), LAST),
    ("证明从 3 条开始", asked(3, 12), None),
]


@pytest.mark.parametrize(("why", "request_", "last"), REFUSED)
def test_any_other_tree_is_refused(why: str, request_: Request, last: bytes | None) -> None:
    with pytest.raises(NotTrusted) as refused:
        cosigned(request_, last)
    assert why in speak(refused.value.sentence)


WHOLE = bytes(asked(10, 12))
MALFORMED = {
    "a note alone": LAST,
    "nothing": b"",
    "no checkpoint": WHOLE.partition(b"\n\n")[0] + b"\n",
    "CRLF": WHOLE.replace(b"\n", b"\r\n"),
    "BOM": "\ufeff".encode() + WHOLE,
    "a leading zero": WHOLE.replace(b"old 10", b"old 010"),
    "a negative size": WHOLE.replace(b"old 10", b"old -10"),
    "a hash too short": WHOLE.replace(b"old 10\n", b"old 10\nAAAA\n"),
    "too many hashes": WHOLE.replace(b"old 10", b"old 10" + 64 * (b"\n" + b"A" * 43 + b"=")),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_request_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        parse_request(data)
    assert speak(refused.value.sentence)
    assert speak(refused.value.sentence, "en")


@given(st.integers(0, len(WHOLE) * 8 - 1))
def test_no_flipped_bit_passes(bit: int) -> None:
    data = bytearray(WHOLE)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Refusal):
        cosigned(parse_request(bytes(data)), LAST)
