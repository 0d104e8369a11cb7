"""A ledger as a file beside the log."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any, Final

from archive.integrity.ledger.store import (
    FORMAT,
    KEYS,
    LOCK_SECONDS,
    TABLES,
    LedgerFails,
    Rows,
    table_sql,
)
from archive.store.guards import StoreError
from domain.sentence import say
from projections.database.wal import switch_to_wal

APPLICATION_ID: Final = 0x53484A4C  # "SHJL", in the file's header
FILE: Final = "ledger.sqlite"


class SQLiteLedgerStore:
    """A ledger in an SQLite file.

    Args:
        path: the file, which is a ledger already.
    """

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self._lock = RLock()
        self._connection = _connect(path)

    def rows(self, statement: str, **values: Any) -> Rows:
        """Return what a statement finds."""
        with self._lock, _told(self.place):
            return self._connection.execute(statement, values).fetchall()

    def stream(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what a statement finds, however much that is."""
        with _told(self.place):
            yield from self._connection.execute(statement, values)

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Append rows."""
        with self._lock, _told(self.place):
            self._connection.executemany(_INSERTS[table], rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the file's write lock for one transaction."""
        with self._lock:
            with _told(self.place):
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                with _told(self.place):
                    self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()

    def settle(self) -> None:
        """Have what was committed survive a fall of the machine."""
        self.rows("PRAGMA wal_checkpoint(PASSIVE)")  # which synchronises the log before and behind

    def set_aside(self) -> str:
        """Put the file aside under another name, and return its path."""
        path = Path(self.place)
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        self.close()
        aside = next(
            candidate
            for number in count(1)
            if not (candidate := path.with_name(f"{path.stem}-aside-{number}.sqlite")).exists()
        )
        try:
            path.rename(aside)
            for suffix in ("-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror
            raise LedgerFails(say("ledger_fails", path=path, reason=reason)) from None
        return str(aside)

    def close(self) -> None:
        """Close its connection."""
        with self._lock:
            self._connection.close()


def found(path: Path) -> None:
    """Make a file into an empty ledger; one that is a ledger is left as it is.

    Raises:
        StoreError: the file is another program's or newer, or it can't be written.
    """
    with _told(str(path)), closing(_connect(path)) as connection:
        switch_to_wal(connection)
        connection.execute("BEGIN IMMEDIATE")
        if not _belongs_to_us(connection, path):
            for statement in (*tables(), *marks()):
                connection.execute(statement)
        connection.execute("COMMIT")


def is_made(path: Path) -> bool:
    """Return whether there is a ledger at ``path``; none, or an empty file, isn't one.

    Raises:
        StoreError: it is another program's, or newer than this program.
    """
    if not path.exists():
        return False
    if not path.is_file():
        raise StoreError(say("store_not_sqlite", path=path))
    try:
        with closing(_connect(path)) as connection:
            return _belongs_to_us(connection, path)
    except sqlite3.OperationalError as error:
        raise LedgerFails(say("ledger_fails", path=path, reason=error)) from None
    except sqlite3.DatabaseError:
        raise StoreError(say("store_not_sqlite", path=path)) from None


def _connect(path: Path) -> sqlite3.Connection:
    with _told(str(path)):
        connection = sqlite3.connect(
            path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        # What a fall of the machine takes from the end is sealed again from the log, alike.
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection


def _belongs_to_us(connection: sqlite3.Connection, path: Path) -> bool:
    found, version, tables = connection.execute(_IDENTITY).fetchone()
    if (found, version, tables) == (0, 0, 0):
        return False
    if found != APPLICATION_ID:
        raise StoreError(say("ledger_foreign", path=path))
    if version > FORMAT:
        raise StoreError(say("ledger_newer", path=path, found=version, known=FORMAT))
    return True


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Tell the driver's errors in a sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise LedgerFails(say("ledger_busy", path=place, seconds=LOCK_SECONDS)) from error
        raise LedgerFails(say("ledger_fails", path=place, reason=error)) from error
    except sqlite3.Error as error:
        raise LedgerFails(say("ledger_fails", path=place, reason=error)) from error


_INSERTS = {
    table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    for table, columns in TABLES.items()
}
_TYPES = {"number": "INTEGER", "text": "TEXT", "data": "BLOB"}

_IDENTITY = """
    SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
    FROM pragma_application_id, pragma_user_version"""


def tables() -> Iterator[str]:
    """Yield the statements that make the tables, and the triggers that keep them growing."""
    for table, key in KEYS.items():
        clustered = " WITHOUT ROWID" if table == "versions" else ""
        yield table_sql(table, _TYPES) + clustered
        # The last one refuses what INSERT OR REPLACE would quietly delete.
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        for name, when in (
            ("never_change", f"BEFORE UPDATE ON {table}"),
            ("never_go", f"BEFORE DELETE ON {table}"),
            (
                "stand_once",
                f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})",  # noqa: S608
            ),
        ):
            yield (
                f"CREATE TRIGGER {table}_{name} {when} "
                "BEGIN SELECT RAISE(ABORT, 'a ledger only grows'); END"
            )


def marks() -> tuple[str, ...]:
    """Return the statements that mark the file as a ledger of this format."""
    return (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}")
