"""Published test vectors, unchanged: RFC 6962 trees (transparency-dev/merkle)."""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from archive.integrity.hashing import hashing
from archive.integrity.tree import verify_consistency, verify_inclusion
from tests.integrity.vectors import VECTORS

MERKLE = VECTORS / "merkle"

pytestmark = pytest.mark.skipif(not MERKLE.is_dir(), reason=f"the vectors are not in {MERKLE}")


def probes(kind: str) -> list[Path]:
    return sorted((MERKLE / kind).rglob("*.json"))


def name(path: Path) -> str:
    return "/".join(path.parts[-2:])


def test_there_are_98_probes_of_each_kind() -> None:
    assert [len(probes(kind)) for kind in ("inclusion", "consistency")] == [98, 98]


@pytest.mark.parametrize("path", probes("inclusion"), ids=name)
def test_inclusion(path: Path) -> None:
    probe = json.loads(path.read_bytes())
    verified = verify_inclusion(
        hashing(),
        b64decode(probe["leafHash"] or ""),
        probe["leafIdx"],
        probe["treeSize"],
        [b64decode(hash_) for hash_ in probe["proof"] or ()],
        b64decode(probe["root"] or ""),
    )
    assert verified is not probe["wantErr"], probe["desc"]


@pytest.mark.parametrize("path", probes("consistency"), ids=name)
def test_consistency(path: Path) -> None:
    probe = json.loads(path.read_bytes())
    verified = verify_consistency(
        hashing(),
        probe["size1"],
        probe["size2"],
        [b64decode(hash_) for hash_ in probe["proof"] or ()],
        b64decode(probe["root1"] or ""),
        b64decode(probe["root2"] or ""),
    )
    assert verified is not probe["wantErr"], probe["desc"]
