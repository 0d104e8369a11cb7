"""Appending to the log on PostgreSQL: behind its lock, and once, whatever the connection does."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from eventsourcing.persistence import PersistenceError, StoredEvent
from psycopg import Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from archive.store.guards import (
    ClosedStream,
    CommandRecord,
    CommandRepeated,
    StoreFails,
    StreamChanged,
    Unchanged,
)
from archive.store.log import CommandRow
from archive.store.mark import Mark
from archive.store.postgres_datastore import ArchiveDatastore, is_lost, patiently
from archive.store.postgres_mark import mark_of, refuse_restored, set_mark
from domain.sentence import say
from projections.log import Row

TupleCursor = Cursor[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What one transaction appends."""

    events: Sequence[Row]
    commands: Sequence[CommandRow]
    reopens: bool = False


class Saving:
    """What appends to one log.

    Args:
        datastore: where the log stands.
        sql: the log's statements, by name (``postgres_statements``).
    """

    def __init__(self, datastore: ArchiveDatastore, sql: dict[str, bytes]) -> None:
        self.datastore = datastore
        self._sql = sql

    def guarded(
        self,
        events: Sequence[StoredEvent],
        commands: Sequence[CommandRecord],
        require_open: Sequence[str],
        unchanged: Unchanged | None,
        *,
        reopens: bool,
    ) -> Rows:
        """Append events and commands behind the last position, if the guards hold; return them.

        Raises:
            Restored, NotRestored: the archive is marked as restored, or is to be opened again
                and isn't.
            ClosedStream, StreamChanged, CommandRepeated: a guard doesn't hold.
            StoreFails: the server stayed away, or another writer kept the lock.
        """
        ids = [command.command_id for command in commands]
        guards = {
            "open": list(require_open),
            "upto": unchanged.upto if unchanged else None,
            "commands": ids,
        }

        def decide(cursor: TupleCursor) -> Rows:
            found = cursor.execute(self._sql["guards"], guards).fetchone()
            assert found is not None
            comment, last, closed, changed, recorded = found
            refuse_restored(comment, reopens=reopens)
            _refuse_closed(require_open, closed)
            if unchanged is not None:
                _refuse_changed(unchanged, changed)
            _refuse_repeated(ids, recorded)
            rows = _event_rows(events, last), _command_rows(commands, last)
            return Rows(*rows, reopens)

        return self._save(decide)

    def rows(self, events: Sequence[Row], commands: Sequence[CommandRow]) -> None:
        """Append rows of another log as they stand there, or nothing.

        Raises:
            Restored: the archive is marked as restored.
            StoreFails: the server stayed away, or another writer kept the lock.
        """

        def decide(cursor: TupleCursor) -> Rows:
            refuse_restored(self._comment(cursor))
            return Rows(events, commands)

        self._save(decide)

    def mark(self, mark: Mark) -> Mark:
        """Mark the archive as restored, and return the mark; one that stands there stays.

        Raises:
            StoreError: whoever asks isn't the owner of the log.
        """

        def attempt() -> Mark:
            with self._locked() as cursor:  # whoever records now is done before, or meets the mark
                standing = mark_of(self._comment(cursor))
                if standing is None:
                    set_mark(cursor, self.datastore, mark)
                _commit(cursor)
            return standing or mark

        return patiently(self.datastore.pool, attempt)

    def _save(self, decide: Callable[[TupleCursor], Rows]) -> Rows:
        """Append what is decided behind the lock, once, and return it.

        A connection that is lost before the commit recorded nothing: then all is done anew. One
        that is lost in the commit may have recorded it: then it is looked for first, behind the
        lock, which the lost transaction held to its end.

        Args:
            decide: returns the rows; it may refuse by raising.

        Raises:
            StoreFails: the server stayed away, or another writer kept the lock.
        """
        sent: Rows | None = None
        """What may be recorded, while nobody knows what became of its commit."""

        def attempt() -> Rows:
            nonlocal sent
            with self._locked() as cursor:
                if sent is not None and self._stands(cursor, sent):
                    return sent
                sent = None
                rows = decide(cursor)
                self._insert(cursor, rows)
                sent = rows
                try:
                    _commit(cursor)
                except psycopg.Error as error:
                    if not is_lost(error):
                        sent = None
                    raise
            return rows

        try:
            return patiently(self.datastore.pool, attempt)
        except PersistenceError as error:
            if sent is not None:
                raise StoreFails(say("server_lost_saving", path=self.datastore.place)) from error
            raise

    @contextmanager
    def _locked(self) -> Iterator[TupleCursor]:
        """Yield a cursor in a transaction that nobody else appends beside.

        Unless it is committed within, it is rolled back.
        """
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(binary=True, row_factory=tuple_row) as cursor,
        ):
            connection.execute(self._sql["begin"])
            yield cursor
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.rollback()

    def _stands(self, cursor: TupleCursor, rows: Rows) -> bool:
        """Return whether the rows were recorded, all of them as they are."""
        positions = [position for position, *_ in rows.events]
        events = cursor.execute(self._sql["read"], (positions,)).fetchall()
        ids = [command_id for command_id, *_ in rows.commands]
        commands = cursor.execute(self._sql["commands"], (ids,)).fetchall()
        return events == list(rows.events) and sorted(commands) == sorted(rows.commands)

    def _insert(self, cursor: TupleCursor, rows: Rows) -> None:
        if rows.events:
            cursor.execute(self._sql["insert"], _columns(rows.events))
        if rows.commands:
            cursor.execute(self._sql["record"], _columns(rows.commands))
        if rows.reopens:
            set_mark(cursor, self.datastore, None)

    def _comment(self, cursor: TupleCursor) -> str | None:
        found: tuple[str | None] | None = cursor.execute(self._sql["mark"]).fetchone()
        return found[0] if found else None


def _event_rows(events: Sequence[StoredEvent], last: int) -> list[Row]:
    """Return the rows of events behind the last position."""
    return [
        (position, str(event.originator_id), event.originator_version, event.topic, event.state)
        for position, event in enumerate(events, last + 1)
    ]


def _command_rows(commands: Sequence[CommandRecord], last: int) -> list[CommandRow]:
    """Return the rows of commands whose events stand behind the last position."""
    return [
        (command.command_id, command.digest, str([last + 1 + i for i in command.events]))
        for command in commands
    ]


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _commit(cursor: TupleCursor) -> None:
    cursor.execute("COMMIT")
    # Of a transaction that failed the server says so only here.
    assert cursor.statusmessage == "COMMIT", cursor.statusmessage


def _refuse_closed(required: Sequence[str], closed: Collection[str]) -> None:
    for stream_id in required:
        if stream_id in closed:
            raise ClosedStream(stream_id)


def _refuse_changed(unchanged: Unchanged, changed: Sequence[str]) -> None:
    for stream_id in changed:
        if stream_id in unchanged.streams or f"{stream_id.split('/')[0]}/" in unchanged.streams:
            raise StreamChanged(stream_id)


def _refuse_repeated(command_ids: Sequence[str], recorded: Collection[str]) -> None:
    seen = set(recorded)
    for command_id in command_ids:
        if command_id in seen:
            raise CommandRepeated(command_id)
        seen.add(command_id)
