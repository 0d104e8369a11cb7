"""The log on PostgreSQL: the library's recorder, with positions without gaps and a surer insert."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg.rows import tuple_row

from archive.store import postgres_schema as schema
from archive.store.guards import (
    CommandRecord,
    RecordedCommand,
    StoreError,
    StoreMissing,
    Unchanged,
)
from archive.store.log import PAGE, CommandRow
from archive.store.mark import Mark
from archive.store.postgres_datastore import (
    ArchiveDatastore,
    patiently,
    refuse_functions_in_the_database,
)
from archive.store.postgres_mark import mark_of
from archive.store.postgres_saving import Saving
from archive.store.postgres_statements import statements
from domain.sentence import say
from projections.log import Row

_LAST = 2**63 - 1
CONNECT_SECONDS = 10


def open_recorder(
    conninfo: str,
    schema_name: str,
    place: str,
    *,
    create: bool = False,
    closing_topics: Sequence[str] = (),
) -> "ArchivePostgresRecorder":
    """Open the log in a schema; with ``create``, make it where there is none.

    Args:
        conninfo: what libpq takes, a URL or keywords.
        schema_name: the schema.
        place: the location as sentences name it, without its password.
        create: make it where there is none.
        closing_topics: the topics after which a stream is closed.

    Raises:
        StoreError: there is none, it is not ours, or of a newer format.
    """
    _must_answer(conninfo, place)
    recorder = ArchivePostgresRecorder(
        ArchiveDatastore(conninfo, schema_name, place), closing_topics=closing_topics
    )
    try:
        if create:
            patiently(recorder.datastore.pool, recorder.create_table)
        elif not patiently(recorder.datastore.pool, recorder.is_made):
            raise StoreMissing(say("store_missing", path=place))
    except BaseException:
        recorder.close()
        raise
    return recorder


def _must_answer(conninfo: str, place: str) -> None:
    """Connect once, since the pool would only wait and not say why there is no connection.

    Raises:
        StoreError: the server can't be reached, or lets nobody in by what is given.
    """
    try:
        psycopg.connect(conninfo, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise StoreError(say("server_unreachable", path=place, reason=reason)) from None
    except psycopg.ProgrammingError:  # its message quotes parts of the URL, maybe the password
        raise StoreError(say("postgres_url_wrong", path="postgresql://…")) from None


class ArchivePostgresRecorder(PostgresApplicationRecorder):
    """A log that only grows, guarded by triggers, with guards and command ids at insert.

    Args:
        datastore: the database and the schema.
        events_table_name: the library's keyword; the table is always the same.
        closing_topics: the topics after which a stream is closed.

    Raises:
        StoreError: the library's functions in the database are asked for.
    """

    datastore: ArchiveDatastore

    def __init__(
        self,
        datastore: ArchiveDatastore,
        events_table_name: str = "stored_events",
        *,
        closing_topics: Sequence[str] = (),
    ) -> None:
        refuse_functions_in_the_database(datastore)
        super().__init__(datastore, events_table_name=events_table_name)
        self.closing_topics = tuple(closing_topics)
        names = schema.Names(datastore.schema)
        self.channel_name = names.channel
        self.sql_create_statements = schema.statements(datastore.schema, self.closing_topics)
        self._sql = statements(datastore.schema, self.closing_topics)
        self._saving = Saving(datastore, self._sql)

    def is_made(self) -> bool:
        """Return whether the schema holds a log; a missing or an empty one doesn't.

        Raises:
            StoreError: it is another program's, or newer than this program.
        """
        with self.datastore.get_connection() as connection:
            cursor = connection.cursor(row_factory=tuple_row)
            return schema.belongs_to_us(cursor, self.datastore.schema, self.datastore.place)

    def create_table(self) -> None:
        """Make an empty schema into a log; a log is left as it is."""
        if self.is_made():
            return
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(schema.lock_all_schemas())
            if not self.is_made():  # on another connection, hence as it is by now
                for statement in self.sql_create_statements:
                    cursor.execute(statement)

    def close(self) -> None:
        """Close its connections."""
        self.datastore.close()

    def insert_events(  # type: ignore[override]  # a misspelt keyword must not be swallowed
        self,
        stored_events: Sequence[StoredEvent],
        *,
        require_open: Sequence[str] = (),
        unchanged: Unchanged | None = None,
        commands: Sequence[CommandRecord] = (),
        reopens: bool = False,
    ) -> Sequence[int]:
        """Append the events, or nothing, and return their positions.

        With ``reopens`` they open an archive again that was marked as restored: they are recorded
        and the mark is taken away, or neither.

        Where a connection is lost the batch is tried again, and when it was lost in the commit it
        is first looked for, so that nothing is recorded twice.

        Raises:
            Restored: the archive is marked as restored.
            NotRestored: it is to be opened again, and isn't marked.
            StoreError: it is to be opened again by somebody who isn't the owner of the log.
            ClosedStream: a stream of ``require_open`` holds a closing already.
            StreamChanged: a stream of ``unchanged`` has events behind its position.
            CommandRepeated: a command of ``commands`` is recorded already.
            IntegrityError: a stream has this version already.
            StoreFails: the server stayed away, or another writer kept the lock; the sentence says
                whether the events are recorded.
        """
        rows = self._saving.guarded(
            stored_events, commands, require_open, unchanged, reopens=reopens
        )
        return [position for position, *_ in rows.events]

    def append_rows(self, events: Sequence[Row], commands: Sequence[CommandRow]) -> None:
        """Append rows of another log as they stand there, or nothing.

        Raises:
            Restored: the archive is marked as restored.
            IntegrityError: a position isn't behind the last, or a version or command is recorded.
            StoreFails: as by :meth:`insert_events`.
        """
        self._saving.rows(events, commands)

    def restored(self) -> Mark | None:
        """Return the mark of an archive that was restored; None where it isn't marked."""
        found: list[tuple[str | None]] = self._rows("mark", ())
        return mark_of(found[0][0])

    def mark_restored(self, mark: Mark) -> Mark:
        """Mark the archive as restored, and return the mark; one that stands there stays.

        Raises:
            StoreError: whoever asks isn't the owner of the log.
        """
        return self._saving.mark(mark)

    def find_command(self, command_id: str) -> RecordedCommand | None:
        """Return the recorded command of this id, if any."""
        return self.find_commands([command_id]).get(command_id)

    def find_commands(self, command_ids: Sequence[str]) -> dict[str, RecordedCommand]:
        """Return by their ids those of these commands that are recorded."""
        rows = self._rows("commands", (list(command_ids),))
        return {
            command_id: RecordedCommand(digest, tuple(json.loads(positions)))
            for command_id, digest, positions in rows
        }

    def scan_commands(self, page: int = PAGE) -> Iterator[list[CommandRow]]:
        """Yield pages of the recorded commands, in order of their ids."""
        after = ""
        while True:
            rows: list[CommandRow] = self._rows("scan_commands", (after, page))
            if rows:
                yield rows
            if len(rows) < page:
                return
            after = rows[-1][0]

    def identity(self) -> str:
        """Return what tells this log from any other, by whatever location it was opened."""
        found: list[tuple[str]] = self._rows("identity", ())
        return f"{found[0][0]}/{self.datastore.schema}"

    def scan(self, after: int, upto: int | None = None, page: int = PAGE) -> Iterator[list[Row]]:
        """Yield pages of the rows behind position ``after``, up to and with ``upto``."""
        last = self.last_position()
        upto = last if upto is None else min(upto, last)
        # By ranges of positions: with a LIMIT, a planner that doesn't know the table yet sorts all
        # that is left for every page.
        for first in range(after, upto, page):
            rows: list[Row] = self._rows("scan", (first, min(first + page, upto)))
            if rows:
                yield rows

    def read(self, positions: Sequence[int]) -> list[Row]:
        """Return the rows at these positions, in the log's order."""
        return self._rows("read", (list(positions),))

    def read_streams(self, originator_ids: Sequence[str]) -> list[Row]:
        """Return the rows of these streams, in the log's order."""
        return self._rows("read_streams", (list(originator_ids),))

    def stream_ids(self, prefix: str) -> list[str]:
        """Return the ids of the streams that begin with ``prefix``, in order."""
        rows = self._rows("stream_ids", {"first": prefix, "end": prefix + "\U0010ffff"})
        return [stream_id for (stream_id,) in rows]

    def last_position(self) -> int:
        """Return the position of the last event; 0 when there is none."""
        return self.max_notification_id() or 0

    def max_notification_id(self) -> int | None:
        """Return the position of the last event, as the library asks for it."""
        found: list[tuple[int | None]] = self._rows("last", ())
        return found[0][0]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's stored events in order."""
        lowest = -_LAST if gt is None else gt
        params = (originator_id, lowest, _LAST if lte is None else lte, limit)
        rows = self._rows("stream_backwards" if desc else "stream", params)
        return [StoredEvent(*row) for row in rows]

    def select_streams(self, originator_ids: Sequence[str]) -> Sequence[StoredEvent]:
        """Return the stored events of these streams, those of each in order."""
        return [StoredEvent(*row) for row in self._rows("streams", (list(originator_ids),))]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return notifications as the library asks for them."""
        after = (start or 0) - (start is not None and inclusive_of_start)
        params = (after, _LAST if stop is None else stop, list(topics), list(topics), limit)
        return [Notification(*row[1:], *row[:1]) for row in self._rows("notifications", params)]

    def _rows(self, name: str, params: Any) -> list[Any]:
        """Return what a reading statement finds; it is tried again when the connection is lost."""

        def attempt() -> list[Any]:
            with (
                self.datastore.get_connection() as connection,
                connection.cursor(binary=True, row_factory=tuple_row) as cursor,
            ):
                return cursor.execute(self._sql[name], params).fetchall()

        return patiently(self.datastore.pool, attempt)
