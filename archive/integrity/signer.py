"""Who signs and who is believed, whatever the algorithm.

A key is known by its name and a short id (C2SP signed-note). Types of signatures differ in what
they make of a text; one that isn't here yet, such as SM2's, is another class with these methods.
"""

from typing import Protocol


class Verifier(Protocol):
    """A key that signatures are verified by."""

    @property
    def name(self) -> str:
        """Whose it is; a log's is its origin."""

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""

    def verify(self, text: bytes, payload: bytes) -> bool:
        """Return whether ``payload``, the signature line's bytes after the id, signs ``text``."""

    def signed_at(self, payload: bytes) -> int | None:
        """Return when that was, in seconds since 1970, where signatures of this type say it."""


class Signer(Protocol):
    """A key that signs."""

    @property
    def name(self) -> str:
        """Whose it is."""

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""

    def sign(self, text: bytes, at: int) -> bytes:
        """Return the payload of a signature line; ``at`` in seconds since 1970."""


def key_name(name: str) -> bool:
    """Return whether a key may have this name: no space of any kind, no ``+``, no control."""
    return bool(name) and not any(c.isspace() or c == "+" or c < " " for c in name)
