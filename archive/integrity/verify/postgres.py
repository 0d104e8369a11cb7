"""A snapshot of the schemas of an archive on a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from archive.integrity.ledger import postgres as ledger
from archive.integrity.ledger.store import Rows
from archive.integrity.verify.snapshot import ReadOnly, unreadable
from archive.store import postgres_schema
from archive.store.location import PostgresLocation
from archive.store.log import PAGE
from archive.store.postgres_schema import ledger_schema
from archive.streams import CLOSING_TOPICS

_BESIDE: Final = "_verify"
"""What the names of the schemas end in that are made for comparison, in no committed
transaction."""


class PostgresSnapshot(ReadOnly):
    """The log and the ledger in a database.

    Args:
        location: the archive's.
    """

    position = "notification_id"

    def __init__(self, location: PostgresLocation) -> None:
        self.place = str(location)
        self._location = location
        self._schemas = (location.schema, ledger_schema(location.schema))
        self._cursors = count(1)
        with self._told():
            self._connection = psycopg.connect(
                location.conninfo, client_encoding="UTF8", connect_timeout=10
            )
            self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            self._connection.read_only = True
            # A table named alike elsewhere must not be taken for ours.
            path = SQL(", ").join(map(Identifier, self._schemas))
            self._connection.execute(SQL("SET LOCAL search_path TO {}").format(path))

    def rows(self, statement: str, **values: Any) -> Rows:
        """Return what a statement finds."""
        with self._told():
            return self._connection.execute(ledger.named(statement), values).fetchall()

    def stream(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what a statement finds, however much that is."""
        for page in self.pages(statement, **values):
            yield from page

    def pages(self, statement: str, **values: Any) -> Iterator[Rows]:
        """Yield what a statement finds, in pages."""
        name = f"found_{next(self._cursors)}"
        with self._told(), self._connection.cursor(name, binary=True) as cursor:
            cursor.execute(ledger.named(statement), values)
            while page := cursor.fetchmany(PAGE):
                yield page

    def last_given(self) -> None:
        """Return nothing: positions are given without a counter."""

    def damage(self) -> list[str]:
        """Return nothing: a server checks its pages when it reads them."""
        return []

    def schema_faults(self) -> list[str] | None:
        """Return what isn't as the program makes it, or isn't its own at all.

        What it makes is made, listed, and rolled back; a role that may not do so sees nothing.
        """
        log, beside = self._schemas
        with self._told(), psycopg.connect(self._location.conninfo) as connection:
            connection.execute("SET client_min_messages TO warning")
            try:
                for statement in self._statements():
                    connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                connection.rollback()
                return None
            faults = set()
            for schema, made in ((log, log + _BESIDE), (beside, ledger_schema(log + _BESIDE))):
                faults |= _objects(connection, schema) ^ _objects(connection, made)
            connection.rollback()
        return sorted({name for name, _ in faults})

    def close(self) -> None:
        """Close its connection."""
        self._connection.close()

    def _statements(self) -> Iterator[Composed]:
        made = self._schemas[0] + _BESIDE
        yield from postgres_schema.statements(made, CLOSING_TOPICS)
        path = SQL("SET LOCAL search_path TO {}")
        yield path.format(Identifier(ledger_schema(made)))
        yield from ledger.tables(ledger_schema(made))
        yield path.format(Identifier("pg_catalog"))  # so that definitions name every schema

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise unreadable(self.place, error) from error


def _objects(connection: psycopg.Connection[Any], schema: str) -> set[tuple[str, str]]:
    """Return the name and the definition of everything in a schema."""
    rows = connection.execute(_OBJECTS, {"schema": schema}).fetchall()
    quoted, plain = f'"{schema}"', f"{schema}."
    return {(n, text.replace(quoted, "SCHEMA").replace(plain, "SCHEMA.")) for n, text in rows}


_OBJECTS = """
    WITH own AS (SELECT oid AS home FROM pg_namespace WHERE nspname = %(schema)s)
    SELECT relname::text, concat_ws(' ', relkind, relpersistence, relrowsecurity,
        relforcerowsecurity, relhasrules, relispartition) FROM pg_class, own
        WHERE relnamespace = home AND relkind <> 'i'
    UNION ALL SELECT relname || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod),
        attnotnull, attidentity, attgenerated, attstorage, attcollation::regcollation,
        pg_get_expr(adbin, adrelid))
        FROM own, pg_class AS c JOIN pg_attribute ON attrelid = c.oid
        LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
        WHERE relnamespace = home AND relkind <> 'i' AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT conname, concat_ws(' ', convalidated, pg_get_constraintdef(oid))
        FROM pg_constraint, own WHERE connamespace = home
    UNION ALL SELECT c.relname::text,
        concat_ws(' ', indisvalid, indisready, pg_get_indexdef(indexrelid))
        FROM own, pg_class AS c JOIN pg_index ON indexrelid = c.oid WHERE relnamespace = home
    UNION ALL SELECT tgname, concat_ws(' ', tgenabled, pg_get_triggerdef(t.oid))
        FROM own, pg_class AS c JOIN pg_trigger AS t ON tgrelid = c.oid
        WHERE relnamespace = home AND NOT tgisinternal
    UNION ALL SELECT rulename, pg_get_ruledef(r.oid)
        FROM own, pg_class AS c JOIN pg_rewrite AS r ON ev_class = c.oid
        WHERE relnamespace = home
    UNION ALL SELECT polname, pg_get_expr(polqual, polrelid)
        FROM own, pg_class AS c JOIN pg_policy ON polrelid = c.oid WHERE relnamespace = home
    UNION ALL SELECT proname, concat_ws(' ', prosrc, prolang, prosecdef, proconfig)
        FROM pg_proc, own WHERE pronamespace = home"""
