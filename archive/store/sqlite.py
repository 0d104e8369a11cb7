"""The log on SQLite: the library's recorder, made safe to append to from many processes."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from operator import attrgetter
from pathlib import Path

from eventsourcing.persistence import (
    Notification,
    StoredEvent,
)
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteDatastore,
)

from archive.store import schema
from archive.store.files import put_in_place
from archive.store.guards import (
    ClosedStream,
    CommandRecord,
    CommandRepeated,
    RecordedCommand,
    StoreError,
    StoreMissing,
    StreamChanged,
    Unchanged,
)
from archive.store.log import PAGE, CommandRow
from archive.store.mark import Mark, NotRestored, Restored
from archive.store.sqlite_datastore import ArchiveDatastore, ImmediateTransaction
from domain.sentence import say
from projections.database.wal import switch_to_wal
from projections.log import Row

MARK = "restored"
"""The file beside the log's that marks an archive as restored."""

_LAST = 2**63 - 1
_COLUMNS = "originator_id, originator_version, topic, state"
_as_row = attrgetter("originator_id", "originator_version", "topic", "state")


def open_recorder(
    path: Path, *, create: bool = False, closing_topics: Sequence[str] = ()
) -> "ArchiveSQLiteRecorder":
    """Open the log at ``path``; with ``create``, make it where there is none.

    Raises:
        StoreError: there is none, it is not ours, or of a newer format.
    """
    fresh = schema.is_fresh(path)
    if fresh and not create:
        raise StoreMissing(say("store_missing", path=path.parent))
    if fresh:
        with closing(sqlite3.connect(path)) as connection:
            switch_to_wal(connection)  # before the file is ours: who finds it ours finds it so
    recorder = ArchiveSQLiteRecorder(ArchiveDatastore(path), closing_topics=closing_topics)
    if fresh:
        recorder.create_table()
    return recorder


