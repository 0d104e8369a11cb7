"""What the views ask of their database that differs from one to another; SQLite so far."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Dialect, Engine, Table, create_engine, event
from sqlalchemy.exc import DatabaseError

from domain.refusal import Refusal
from domain.sentence import say
from projections.wal import BUSY_SECONDS, switch_to_wal

T = TypeVar("T")

_BEGIN = "shiji_begin"


class RebuildRunning(Refusal):
    """Another process rebuilds these views."""


def open_views(path: Path) -> Engine:
    """Return an engine on the views' own file, which may be deleted at any time."""
    url = URL.create("sqlite", database=str(path))  # a path may hold what a URL may not
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def mending(engine: Engine, work: Callable[[], T]) -> T:
    """Do the work on the views; where their file is broken, once more without it.

    The views may be deleted at any time: the log holds all there is to know.
    """
    try:
        return work()
    except DatabaseError as error:
        if not _is_broken(error.orig):
            raise
    engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{engine.url.database}{suffix}").unlink(missing_ok=True)
    return work()


def _is_broken(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    missing = isinstance(error, sqlite3.OperationalError) and "no such" in str(error)
    return code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or missing


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds the write lock from its beginning."""
    with engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
        yield connection


def insert_rows(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert tuples in the order of the table's columns, the quickest way there is."""
    if rows:
        connection.exec_driver_sql(_insert_statement(table, connection.dialect), rows)


@contextmanager
def rebuild_lock(path: Path) -> Iterator[None]:
    """Hold the only right to rebuild; the lock ends with its process.

    Raises:
        RebuildRunning: another one holds it.
    """
    # An SQLite lock and not flock: it works on Windows and between threads, too.
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise RebuildRunning(say("rebuild_running")) from error
        yield


@lru_cache(maxsize=256)  # compiling costs more than inserting one row
def _insert_statement(table: Table, dialect: Dialect) -> str:
    return str(table.insert().compile(dialect=dialect))


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin does
    switch_to_wal(connection)
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
