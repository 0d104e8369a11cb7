"""Proofs as text: that an entry is in an archive, checked offline (C2SP tlog-proof).

The line ``c2sp.org/tlog-proof@v1``; if there is any, ``extra `` and the base64 of opaque data;
``index `` and the leaf's number; the hashes in base64, a line each, from the leaf's sibling
upwards (RFC 6962 §2.1.1); an empty line; the signed checkpoint as it is.
"""

from dataclasses import dataclass
from typing import Final

from archive.integrity.checkpoint import Opened, Trust, open_checkpoint
from archive.integrity.hashing import SIZE
from archive.integrity.note import LONGEST, NotTrusted
from archive.integrity.strict import (
    Malformed,
    base64_of,
    strict_base64,
    strict_decimal,
    strict_text,
)
from archive.integrity.tree import verify_inclusion
from domain.sentence import say

HEADER: Final = "c2sp.org/tlog-proof@v1"
_FAMILY: Final = "c2sp.org/tlog-proof@"
_WHAT: Final = "tree_proof"
_MOST: Final = 63
"""Hashes of a proof; the largest tree that is read is no higher."""


@dataclass(frozen=True, slots=True)
class TreeProof:
    """A leaf's way to the root of a checkpoint.

    Args:
        index: the leaf's number.
        hashes: from the leaf's sibling upwards.
        checkpoint: the signed note, byte for byte.
        extra: opaque data that nothing vouches for.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        lines = [HEADER, *([f"extra {base64_of(self.extra)}"] if self.extra else ())]
        lines += [f"index {self.index}", *map(base64_of, self.hashes)]
        return "\n".join((*lines, "", "")).encode() + self.checkpoint


def parse_proof(data: bytes) -> TreeProof:
    """Return a proof as it is written; nothing is verified yet.

    Raises:
        Malformed: it isn't written so, or in a newer format.
    """
    head, empty, checkpoint = strict_text(data, _WHAT, 2 * LONGEST).partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER:
        newer = header.startswith(_FAMILY)
        key = say("proof_newer", found=header) if newer else say("proof_foreign", want=HEADER)
        raise Malformed(key)
    if not empty or not checkpoint:
        raise Malformed(say("proof_without_checkpoint"))
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = strict_base64(lines.pop(0).removeprefix("extra "), _WHAT)
    if not lines or not lines[0].startswith("index "):
        raise Malformed(say("proof_without_index"))
    index = strict_decimal(lines.pop(0).removeprefix("index "), _WHAT)
    if len(lines) > _MOST:
        raise Malformed(say("proof_too_long", most=_MOST))
    hashes = tuple(strict_base64(line, _WHAT) for line in lines)
    if any(len(hash_) != SIZE for hash_ in hashes):
        raise Malformed(say("proof_hash_size", want=SIZE))
    return TreeProof(index, hashes, checkpoint.encode(), extra)


def verify_proof(proof: TreeProof, entry: bytes, origin: str, trust: Trust) -> Opened:
    """Return the checkpoint that commits to an entry.

    Args:
        proof: the way to its root.
        entry: what the leaf is the hash of.
        origin, trust: as ``open_checkpoint`` takes them.

    Raises:
        Refusal: the checkpoint is none to be believed, as ``open_checkpoint`` says.
        NotTrusted: it doesn't commit to the entry at this index.
    """
    opened = open_checkpoint(proof.checkpoint, origin, trust)
    size, root = opened.checkpoint.size, opened.checkpoint.root
    if proof.index >= size:
        raise NotTrusted(say("proof_beyond", index=proof.index, size=size))
    leaf = opened.hashing.leaf(entry)
    if not verify_inclusion(opened.hashing, leaf, proof.index, size, proof.hashes, root):
        raise NotTrusted(say("proof_wrong", index=proof.index, size=size))
    return opened
