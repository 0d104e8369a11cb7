"""Rows of the views as bytes: packed in one process, inserted in another that does little more.

Binding values is most of what inserting costs, and one writer's Python does it on one core. So on
SQLite whoever folds a block also binds its rows, into a database in memory, and what travels are
that database's pages: the writer has them copied, without making an object of Python's.
"""

import marshal
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol, Self

import apsw
from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateTable

from projections.database.inserting import insert_rows

Rows = Sequence[Sequence[tuple[Any, ...]]]
"""The rows of each table, in one order."""

BLOCK = "block"
"""The schema, attached to the writer's connection, that takes the pages."""

COPIES_PAGES = hasattr(sqlite3.Connection, "deserialize")  # SQLite before 3.36 has it by option


class Packing(Protocol):
    """A way in which rows go from one process to another, and into the tables."""

    @property
    def pack(self) -> Callable[[Rows], bytes]:
        """What packs rows, picklable.

        It raises any exception where there is a value that the tables may not take.
        """

    def insert(self, connection: Connection, packed: bytes) -> None:
        """Insert what was packed, or nothing of it."""


@dataclass(frozen=True, slots=True)
class AsRows:
    """Rows stay rows."""

    tables: Sequence[Table]

    @property
    def pack(self) -> Callable[[Rows], bytes]:
        """What packs rows."""
        return _marshalled

    def insert(self, connection: Connection, packed: bytes) -> None:
        """Insert row by row."""
        with connection.begin_nested():
            for table, rows in zip(self.tables, marshal.loads(packed), strict=True):  # noqa: S302 - our own process's
                insert_rows(connection, table, rows)


@dataclass(frozen=True, slots=True)
class AsPages:
    """Rows become pages of SQLite's.

    Of two versions of SQLite, which it may be: no view has a float in a column of text, which is
    all that they would store in two ways.

    Args:
        create: the statements that make the tables.
        inserts: the statement that inserts a row of each.
        copies: the statement that copies a block's rows of each.
    """

    create: str
    inserts: tuple[str, ...]
    copies: tuple[str, ...]

    @classmethod
    def of(cls, tables: Sequence[Table]) -> Self:
        """Return what packs rows of these tables."""
        sqlite = dialect()
        return cls(
            ";".join(str(CreateTable(table).compile(dialect=sqlite)) for table in tables),
            tuple(str(table.insert().compile(dialect=sqlite)) for table in tables),
            # SQLite copies whole records as long as the statement is just this.
            tuple(
                f'INSERT INTO main."{name}" SELECT * FROM {BLOCK}."{name}"'  # noqa: S608
                for name in (table.name for table in tables)
            ),
        )

    def pack(self, rows: Rows) -> bytes:
        """Return the pages, and which tables have any rows."""
        # This driver binds values in half of sqlite3's time.
        with closing(apsw.Connection(":memory:")) as memory:
            # All tables each time: statements that SQLite keeps find each where it was.
            memory.execute(self.create)
            with memory:
                for insert, of_table in zip(self.inserts, rows, strict=True):
                    memory.executemany(insert, of_table)
            return marshal.dumps(([bool(of) for of in rows], memory.serialize("main")))

    def insert(self, connection: Connection, packed: bytes) -> None:
        """Copy the pages' rows."""
        filled, pages = marshal.loads(packed)  # noqa: S302 - our own process's
        driver: Any = connection.connection.driver_connection
        driver.deserialize(pages, name=BLOCK)
        with connection.begin_nested():
            for copy, any_rows in zip(self.copies, filled, strict=True):
                if any_rows:
                    connection.exec_driver_sql(copy)


def _marshalled(rows: Rows) -> bytes:
    return marshal.dumps(rows)  # type: ignore[arg-type]  # what isn't a plain value it refuses
