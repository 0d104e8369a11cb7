"""The views on SQLite: a folder with one file a generation, ``7.sqlite`` being the seventh.

A connection goes to the file with the highest number. The next one is filled under another name,
without the care that a file with readers wants, and gets its own by a rename when it is complete.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, QueuePool, StaticPool, Table, create_engine, event
from sqlalchemy.exc import DatabaseError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from domain.sentence import say
from projections.database import RebuildRunning
from projections.database.packing import BLOCK, COPIES_PAGES, AsPages, AsRows, Packing
from projections.database.wal import BUSY_SECONDS, switch_to_wal

T = TypeVar("T")
Connect = Callable[[], sqlite3.Connection]

_BEGIN = "shiji_begin"
_IMMEDIATE = {_BEGIN: "BEGIN IMMEDIATE"}
_CACHE_KB = 32 * 1024  # what an index is sorted in, too: a larger one takes longer
_GENERATION = re.compile(r"([0-9]+)\.sqlite")
_NEXT = "next.sqlite"
_FILE = "file"


class SQLiteViews:
    """The views in a folder, which may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = _engine(self._connect, QueuePool)
        event.listen(self.engine, "connect", self._found)
        event.listen(self.engine, "checkout", self._still_read)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its beginning."""
        while True:
            with self.engine.execution_options(**_IMMEDIATE).begin() as connection:
                # Waiting for the lock, a rebuild may have changed places.
                if connection.connection.info[_FILE] == self._file():
                    yield connection
                    return

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Hold the only right to rebuild; the lock ends with its process.

        Raises:
            RebuildRunning: another one holds it.
        """
        # An SQLite lock and not flock: it works on Windows and between threads, too.
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(self.folder / "rebuild.lock", timeout=0, isolation_level=None)
        with closing(lock) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                raise RebuildRunning(say("rebuild_running")) from error
            yield

    @contextmanager
    def beside(self) -> Iterator["FileBeside"]:
        """Make the next generation's file; it is deleted unless it changes places."""
        path = self.folder / _NEXT
        _delete(path)
        beside = FileBeside(path, self._numbered)
        try:
            yield beside
        finally:
            beside.engine.dispose()
            _delete(path)

    def packing(self, tables: Sequence[Table]) -> Packing:
        """Return how rows of these tables come into the next generation."""
        return AsPages.of(tables) if COPIES_PAGES else AsRows(tables)

    def retire(self) -> None:
        """Delete the files of older generations, but those that somebody still has open."""
        older = self._generations()[:-1]
        if older:
            self.engine.dispose()  # our own connections that nobody uses now
        for number in older:
            _retire(self.folder / f"{number}.sqlite")

    def mending(self, work: Callable[[], T]) -> T:
        """Do the work; where the views are broken, once more without them."""
        try:
            return work()
        except DatabaseError as error:
            if not _is_broken(error.orig):
                raise
        self.engine.dispose()
        for number in self._generations():
            _delete(self.folder / f"{number}.sqlite")
        return work()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def _generations(self) -> list[int]:
        with suppress(FileNotFoundError):
            names = map(_GENERATION.fullmatch, os.listdir(self.folder))
            return sorted(int(name[1]) for name in names if name)
        return []

    def _numbered(self) -> Path:
        """Return the path of the generation after the last."""
        return self.folder / f"{max(self._generations(), default=0) + 1}.sqlite"

    def _file(self) -> tuple[int, int] | None:
        """Return what tells the file that is read from any other, also of its name."""
        generations = self._generations()
        if not generations:
            return None
        with suppress(FileNotFoundError):
            found = os.stat(self.folder / f"{generations[-1]}.sqlite")
            return found.st_dev, found.st_ino
        return self._file()  # deleted meanwhile

    def _connect(self) -> sqlite3.Connection:
        while True:
            generations = self._generations()
            path = self.folder / f"{max(generations, default=1)}.sqlite"
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                return _open(path, "rw" if generations else "rwc")
            except sqlite3.OperationalError:
                if not generations or path.exists():
                    raise

    def _found(self, connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        switch_to_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        (name,) = connection.execute("SELECT file FROM pragma_database_list").fetchone()
        with suppress(FileNotFoundError):
            found = os.stat(name)
            record.info[_FILE] = found.st_dev, found.st_ino

    def _still_read(
        self, _connection: sqlite3.Connection, record: ConnectionPoolEntry, _: object
    ) -> None:
        if record.info.get(_FILE) != self._file():
            raise DisconnectionError  # the pool takes a new connection


class FileBeside:
    """The next generation's file, while it is made.

    Args:
        path: its name until it is complete.
        numbered: returns its name from then on.
    """

    def __init__(self, path: Path, numbered: Callable[[], Path]) -> None:
        self.path = path
        self._numbered = numbered
        self.engine = _engine(self._connect, StaticPool)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction."""
        with self.engine.begin() as connection:
            yield connection

    def complete(self) -> None:
        """Bring it to the disk."""
        with open(self.path, "rb+") as file:
            os.fsync(file.fileno())

    def change_places(self) -> None:
        """Get a number of its own; all is on the disk before."""
        self.engine.dispose()
        with closing(_open(self.path, "rw")) as connection:
            switch_to_wal(connection)
        self.complete()
        os.rename(self.path, self._numbered())

    def _connect(self) -> sqlite3.Connection:
        connection = _open(self.path, "rwc")
        # Nobody reads it, and what is broken off is made anew: nothing need be safe yet.
        connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        connection.execute(f"ATTACH ':memory:' AS {BLOCK}")
        return connection


def _engine(
    connect: Callable[[], sqlite3.Connection], pool: type[QueuePool | StaticPool]
) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=pool)
    event.listen(engine, "begin", _begin)
    return engine


def _open(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    connection.isolation_level = None  # the driver begins nothing by itself: _begin does
    return connection


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _retire(path: Path) -> None:
    """Delete a file that nobody has open; whoever opens it later finds none, or it whole."""
    with suppress(sqlite3.Error), closing(_open(path, "rw")) as connection:
        connection.execute("PRAGMA busy_timeout=0")
        # Leaving the write-ahead log wants the file for oneself, and puts all of it into the file.
        if connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",):
            _delete(path)


def _delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError, PermissionError):
            Path(f"{path}{suffix}").unlink()


def _is_broken(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    missing = isinstance(error, sqlite3.OperationalError) and "no such" in str(error)
    return code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or missing
