"""Reading strictly what others wrote: there is one way to write a thing, and no other is taken.

A reader that mends what it reads lets a changed byte pass. So base64 must be the canonical one
(RFC 4648 §3.5), numbers have no leading zeros, lines end with LF alone, and the last one too.
"""

import binascii
import re
from base64 import b64decode, b64encode
from typing import Final

from domain.refusal import Refusal
from domain.sentence import Term, say

MOST: Final = 2**63 - 1
"""The largest number that is read, and an index or a size may have."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


class Malformed(Refusal):
    """A text isn't written as its kind is."""


def strict_text(data: bytes, what: str, most: int) -> str:
    """Return bytes as the text that they are.

    Args:
        data: the bytes.
        what: the code of the term for what is read, e.g. ``checkpoint``.
        most: how many bytes there may be.

    Raises:
        Malformed: there are none or too many, a byte-order mark, CR, another control character,
            other bytes than UTF-8's, or no LF at the end.
    """
    kind = Term(what)
    if not data:
        raise Malformed(say("text_empty", what=kind))
    if len(data) > most:
        raise Malformed(say("bytes_too_many", what=kind, size=len(data), most=most))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(say("text_not_utf8", what=kind, at=error.start)) from None
    if text.startswith("\ufeff"):
        raise Malformed(say("text_bom", what=kind))
    if "\r" in text:
        raise Malformed(say("text_crlf", what=kind))
    if control := _CONTROL.search(text):
        raise Malformed(say("text_control", what=kind, code=f"U+{ord(control[0]):04X}"))
    if not text.endswith("\n"):
        raise Malformed(say("text_cut_off", what=kind))
    return text


def strict_base64(text: str, what: str) -> bytes:
    """Return what a text encodes.

    Raises:
        Malformed: it isn't the canonical base64 of anything.
    """
    try:
        decoded = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not text or b64encode(decoded).decode() != text:
        raise Malformed(say("base64_wrong", what=Term(what), text=_short(text)))
    return decoded


def strict_decimal(text: str, what: str) -> int:
    """Return the number that a text names.

    Raises:
        Malformed: it isn't ASCII digits without a leading zero, or above 2^63 - 1.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > MOST:
        raise Malformed(say("decimal_wrong", what=Term(what), text=_short(text)))
    return int(text)


def base64_of(data: bytes) -> str:
    """Return the canonical base64."""
    return b64encode(data).decode()


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
