"""What recording, deciding, the views and copying need of a log, whichever store keeps it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from eventsourcing.persistence import StoredEvent

from archive.store.guards import CommandRecord, RecordedCommand, Unchanged
from archive.store.mark import Mark
from projections.log import Row

CommandRow = tuple[str, bytes, str]
"""Command id, digest, and the positions of its events as a JSON list."""

PAGE = 5000


class Log(Protocol):
    """A log of events that only grows; it may be written by many processes at once.

    The store's own errors are the library's: whoever reads or appends may meet a
    ``PersistenceError``.
    """

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        require_open: Sequence[str] = (),
        unchanged: Unchanged | None = None,
        commands: Sequence[CommandRecord] = (),
        reopens: bool = False,
    ) -> Sequence[int]:
        """Append the events, or nothing, and return their positions.

        With ``reopens`` they open an archive again that was marked as restored: it takes the mark
        away, once they are recorded.

        Raises:
            Restored: the archive is marked as restored.
            NotRestored: it is to be opened again, and isn't marked.
            ClosedStream: a stream of ``require_open`` holds a closing already.
            StreamChanged: a stream of ``unchanged`` has events behind its position.
            CommandRepeated: a command of ``commands`` is recorded already.
            IntegrityError: a stream has this version already.
        """

    def select_events(
        self,
        originator_id: str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's stored events in order."""

    def select_streams(self, originator_ids: Sequence[str]) -> Sequence[StoredEvent]:
        """Return the stored events of these streams, those of each in order."""

    def find_command(self, command_id: str) -> RecordedCommand | None:
        """Return the recorded command of this id, if any."""

    def find_commands(self, command_ids: Sequence[str]) -> dict[str, RecordedCommand]:
        """Return by their ids those of these commands that are recorded."""

    def scan(self, after: int, upto: int | None = None, page: int = PAGE) -> Iterator[list[Row]]:
        """Yield pages of the rows behind position ``after``, up to and with ``upto``."""

    def append_rows(self, events: Sequence[Row], commands: Sequence[CommandRow]) -> None:
        """Append rows of another log as they stand there, or nothing.

        Raises:
            Restored: the archive is marked as restored.
            IntegrityError: a position isn't behind the last, or a version or command is recorded.
        """

    def scan_commands(self, page: int = PAGE) -> Iterator[list[CommandRow]]:
        """Yield pages of the recorded commands, in order of their ids."""

    def identity(self) -> str:
        """Return what tells this log from any other, by whatever location it was opened."""

    def read(self, positions: Sequence[int]) -> list[Row]:
        """Return the rows at these positions, in the log's order."""

    def read_streams(self, originator_ids: Sequence[str]) -> list[Row]:
        """Return the rows of these streams, in the log's order."""

    def stream_ids(self, prefix: str) -> list[str]:
        """Return the ids of the streams that begin with ``prefix``, in order."""

    def last_position(self) -> int:
        """Return the position of the last event; 0 when there is none."""

    def restored(self) -> Mark | None:
        """Return the mark of an archive that was restored; None where it isn't marked."""

    def mark_restored(self, mark: Mark) -> Mark:
        """Mark the archive as restored, and return the mark; one that stands there stays.

        Raises:
            StoreError: whoever asks may not.
        """

    def close(self) -> None:
        """Close its connections."""
