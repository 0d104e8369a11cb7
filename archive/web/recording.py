"""Recording one command for whoever asks, and what is to be said beside it."""

from dataclasses import dataclass
from typing import Any

from archive.archive import Archive
from archive.deciding import Raw
from archive.who import Actor
from domain.sentence import Sentence, say


@dataclass(frozen=True, slots=True)
class Recorded:
    """The positions of a command's events, and what is to be said beside them."""

    positions: tuple[int, ...]
    notes: tuple[Sentence, ...] = ()


def record(archive: Archive, raw: Raw, actor: Actor | None) -> Recorded:
    """Record a command for whoever asks.

    Raises:
        Refusal: it was refused; nothing is recorded.
    """
    given: dict[str, Any] = dict(raw)
    positions = archive.do(given, actor)
    unsealed = archive.unsealed
    return Recorded(positions, (say("note_unsealed", reason=unsealed),) if unsealed else ())
