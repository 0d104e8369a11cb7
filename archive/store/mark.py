"""The mark of an archive that was restored: nothing is recorded in it until it was verified.

It stands where every process meets it that records: beside the log's file, or as the comment on
the log's table, which a dump takes along. An insert looks for it behind the lock that it holds
anyway, so that nothing is recorded behind it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from domain.refusal import Refusal
from domain.sentence import Term, say

ASKED: Final = "marked_by_hand"
"""Why: somebody said that the archive was restored."""

_UNKNOWN: Final = "restored"


@dataclass(frozen=True, slots=True)
class Mark:
    """When an archive was marked as restored, and why.

    Args:
        at: the server's time, aware; None where the mark can't be read, which marks all the same.
        why: the code of what told of it.
    """

    at: datetime | None
    why: str

    @property
    def text(self) -> str:
        """The mark as it is kept, one line."""
        return f"{self.at.astimezone(UTC).isoformat() if self.at else '-'} {self.why}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the mark that a text is."""
        at, _, why = text.strip().partition(" ")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return cls(None, _UNKNOWN)
        return cls(moment if moment.tzinfo else None, why or _UNKNOWN)


class Restored(Refusal):
    """The archive was restored and is read-only until it is verified."""

    def __init__(self, mark: Mark) -> None:
        super().__init__(say("archive_restored", at=mark.at or "", why=Term(mark.why)))
        self.mark = mark


class NotRestored(Refusal):
    """The archive isn't marked as restored, so that there is nothing to open again."""

    def __init__(self) -> None:
        super().__init__(say("not_restored"))
