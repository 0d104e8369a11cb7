"""The views on PostgreSQL: a schema a generation, ``shiji_views_7`` being the seventh.

A transaction looks in the schema with the highest number. The next one is filled under another
name, and gets its own in one transaction when it is complete. Nothing here is safe from a crash of
the server, which leaves the tables empty: they are made anew then, and cost no write-ahead log.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg import Cursor
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, StaticPool, Table, Text, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable

from domain.refusal import Refusal
from domain.sentence import say
from projections.database import RebuildRunning
from projections.database.packing import AsRows, Packing
from projections.database.wal import BUSY_SECONDS

T = TypeVar("T")

_LOCKED = "shiji_locked"
_WRITING, _REBUILDING = 0x53484A4A, 0x53484A4B
"""The first halves of our advisory locks' keys, after the log's own."""

_TRIES, _PAUSE = 8, 8
"""How often work is tried whose connection was lost, and the longest pause in seconds: half a
minute together."""


class PostgresViews:
    """The views of one log.

    Args:
        conninfo: the database, as libpq takes it.
        log: the schema of the log; the views' begin with its name.
    """

    def __init__(self, conninfo: str, log: str) -> None:
        self.conninfo = conninfo
        self.log = log
        self.prefix = f"{log}_views"
        self.engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            isolation_level="REPEATABLE READ",  # what is read is one state
            pool_pre_ping=True,
        )
        event.listen(self.engine, "begin", self._begin)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its beginning."""
        # Committed by others is seen once the lock is had.
        options: dict[str, Any] = {"isolation_level": "READ COMMITTED", _LOCKED: True}
        with self.engine.execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Hold the only right to rebuild; the lock ends with its connection.

        Raises:
            RebuildRunning: another one holds it.
        """
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            key = (_REBUILDING, self.prefix)
            had = connection.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", key)
            if had.fetchone() != (True,):
                raise RebuildRunning(say("rebuild_running"))
            try:
                yield
            finally:
                # The server would notice some time after the connection is closed.
                with suppress(psycopg.OperationalError):
                    connection.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)

    @contextmanager
    def beside(self) -> Iterator["SchemaBeside"]:
        """Make the next generation's schema; it is dropped unless it changes places."""
        name = f"{self.prefix}_next"
        with self._cursor() as cursor:
            _drop(cursor, name)
            _create(cursor, name)
        beside = SchemaBeside(self, name)
        try:
            yield beside
        finally:
            beside.engine.dispose()
            # A lost connection ends the rebuild; the next one clears away.
            with suppress(psycopg.OperationalError), self._cursor() as cursor:
                _drop(cursor, name)

    def packing(self, tables: Sequence[Table]) -> Packing:
        """Return how rows of these tables come into the next generation."""
        return AsRows(tables)

    def retire(self) -> None:
        """Drop the schemas of older generations, but those that somebody reads or owns."""
        for number in self._generations()[:-1]:
            with suppress(psycopg.Error), self._cursor() as cursor:
                name = f"{self.prefix}_{number}"
                gate = SQL("LOCK TABLE {}.generation IN ACCESS EXCLUSIVE MODE NOWAIT")
                cursor.execute(gate.format(Identifier(name)))
                _drop(cursor, name)

    def mending(self, work: Callable[[], T]) -> T:
        """Do the work; again where the connection was lost, anew where the views are broken."""
        for tried in count(1):
            try:
                return work()
            except (DBAPIError, psycopg.Error) as error:
                if _is_lost(error) and tried < _TRIES:
                    time.sleep(min(0.1 * 2**tried, _PAUSE))
                elif isinstance(getattr(error, "orig", error), _BROKEN) and tried == 1:
                    self._discard()
                else:
                    reason = str(error).partition("\n")[0]
                    raise Refusal(say("views_fail", reason=reason)) from error
        raise AssertionError  # counting never ends

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def numbered(self) -> str:
        """Return the name of the generation after the last."""
        return f"{self.prefix}_{max(self._generations(), default=0) + 1}"

    def _discard(self) -> None:
        self.engine.dispose()
        for number in self._generations():
            with suppress(psycopg.errors.InsufficientPrivilege), self._cursor() as cursor:
                _drop(cursor, f"{self.prefix}_{number}")

    def _generations(self) -> list[int]:
        with self._cursor() as cursor:
            return _generations(cursor, self.prefix)

    @contextmanager
    def _cursor(self) -> Iterator[Cursor[Any]]:
        with psycopg.connect(self.conninfo) as connection, connection.cursor() as cursor:
            yield cursor

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.conninfo)

    def _begin(self, connection: Connection) -> None:
        """Go to the generation that is read; the driver's errors are told as SQLAlchemy's."""
        try:
            self._go(connection)
        except psycopg.Error as error:
            lost = _is_lost(error)
            raise OperationalError("BEGIN", None, error, connection_invalidated=lost) from error

    def _go(self, connection: Connection) -> None:
        """Look in the generation that is read, and keep it from being dropped meanwhile."""
        driver: Any = connection.connection.driver_connection
        while True:
            with driver.cursor() as cursor:
                if connection.get_execution_options().get(_LOCKED):
                    key = (_WRITING, self.prefix)
                    cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", key)
                generations = _generations(cursor, self.prefix)
                if generations and _enter(cursor, f"{self.prefix}_{generations[-1]}"):
                    return
            driver.rollback()
            if not generations:
                self._make_first()

    def _make_first(self) -> None:
        with self._cursor() as cursor:
            key = (_WRITING, self.prefix)
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", key)
            if not _generations(cursor, self.prefix):  # somebody may have been quicker
                _create(cursor, f"{self.prefix}_1")
                _grant(cursor, f"{self.prefix}_1", self.log)