class ArchiveSQLiteRecorder(SQLiteApplicationRecorder):
    """A log that only grows, guarded by triggers, with guards and command ids at insert.

    Args:
        datastore: the file.
        events_table_name: the library's keyword; the table is always the same.
        closing_topics: the topics after which a stream is closed.
    """

    def __init__(
        self,
        datastore: SQLiteDatastore,
        events_table_name: str = "stored_events",
        *,
        closing_topics: Sequence[str] = (),
    ) -> None:
        self.closing_topics = tuple(closing_topics)
        super().__init__(datastore, events_table_name)
        self.insert_events_statement = f"INSERT INTO stored_events ({_COLUMNS}) VALUES (?,?,?,?)"  # noqa: S608
        self.select_closing_statement = (
            "SELECT 1 FROM stored_events WHERE originator_id = ? AND "  # noqa: S608
            + schema.closing_condition(self.closing_topics)
        )

    def construct_create_table_statements(self) -> list[str]:
        """Return the statements of the schema, triggers and format included."""
        return schema.statements(self.closing_topics)

    def create_table(self) -> None:
        """Make an empty file into a log; a log is left as it is."""
        with self._writing() as cursor:
            if not schema.belongs_to_us(cursor, self.datastore.pool.db_name):
                for statement in self.create_table_statements:
                    cursor.execute(statement)

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
        with self._writing() as cursor:
            self._refuse_restored(reopens=reopens)
            self._refuse_closed(cursor, require_open)
            if unchanged is not None:
                _refuse_changed(cursor, unchanged)
            _refuse_repeated(cursor, commands)
            positions = self._append(cursor, stored_events)
            _record(cursor, commands, positions)
        if reopens:
            self._mark.unlink(missing_ok=True)
        return positions

    def append_rows(self, events: Sequence[Row], commands: Sequence[CommandRow]) -> None:
        """Append rows of another log as they stand there, or nothing.

        Raises:
            Restored: the archive is marked as restored.
            IntegrityError: a position isn't behind the last, or a version or command is recorded.
        """
        with self._writing() as cursor:
            self._refuse_restored()
            cursor.executemany(_APPEND, events)
            cursor.executemany(_RECORD, commands)

    def restored(self) -> Mark | None:
        """Return the mark of an archive that was restored; None where it isn't marked.

        Raises:
            StoreError: it can't be read.
        """
        try:
            return Mark.parse(self._mark.read_text("utf-8", errors="replace"))
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = error.strerror
            raise StoreError(say("store_unreadable", path=self._mark, reason=reason)) from None

    def mark_restored(self, mark: Mark) -> Mark:
        """Mark the archive as restored, and return the mark; one that stands there stays.

        Raises:
            StoreError: the folder can't be written.
        """
        with self._writing():  # whoever records now is done before, or meets the mark
            standing = self.restored()
            if standing is None:
                try:
                    put_in_place(self._mark, (mark.text + "\n").encode())
                except OSError as error:
                    reason = error.strerror
                    sentence = say("store_unwritable", path=self._mark.parent, reason=reason)
                    raise StoreError(sentence) from None
        return standing or mark

    def close(self) -> None:
        """Close its connections."""
        self.datastore.close()

    def select_streams(self, originator_ids: Sequence[str]) -> Sequence[StoredEvent]:
        """Return the stored events of these streams, those of each in order."""
        with self._reading() as cursor:
            rows = cursor.execute(_STREAMS, (json.dumps(originator_ids),)).fetchall()
        return [StoredEvent(*row) for row in rows]

    def find_command(self, command_id: str) -> RecordedCommand | None:
        """Return the recorded command of this id, if any."""
        return self.find_commands([command_id]).get(command_id)

    def find_commands(self, command_ids: Sequence[str]) -> dict[str, RecordedCommand]:
        """Return by their ids those of these commands that are recorded."""
        with self._reading() as cursor:
            rows = cursor.execute(_AMONG_COMMANDS, (json.dumps(command_ids),)).fetchall()
        return {
            command_id: RecordedCommand(digest, tuple(json.loads(positions)))
            for command_id, digest, positions in rows
        }

    def scan_commands(self, page: int = PAGE) -> Iterator[list[CommandRow]]:
        """Yield pages of the recorded commands, in order of their ids."""
        after = ""
        while True:
            with self._reading() as cursor:
                rows: list[CommandRow] = cursor.execute(_COMMANDS, (after, page)).fetchall()
            if rows:
                yield rows
            if len(rows) < page:
                return
            after = rows[-1][0]

    def identity(self) -> str:
        """Return what tells this log from any other, by whatever location it was opened."""
        return str(Path(self.datastore.pool.db_name).resolve())

    def scan(self, after: int, upto: int | None = None, page: int = PAGE) -> Iterator[list[Row]]:
        """Yield pages of the rows behind position ``after``, up to and with ``upto``."""
        upto = _LAST if upto is None else upto
        statement = (
            f"SELECT id, {_COLUMNS} FROM stored_events "  # noqa: S608
            "WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
        )
        while True:
            with self._reading() as cursor:
                rows: list[Row] = cursor.execute(statement, (after, upto, page)).fetchall()
            if rows:
                yield rows
            if len(rows) < page:
                return
            after = rows[-1][0]

    def read(self, positions: Sequence[int]) -> list[Row]:
        """Return the rows at these positions, in the log's order."""
        statement = (
            f"SELECT id, {_COLUMNS} FROM stored_events "  # noqa: S608
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        )
        with self._reading() as cursor:
            return cursor.execute(statement, (json.dumps(list(positions)),)).fetchall()

    def read_streams(self, originator_ids: Sequence[str]) -> list[Row]:
        """Return the rows of these streams, in the log's order."""
        with self._reading() as cursor:
            return cursor.execute(_STREAM_ROWS, (json.dumps(list(originator_ids)),)).fetchall()

    def stream_ids(self, prefix: str) -> list[str]:
        """Return the ids of the streams that begin with ``prefix``, in order."""
        with self._reading() as cursor:
            rows = cursor.execute(_STREAM_IDS, {"first": prefix, "end": prefix + "\U0010ffff"})
            return [stream_id for (stream_id,) in rows]

    def last_position(self) -> int:
        """Return the position of the last event; 0 when there is none."""
        return self.max_notification_id() or 0

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
        first = (start or 0) + (start is not None and not inclusive_of_start)
        params = [first, _LAST if stop is None else stop, *topics, limit]
        among = f"AND topic IN ({','.join('?' * len(topics))})" if topics else ""
        statement = (
            f"SELECT id, {_COLUMNS} FROM stored_events "  # noqa: S608
            f"WHERE id >= ? AND id <= ? {among} ORDER BY id LIMIT ?"
        )
        with self._reading() as cursor:
            rows = cursor.execute(statement, params).fetchall()
        return [Notification(*row[1:], *row[:1]) for row in rows]

    @property
    def _mark(self) -> Path:
        return Path(self.datastore.pool.db_name).with_name(MARK)

    def _refuse_restored(self, *, reopens: bool = False) -> None:
        mark = self.restored()
        if mark is not None and not reopens:
            raise Restored(mark)
        if mark is None and reopens:
            raise NotRestored

    def _refuse_closed(self, cursor: sqlite3.Cursor, stream_ids: Sequence[str]) -> None:
        for stream_id in dict.fromkeys(stream_ids):
            if cursor.execute(self.select_closing_statement, (stream_id,)).fetchone():
                raise ClosedStream(stream_id)

    def _append(self, cursor: sqlite3.Cursor, events: Sequence[StoredEvent]) -> list[int]:
        if not events:
            return []
        cursor.executemany(self.insert_events_statement, map(_as_row, events))
        (last,) = cursor.execute("SELECT last_insert_rowid()").fetchone()
        first = last - len(events) + 1
        # Holding the write lock, the table gives ids one after the other.
        found = cursor.execute(_FIRST_AND_COUNT, (first, *_as_row(events[0])[:2])).fetchone()
        assert found == (first, len(events)), found
        return list(range(first, last + 1))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        with (
            self.datastore.get_connection(commit=True) as connection,
            ImmediateTransaction(connection, commit=True) as cursor,
            cursor as plain,
        ):
            plain.row_factory = None
            yield plain

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        with self.datastore.transaction(commit=False) as cursor:
            cursor.sqlite_cursor.row_factory = None
            yield cursor.sqlite_cursor


