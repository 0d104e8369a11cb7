"""Signed notes: a text and who signed it, as C2SP signed-note has them.

The text ends with LF; then comes an empty line, then one line for each signature: em dash, space,
the key's name, space, the base64 of the key's id and the signature.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from archive.integrity.signer import Signer, Verifier, key_name
from archive.integrity.strict import Malformed, base64_of, strict_base64, strict_text
from domain.refusal import Refusal
from domain.sentence import say

LONGEST: Final = 256 * 1024
"""Bytes that a note may have: a hundred of the longest signatures there are, and more."""

MOST_SIGNATURES: Final = 100

_DASH: Final = "— "
_KEY_ID: Final = 4


class NotTrusted(Refusal):
    """What is well written but nobody known vouches for it, or somebody falsely."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line.

    Args:
        name: the key's name.
        key_id: its four bytes.
        payload: what the key's type makes of a text.
    """

    name: str
    key_id: bytes
    payload: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.payload)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, with the LF at its end, and its signatures in order."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return "\n".join((self.text, *map(str, self.signatures), "")).encode()

    def signed(self, signer: Signer, at: int) -> "Note":
        """Return the note with a signature more, in place of an earlier one of the same key.

        Args:
            signer: who signs.
            at: when, in seconds since 1970.
        """
        name, key_id = signer.name, signer.key_id
        others = [line for line in self.signatures if (line.name, line.key_id) != (name, key_id)]
        added = Signature(name, key_id, signer.sign(self.text.encode(), at))
        return replace(self, signatures=(*others, added))


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose signatures of a note were verified.

    Args:
        by: the verified ones, in the note's order.
        ignored: those of keys that aren't known, of which nothing is said.
    """

    by: tuple[Signature, ...]
    ignored: tuple[Signature, ...]


def parse_note(data: bytes, what: str = "signed_note") -> Note:
    """Return a note as it is written; nothing is said about its signatures yet.

    Args:
        data: its bytes.
        what: the code of the term for what is read.

    Raises:
        Malformed: it isn't written as a note, or a line stands there twice.
    """
    content = strict_text(data, what, LONGEST)
    text, empty, below = content.rpartition("\n\n")
    if not empty or not text or not below:
        raise Malformed(say("note_unsigned"))
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(say("note_too_many", most=MOST_SIGNATURES))
    if len(set(lines)) < len(lines):
        raise Malformed(say("note_line_twice"))
    return Note(text + "\n", tuple(map(_signature, lines)))


def verify_note(note: Note, known: Collection[Verifier]) -> Signed:
    """Return whose signatures of a note are right.

    Signatures of unknown keys are ignored, as C2SP signed-note wants it.

    Raises:
        NotTrusted: no known key signed it, one did twice, or a known key's signature is wrong.
    """
    keys = {(key.name, key.key_id): key for key in known}
    by: dict[tuple[str, bytes], Signature] = {}
    ignored = []
    for signature in note.signatures:
        whose = (signature.name, signature.key_id)
        key = keys.get(whose)
        if key is None:
            ignored.append(signature)
            continue
        if whose in by:
            raise NotTrusted(say("signed_twice", name=signature.name))
        if not key.verify(note.text.encode(), signature.payload):
            raise NotTrusted(say("signature_wrong", name=signature.name))
        by[whose] = signature
    if not by:
        names = tuple(dict.fromkeys(signature.name for signature in ignored))
        raise NotTrusted(say("signed_by_nobody_known", names=names))
    return Signed(tuple(by.values()), tuple(ignored))


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not key_name(name):
        raise Malformed(say("signature_line_wrong"))
    decoded = strict_base64(encoded, "signature")
    if len(decoded) <= _KEY_ID:
        raise Malformed(say("signature_cut_off", name=name))
    return Signature(name, decoded[:_KEY_ID], decoded[_KEY_ID:])