class SchemaBeside:
    """The next generation's schema, while it is made.

    Args:
        views: whose generation it is to be.
        name: its name until it is complete.
    """

    def __init__(self, views: PostgresViews, name: str) -> None:
        self.name = name
        self._views = views
        self.engine = create_engine(
            "postgresql+psycopg://", creator=self._connect, poolclass=StaticPool
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction."""
        with self.engine.begin() as connection:
            yield connection

    def complete(self) -> None:
        """Let the planner know the tables."""
        with self.writing() as connection:
            for name in _tables(connection, self.name):
                connection.exec_driver_sql(f'ANALYZE "{name}"')

    def change_places(self) -> None:
        """Get a number of its own, and let in whoever may record."""
        driver: Any = self.engine.raw_connection().driver_connection
        with driver.cursor() as cursor:
            _grant(cursor, self.name, self._views.log)
            rename = SQL("ALTER SCHEMA {} RENAME TO {}")
            cursor.execute(rename.format(*map(Identifier, (self.name, self._views.numbered()))))
        driver.commit()

    def _connect(self) -> psycopg.Connection[Any]:
        connection = self._views._connect()
        for setting, value in _HURRYING.items() | {("search_path", f'"{self.name}"')}:
            connection.execute("SELECT set_config(%s, %s, false)", (setting, value))
        connection.commit()
        return connection


_HURRYING = {"synchronous_commit": "off", "maintenance_work_mem": "256MB"}

_BROKEN = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)


def _is_lost(error: Exception) -> bool:
    """Return whether the connection was lost, which leaves nothing half done."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, psycopg.OperationalError) and error.sqlstate in (None, *_GOING_DOWN)


# Sessions that the server ends, and what it says while it starts or stops.
_GOING_DOWN = ("57P01", "57P02", "57P03")


def _generations(cursor: Cursor[Any], prefix: str) -> list[int]:
    found = cursor.execute(
        "SELECT nspname FROM pg_catalog.pg_namespace WHERE starts_with(nspname::text, %s)",
        (prefix,),
    )
    names = (re.fullmatch(rf"{prefix}_([0-9]+)", name) for (name,) in found.fetchall())
    return sorted(int(name[1]) for name in names if name)


def _enter(cursor: Cursor[Any], name: str) -> bool:
    """Look in this schema for the rest of the transaction; tell if it is still there."""
    try:
        cursor.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(name)))
        lock = SQL("LOCK TABLE {}.generation IN ACCESS SHARE MODE")
        cursor.execute(lock.format(Identifier(name)))
    except psycopg.errors.UndefinedTable:
        return False
    return True


def _create(cursor: Cursor[Any], name: str) -> None:
    cursor.execute(SQL("CREATE SCHEMA {}").format(Identifier(name)))
    cursor.execute(SQL("CREATE TABLE {}.generation ()").format(Identifier(name)))


def _drop(cursor: Cursor[Any], name: str) -> None:
    cursor.execute(f"SET LOCAL lock_timeout TO '{BUSY_SECONDS}s'")
    cursor.execute("SET LOCAL client_min_messages TO warning")
    cursor.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(name)))


def _grant(cursor: Cursor[Any], name: str, log: str) -> None:
    """Let whoever may record read this generation and keep it up."""
    found = cursor.execute(_RECORDING, {"log": log})
    for (role,) in found.fetchall():
        for what in ("SCHEMA", "ALL TABLES IN SCHEMA"):
            grant = SQL(f"GRANT ALL ON {what} {{}} TO {{}}")
            cursor.execute(grant.format(Identifier(name), Identifier(role)))


def _tables(connection: Connection, schema: str) -> list[str]:
    query = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s"
    return [name for (name,) in connection.exec_driver_sql(query, (schema,))]


_RECORDING = """
    SELECT DISTINCT rolname FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
    CROSS JOIN aclexplode(relacl) AS given JOIN pg_catalog.pg_roles AS r ON r.oid = grantee
    WHERE nspname = %(log)s AND relname = 'stored_events' AND privilege_type = 'INSERT'
    AND rolname <> current_user"""


@compiles(CreateTable, "postgresql")
def _unlogged_and_wide(create: CreateTable, compiler: Any, **options: Any) -> str:
    text: str = compiler.visit_create_table(create, **options)
    # As wide as on SQLite: there are fen beyond 21 million yuan.
    wide = text.replace(" INTEGER", " BIGINT")
    return wide.replace("CREATE TABLE", "CREATE UNLOGGED TABLE", 1)


@compiles(Text, "postgresql")
def _by_code_points(_type: Text, _compiler: Any, **_options: Any) -> str:
    return 'TEXT COLLATE "C"'  # the order of SQLite, whatever the server's language
