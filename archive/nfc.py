"""Text as it is kept and compared: NFC, however its characters were typed."""

from unicodedata import combining, normalize

from domain.refusal import Refusal
from domain.sentence import say

MOST_MARKS = 30
"""Accents and the like on one character, as in what Unicode calls stream-safe text.

NFC sorts them, in a time that grows by the square of their number: a million takes hours.
"""
_SHORT = 1_000


def nfc(text: str) -> str:
    """Return a text in NFC.

    Raises:
        Refusal: some character carries more marks than any writing has.
    """
    if len(text) > _SHORT and not text.isascii():
        marks = 0
        for character in text:
            marks = marks + 1 if combining(character) else 0
            if marks > MOST_MARKS:
                raise Refusal(say("text_marks", most=MOST_MARKS))
    return normalize("NFC", text)
