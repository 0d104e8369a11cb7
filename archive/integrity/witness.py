"""Witnesses: what an archive hands them, and when they cosign (C2SP tlog-witness).

A witness keeps the last checkpoint that it cosigned, and cosigns another only where it is shown
that the new tree begins with that one. So an archive that was cut short, put back or written anew
finds no cosignature any more, whatever key whoever did it holds. That same tree it cosigns again,
since what it wrote may have been lost on the way.

What is handed over is the line ``old `` and the size last cosigned; the consistency proof from
there, a line of base64 each; an empty line; the signed checkpoint as it is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from archive.integrity.checkpoint import Opened, Trust, open_checkpoint
from archive.integrity.hashing import SIZE
from archive.integrity.note import LONGEST, NotTrusted
from archive.integrity.signer import Signer, Verifier
from archive.integrity.strict import (
    Malformed,
    base64_of,
    strict_base64,
    strict_decimal,
    strict_text,
)
from archive.integrity.tree import Proof, verify_consistency
from domain.sentence import say

REQUEST: Final = b"old "
"""What every request begins with."""

_OLD: Final = REQUEST.decode()
_WHAT: Final = "witness_request"
_MOST: Final = 63
"""Hashes of a proof; the largest tree that is read is no higher."""


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint, and the proof that its tree begins with an earlier one.

    Args:
        old: the earlier one's size; 0 before the first cosignature.
        proof: the hashes from there, as RFC 6962 §2.1.2 orders them.
        checkpoint: the signed note, byte for byte.
    """

    old: int
    proof: Proof
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        lines = (f"{_OLD}{self.old}", *map(base64_of, self.proof), "", "")
        return "\n".join(lines).encode() + self.checkpoint


def parse_request(data: bytes) -> Request:
    """Return a request as it is written; nothing is verified yet.

    Raises:
        Malformed: it isn't written so.
    """
    head, empty, checkpoint = strict_text(data, _WHAT, 2 * LONGEST).partition("\n\n")
    first, *lines = head.split("\n")
    if not first.startswith(_OLD) or not empty or not checkpoint:
        raise Malformed(say("request_foreign"))
    if len(lines) > _MOST:
        raise Malformed(say("proof_too_long", most=_MOST))
    proof = tuple(strict_base64(line, _WHAT) for line in lines)
    if any(len(hash_) != SIZE for hash_ in proof):
        raise Malformed(say("proof_hash_size", want=SIZE))
    return Request(strict_decimal(first.removeprefix(_OLD), _WHAT), proof, checkpoint.encode())


def cosign(
    request: Request,
    last: Opened | None,
    origin: str,
    logs: Collection[Verifier],
    witness: Signer,
    at: int,
) -> bytes:
    """Return the checkpoint with the witness's cosignature.

    Args:
        request: what the archive handed over.
        last: the checkpoint that the witness cosigned last; None before the first.
        origin: the archive that is witnessed.
        logs: its keys.
        witness: who cosigns.
        at: when, in seconds since 1970.

    Raises:
        Malformed, HashUnknown: the checkpoint isn't written as one.
        NotTrusted: it isn't this archive's, or its tree isn't shown to begin with the last one.
    """
    opened = open_checkpoint(request.checkpoint, origin, Trust(logs))
    new = opened.checkpoint
    seen = last.checkpoint.size if last else 0
    if last and new.hash != last.checkpoint.hash:
        raise NotTrusted(say("witness_other_hash", found=new.hash, last=last.checkpoint.hash))
    if new.size < seen:
        raise NotTrusted(say("witness_shorter", size=new.size, last=seen))
    if last and (new.size, new.root) == (seen, last.checkpoint.root):
        return opened.cosigned(witness, at)
    if request.old != seen:
        raise NotTrusted(say("witness_not_from_last", old=request.old, last=seen))
    if last and seen:
        roots = last.checkpoint.root, new.root
        if not verify_consistency(opened.hashing, seen, new.size, request.proof, *roots):
            raise NotTrusted(say("witness_inconsistent", size=new.size, last=seen))
    return opened.cosigned(witness, at)
