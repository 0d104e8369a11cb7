"""Ed25519 keys (RFC 8032) that sign notes or cosign checkpoints, and their texts.

A log signs the note itself (C2SP signed-note, type 0x01); a witness signs it with the time, behind
a line that says so (C2SP tlog-cosignature, type 0x04), so that neither signature passes for the
other. Keys are written as Go's ``golang.org/x/mod/sumdb/note`` and its kin read them.
"""

import re
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive.integrity.signer import key_name
from archive.integrity.strict import MOST, Malformed, base64_of, strict_base64
from domain.sentence import say

KEY_SIZE: Final = 32
"""Bytes of an Ed25519 key, private or public (RFC 8032 §5.1.5)."""

PRIVATE: Final = "PRIVATE+KEY+"
"""How the text of a private key begins."""

_time = struct.Struct(">Q")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class Type(IntEnum):
    """What a signature means, by its byte."""

    LOG = 0x01  # an Ed25519 signature of a note (C2SP signed-note)
    WITNESS = 0x04  # a timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 key that verifies.

    Args:
        name: whose it is, without spaces and ``+``.
        type: what its signatures mean.
        public: its 32 bytes.
    """

    name: str
    type: Type
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as one line of text: ``name+id+base64(type ‖ public key)``."""
        encoded = base64_of(bytes([self.type]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Return the key that a line names.

        Raises:
            Malformed: it isn't written so, is of another type, or its id belongs to other bytes.
        """
        name, type_, public = _parse("public_key", vkey)
        found = cls(name, type_, public)
        if found.vkey != vkey:
            raise Malformed(say("key_damaged", name=name))
        return found

    def verify(self, text: bytes, payload: bytes) -> bool:
        """Return whether ``payload`` is this key's signature of ``text`` (RFC 8032 §5.1.7)."""
        message, signature = text, payload
        if self.type is Type.WITNESS:
            at = self.signed_at(payload)
            if at is None:
                return False
            message, signature = _cosigned(text, at), payload[_time.size :]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def signed_at(self, payload: bytes) -> int | None:
        """Return a cosignature's time in seconds since 1970; a note's signature has none."""
        if self.type is not Type.WITNESS or len(payload) < _time.size:
            return None
        at: int = _time.unpack_from(payload)[0]
        return at if at <= MOST else None


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An Ed25519 key that signs.

    Args:
        name: whose it is, without spaces and ``+``.
        type: what its signatures mean.
        seed: its 32 bytes, never shown.
    """

    name: str
    type: Type
    seed: bytes = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return PublicKey(self.name, self.type, key.public_bytes_raw())

    @property
    def key_id(self) -> bytes:
        """Its public key's."""
        return self.public.key_id

    @property
    def skey(self) -> str:
        """The key as one line of text: ``PRIVATE+KEY+name+id+base64(type ‖ seed)``."""
        encoded = base64_of(bytes([self.type]) + self.seed)
        return f"{PRIVATE}{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, skey: str) -> Self:
        """Return the key that a line names.

        Raises:
            Malformed: it isn't written so, is of another type, or its id belongs to other bytes.
        """
        if not skey.startswith(PRIVATE):
            raise Malformed(say("private_key_foreign"))
        name, type_, seed = _parse("private_key", skey.removeprefix(PRIVATE))
        found = cls(name, type_, seed)
        if found.skey != skey:
            raise Malformed(say("key_damaged", name=name))
        return found

    def sign(self, text: bytes, at: int) -> bytes:
        """Return the payload that signs ``text``; ``at``, in seconds since 1970, if it says when.

        Raises:
            ValueError: a cosignature's time is before 1970 or beyond 2^63 - 1.
        """
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.type is not Type.WITNESS:
            return key.sign(text)
        if not 0 <= at <= MOST:
            raise ValueError(f"no time: {at}")
        return _time.pack(at) + key.sign(_cosigned(text, at))


def _parse(what: str, line: str) -> tuple[str, Type, bytes]:
    name, key_id, encoded = [*line.split("+", 2), "", "", ""][:3]
    if not key_name(name) or not _KEY_ID.fullmatch(key_id):
        raise Malformed(say("key_foreign"))
    decoded = strict_base64(encoded, what)
    if decoded[0] not in set(Type):
        raise Malformed(say("key_type_unknown", name=name, type=f"0x{decoded[0]:02x}"))
    if len(decoded) != 1 + KEY_SIZE:
        raise Malformed(say("key_cut_off", name=name, size=len(decoded) - 1, want=KEY_SIZE))
    return name, Type(decoded[0]), decoded[1:]


def _cosigned(text: bytes, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n".encode() + text
