"""The hash of a site's tree: standard values, and a plain word where there is none."""

import hashlib
from typing import Any

import pytest

from archive.integrity.hashing import SIZE, HashUnknown, hashing
from domain.sentence import speak

ALGORITHMS = pytest.mark.parametrize("name", ["sha256", "sm3"])


def available(name: str) -> None:
    if name not in hashlib.algorithms_available:
        pytest.skip(f"this OpenSSL has no {name}")


@ALGORITHMS
def test_leaves_and_nodes_are_hashed_in_separate_domains(name: str) -> None:
    available(name)
    made = hashing(name)
    left, right = made.leaf(b"left"), made.leaf(b"")
    assert left == hashlib.new(name, b"\x00left").digest()
    assert right == hashlib.new(name, b"\x00").digest()
    assert made.node(left, right) == hashlib.new(name, b"\x01" + left + right).digest()
    assert made.empty == hashlib.new(name).digest()
    assert len(made.empty) == len(left) == SIZE


def test_sm3_is_the_one_of_the_standard() -> None:
    available("sm3")  # GB/T 32905-2016, the first example: "abc"
    want = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert hashlib.new("sm3", b"abc").hexdigest() == want


def test_an_unknown_hash_is_refused_with_those_there_are() -> None:
    with pytest.raises(HashUnknown) as refused:
        hashing("md5")
    assert speak(refused.value.sentence, "en") == (
        "there is no hash named 'md5'; expected one of sha256, sm3"
    )


def test_sm3_is_refused_plainly_where_openssl_lacks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str, data: bytes = b"", **kept: Any) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", without)
    hashing.cache_clear()
    with pytest.raises(HashUnknown, match="OpenSSL 不含 SM3"):
        hashing("sm3")
    hashing.cache_clear()
