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
from archive.store.postgres_datastore import ArchiveDatastore, is_lost, patiently
from domain.sentence import say
from projections.log import Row

TupleCursor = Cursor[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What one transaction appends."""

    events: Sequence[Row]
    commands: Sequence[CommandRow]


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
    ) -> Rows:
        """Append events and commands behind the last position, if the guards hold; return them.

        Raises:
            ClosedStream, StreamChanged, CommandRepeated: a guard doesn't hold.
            StoreFails: as by :meth:`save`.
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
            last, closed, changed, recorded = found
            _refuse_closed(require_open, closed)
            if unchanged is not None:
                _refuse_changed(unchanged, changed)
            _refuse_repeated(ids, recorded)
            return Rows(_event_rows(events, last), _command_rows(commands, last))

        return self.save(decide)

    def save(self, decide: Callable[[TupleCursor], Rows]) -> Rows:
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