def _refuse_changed(cursor: sqlite3.Cursor, unchanged: Unchanged) -> None:
    for (stream_id,) in cursor.execute(WRITTEN_SINCE, (unchanged.upto,)):
        if stream_id in unchanged.streams or f"{stream_id.split('/')[0]}/" in unchanged.streams:
            raise StreamChanged(stream_id)


def _refuse_repeated(cursor: sqlite3.Cursor, commands: Sequence[CommandRecord]) -> None:
    ids = [command.command_id for command in commands]
    seen = {row[0] for row in cursor.execute(_AMONG_COMMANDS, (json.dumps(ids),))}
    for command_id in ids:
        if command_id in seen:
            raise CommandRepeated(command_id)
        seen.add(command_id)


def _record(
    cursor: sqlite3.Cursor, commands: Sequence[CommandRecord], positions: Sequence[int]
) -> None:
    cursor.executemany(
        _RECORD,
        (
            (command.command_id, command.digest, str([positions[i] for i in command.events]))
            for command in commands
        ),
    )


# By the rows' numbers: to tell streams apart, SQLite would go through a whole index instead.
WRITTEN_SINCE = "SELECT originator_id FROM stored_events NOT INDEXED WHERE id > ?"

_APPEND = f"INSERT INTO stored_events (id, {_COLUMNS}) VALUES (?,?,?,?,?)"  # noqa: S608
_RECORD = "INSERT INTO commands (command_id, digest, positions) VALUES (?,?,?)"
_STREAMS = f"""
    SELECT {_COLUMNS} FROM stored_events
    WHERE originator_id IN (SELECT value FROM json_each(?))
    ORDER BY originator_id, originator_version"""  # noqa: S608

_STREAM_ROWS = f"""
    SELECT id, {_COLUMNS} FROM stored_events
    WHERE originator_id IN (SELECT value FROM json_each(?)) ORDER BY id"""  # noqa: S608

_AMONG_COMMANDS = """
    SELECT command_id, digest, positions FROM commands
    WHERE command_id IN (SELECT value FROM json_each(?))"""
_COMMANDS = """
    SELECT command_id, digest, positions FROM commands
    WHERE command_id > ? ORDER BY command_id LIMIT ?"""

_FIRST_AND_COUNT = """
    SELECT id, (SELECT count(*) FROM stored_events WHERE id >= ?1)
    FROM stored_events WHERE originator_id = ?2 AND originator_version = ?3"""

# A skip scan by the unique index: one look-up a stream, however long the streams are.
_STREAM_IDS = """
    WITH RECURSIVE ids (id) AS (
        SELECT min(originator_id) FROM stored_events
        WHERE originator_id >= :first AND originator_id < :end
        UNION ALL
        SELECT (SELECT min(originator_id) FROM stored_events
                WHERE originator_id > ids.id AND originator_id < :end)
        FROM ids WHERE ids.id IS NOT NULL
    )
    SELECT id FROM ids WHERE id IS NOT NULL"""
