"""Somebody with all rights over an archive's databases, who leaves no trace that can be avoided.

Triggers are put aside and back again, counters set, so that what is found is what was changed.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from archive.store.location import PostgresLocation, is_postgres

POSITION = {"sqlite": "id", "postgres": "notification_id"}


class Administrator:
    """A connection to the log, the ledger and the views at once; statements take ``?``.

    Args:
        execute: runs a statement, and returns what it finds.
        position: what the store calls an event's position.
    """

    def __init__(self, execute: Callable[..., list[Any]], position: str) -> None:
        self._execute = execute
        self.position = position

    @property
    def on_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.position == "id"

    def run(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement; ``{id}`` is the column of positions."""
        return self._execute(statement.replace("{id}", self.position), values)

    def flip(self, table: str, column: str, where: str, at: int = 0) -> None:
        """Flip a bit of a stored value, of the byte at ``at``."""
        ((value,),) = self.run(f"SELECT {column} FROM {table} WHERE {where}")
        value = bytearray(value)
        value[at] ^= 1
        self.run(f"UPDATE {table} SET {column} = ? WHERE {where}", bytes(value))

    def move(self, by: int, first: int, last: int) -> None:
        """Give the events from ``first`` to ``last`` other positions."""
        away = 1_000_000  # so that none meets another on its way
        for to, low, high in ((away, first, last), (by - away, first + away, last + away)):
            where = f"{{id}} BETWEEN {low} AND {high}"
            self.run(f"UPDATE stored_events SET {{id}} = {{id}} + {to} WHERE {where}")


@contextmanager
def administering(location: str) -> Iterator[Administrator]:
    """Yield an administrator; afterwards everything looks as if nobody had been there."""
    with _on_postgres(location) if is_postgres(location) else _on_sqlite(location) as someone:
        yield someone


@contextmanager
def _on_sqlite(location: str) -> Iterator[Administrator]:
    folder = Path(location)
    with ExitStack() as stack:
        for file in ("events.sqlite", "ledger.sqlite"):
            stack.enter_context(_without_triggers(folder / file))
        connection = sqlite3.connect(folder / "events.sqlite", isolation_level=None)
        stack.enter_context(closing(connection))
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("ATTACH ? AS ledger", (str(folder / "ledger.sqlite"),))
        for file in sorted((folder / "views").glob("[0-9]*.sqlite"))[-1:]:
            connection.execute("ATTACH ? AS views", (str(file),))

        def execute(statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
            return connection.execute(statement, values).fetchall()

        yield Administrator(execute, "id")
        execute("UPDATE main.sqlite_sequence SET seq = (SELECT max(id) FROM stored_events)")


@contextmanager
def _without_triggers(file: Path) -> Iterator[None]:
    statement = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        triggers = connection.execute(statement).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
    yield
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for _, sql in triggers:
            connection.execute(sql)


@contextmanager
def _on_postgres(location: str) -> Iterator[Administrator]:
    found = PostgresLocation.parse(location)
    with psycopg.connect(found.conninfo) as connection:

        def execute(statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
            statement = statement.replace("%", "%%").replace("?", "%s") if values else statement
            cursor = connection.execute(statement, values or None)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

        views = execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ ? "
            "ORDER BY length(nspname) DESC, nspname DESC LIMIT 1",
            (f"^{found.schema}_views_[0-9]+$",),
        )
        schemas = [found.schema, f"{found.schema}_ledger", *(name for (name,) in views)]
        execute(f"SET search_path TO {', '.join(schemas)}")
        tables = execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(?)",
            (schemas[:2],),
        )
        triggers = execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE tgenabled = 'A' AND NOT tgisinternal"
        )
        for (table,) in tables:
            execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield Administrator(execute, "notification_id")
        for (table,) in tables:
            execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table, name in triggers:
            execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
