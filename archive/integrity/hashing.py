"""The hash that a site's tree is made with: SHA-256, or SM3 where national algorithms must be used.

Leaves and inner nodes are hashed in separate domains (RFC 6962 §2.1), so that no inner node can
be passed off as an entry.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Final

from domain.refusal import Refusal
from domain.sentence import say

SIZE: Final = 32
"""Bytes of a hash, with either algorithm."""

LEAF: Final = b"\x00"
NODE: Final = b"\x01"
"""What is hashed before an entry, and before two nodes."""

SHA256: Final = "sha256"
SM3: Final = "sm3"


class HashUnknown(Refusal):
    """The site's hash isn't one of ours, or the OpenSSL here lacks it."""


@dataclass(frozen=True, slots=True)
class Hashing:
    """How leaves and nodes are hashed.

    Args:
        name: ``sha256`` or ``sm3``.
        digest: H itself, where a million entries are hashed in a row.
        leaf: an entry's hash, H(0x00 ‖ entry).
        node: an inner node's hash, H(0x01 ‖ left ‖ right).
        empty: the root of the tree without leaves, H of nothing.
    """

    name: str
    digest: Callable[[bytes], "hashlib._Hash"] = field(repr=False, compare=False)
    leaf: Callable[[bytes], bytes] = field(repr=False, compare=False)
    node: Callable[[bytes, bytes], bytes] = field(repr=False, compare=False)
    empty: bytes = field(repr=False, compare=False)


@cache
def hashing(name: str = SHA256) -> Hashing:
    """Return the hashing of this name.

    Raises:
        HashUnknown: it is neither ``sha256`` nor ``sm3``, or OpenSSL lacks SM3.
    """
    if name == SHA256:
        digest: Callable[[bytes], hashlib._Hash] = hashlib.sha256
    elif name == SM3:
        digest = partial(hashlib.new, SM3)
        try:
            digest(b"")
        except ValueError:
            raise HashUnknown(say("sm3_missing")) from None
    else:
        raise HashUnknown(say("hash_unknown", name=name, known=(SHA256, SM3)))
    return Hashing(
        name,
        digest,
        leaf=lambda entry: digest(LEAF + entry).digest(),
        node=lambda left, right: digest(NODE + left + right).digest(),
        empty=digest(b"").digest(),
    )
