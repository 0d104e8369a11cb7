"""What a verification found: faults, each a sentence with the place it is about, and notes."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.sentence import Sentence

MOST = 100
"""Faults that are listed; beyond these they are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that isn't as it was sealed, or can't have been written by this program.

    Args:
        sentence: what is wrong.
        position: the event's in the log, where it is about one.
        stream: its stream.
        version: its version in the stream.
    """

    sentence: Sentence
    position: int | None = None
    stream: str | None = None
    version: int | None = None


class Found:
    """Faults and notes as they come up."""

    def __init__(self) -> None:
        self.count = 0
        """How many faults there are, listed or not."""
        self.notes: list[Sentence] = []
        """What couldn't be seen, or is good to know."""
        self._faults: list[Fault] = []

    def fault(
        self,
        sentence: Sentence,
        position: int | None = None,
        stream: str | None = None,
        version: int | None = None,
    ) -> None:
        """Note a fault."""
        self.count += 1
        if len(self._faults) < MOST:
            self._faults.append(Fault(sentence, position, stream, version))

    def note(self, sentence: Sentence) -> None:
        """Note something that is no fault."""
        self.notes.append(sentence)

    def faults(self) -> Iterator[Fault]:
        """Yield what is listed: faults of events first, in the log's order."""
        last = float("inf")
        yield from sorted(self._faults, key=lambda f: last if f.position is None else f.position)
