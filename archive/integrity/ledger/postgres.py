"""A ledger as a schema beside the log's."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from threading import RLock
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Composed, Identifier, Literal

from archive.integrity.ledger.store import (
    FORMAT,
    KEYS,
    LOCK_SECONDS,
    LedgerFails,
    Rows,
    table_sql,
)
from archive.store.guards import StoreError
from archive.store.location import PostgresLocation
from archive.store.postgres_schema import Names, ledger_schema, lock_all_schemas
from domain.sentence import say

_CONNECT_SECONDS: Final = 10


class PostgresLedgerStore:
    """A ledger in a schema of a database.

    Args:
        location: the archive's.
    """

    def __init__(self, location: PostgresLocation) -> None:
        self.place = str(location)
        self._location = location
        self._schema = ledger_schema(location.schema)
        self._lock = RLock()
        self._open: psycopg.Connection | None = None

    def rows(self, statement: str, **values: Any) -> Rows:
        """Return what a statement finds."""
        with self._lock, self._told():
            return self._connection().execute(named(statement), values).fetchall()

    def stream(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what a statement finds, however much that is."""
        with self._lock, self._told():
            connection = self._connection()
            with connection.transaction(), connection.cursor("found") as cursor:
                cursor.itersize = 10_000
                yield from cursor.execute(named(statement), values)

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Append rows."""
        copying = SQL("COPY {} FROM STDIN").format(Identifier(table))
        with (
            self._lock,
            self._told(),
            self._connection().cursor() as cursor,
            cursor.copy(copying) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the ledger's advisory lock for one transaction."""
        with self._lock, self._told():
            connection = self._connection()
            # The lock is waited for before the first snapshot, whatever the server's isolation.
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            with connection.transaction():
                connection.execute(
                    SQL("SET LOCAL lock_timeout = {}").format(Literal(LOCK_SECONDS * 1000))
                )
                connection.execute(SQL("SELECT {}").format(Names(self._schema).lock))
                yield

    def settle(self) -> None:
        """Do nothing: the server had it on the disk before it acknowledged it."""

    def set_aside(self) -> str:
        """Put the schema aside under another name, and return its name."""
        with self.writing():
            taken = {name for (name,) in self.rows("SELECT nspname FROM pg_namespace")}
            names = (f"{self._schema}_aside_{number}" for number in count(1))
            aside = next(name for name in names if name not in taken)
            renaming = SQL("ALTER SCHEMA {} RENAME TO {}")
            self._connection().execute(renaming.format(Identifier(self._schema), Identifier(aside)))
        self.close()
        return aside

    def close(self) -> None:
        """Close its connection."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def is_made(self) -> bool:
        """Return whether the schema holds a ledger; a missing or an empty one doesn't.

        Raises:
            StoreError: it is another program's, or newer than this program.
        """
        return self._is_made(self.rows(_IDENTITY, schema=self._schema))

    def found(self) -> None:
        """Make an empty schema into a ledger; one that is a ledger is left as it is.

        Raises:
            StoreError: it is another program's or newer, or the role may not make it.
        """
        with self._lock, self._told():
            connection = self._connection()
            with connection.transaction():
                connection.execute(lock_all_schemas())
                if not self.is_made():
                    for statement in tables(self._schema):
                        connection.execute(statement)

    def _is_made(self, found: Rows) -> bool:
        ((comment, relations),) = found
        mark = re.fullmatch(r"shiji ledger, format (\d+)", comment or "")
        if mark is None and not relations:
            return False
        if mark is None:
            raise StoreError(say("ledger_foreign", path=self.place))
        if int(mark[1]) > FORMAT:
            raise StoreError(say("ledger_newer", path=self.place, found=int(mark[1]), known=FORMAT))
        return True

    def _connection(self) -> psycopg.Connection:
        if self._open is None or self._open.closed:
            self._open = psycopg.connect(
                self._location.conninfo,
                autocommit=True,
                client_encoding="UTF8",
                connect_timeout=_CONNECT_SECONDS,
            )
            self._open.execute(SQL("SET search_path TO {}").format(Identifier(self._schema)))
        return self._open

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell the driver's errors in a sentence; a lost connection is made anew the next time."""
        try:
            yield
        except psycopg.errors.LockNotAvailable as error:
            sentence = say("ledger_busy", path=self.place, seconds=LOCK_SECONDS)
            raise LedgerFails(sentence) from error
        except psycopg.Error as error:
            if self._open is not None and (
                self._open.broken or self._open.info.transaction_status == TransactionStatus.UNKNOWN
            ):
                self._open.close()
                self._open = None
            reason = " ".join(str(error).split())
            raise LedgerFails(say("ledger_fails", path=self.place, reason=reason)) from error


@cache
def named(statement: str) -> Any:
    """Return a statement with its values named as the driver has them."""
    return re.sub(r":([a-z]+)", r"%(\1)s", statement)


_TYPES = {"number": "bigint", "text": 'text COLLATE "C"', "data": "bytea"}

_IDENTITY = """
    SELECT obj_description(n.oid, 'pg_namespace'),
        (SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = n.oid)
    FROM (VALUES (1)) AS one LEFT JOIN pg_catalog.pg_namespace AS n ON nspname = :schema"""


def tables(schema: str) -> Iterator[Composed]:
    """Yield the statements that make a schema, which is the search path, into a ledger."""
    given = {"schema": Identifier(schema), "mark": Literal(f"shiji ledger, format {FORMAT}")}
    yield SQL("CREATE SCHEMA IF NOT EXISTS {schema}").format(**given)
    yield SQL(_REFUSE).format(**given)
    for table in KEYS:
        yield Composed([SQL(table_sql(table, _TYPES))])
        of_it = given | {"table": Identifier(table), "trigger": Identifier(f"{table}_only_grow")}
        for text in _ONLY_GROWS:
            yield SQL(text).format(**of_it)
    # Hashes don't compress, and a part of an uncompressed value is read alone.
    yield Composed([SQL("ALTER TABLE nodes ALTER COLUMN hashes SET STORAGE EXTERNAL")])
    yield SQL("COMMENT ON SCHEMA {schema} IS {mark}").format(**given)


_REFUSE = """
    CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
    BEGIN
        RAISE EXCEPTION 'a ledger only grows' USING ERRCODE = 'integrity_constraint_violation';
    END $$"""

_ONLY_GROWS = (
    """
    CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse()""",
    "ALTER TABLE {schema}.{table} ENABLE ALWAYS TRIGGER {trigger}",
)
