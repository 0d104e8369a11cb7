"""A snapshot of the files of an archive in a folder."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from archive.integrity.ledger import sqlite as ledger
from archive.integrity.ledger.store import Rows
from archive.integrity.verify.snapshot import ReadOnly, unreadable
from archive.store import schema
from archive.store.log import PAGE
from archive.streams import CLOSING_TOPICS

_LINES: Final = 10
"""Lines of SQLite's own check that are told."""


class SQLiteSnapshot(ReadOnly):
    """The log and the ledger in a folder.

    Args:
        folder: the archive's.
    """

    position = "id"

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._files = folder / "events.sqlite", folder / ledger.FILE
        log, beside = map(_uri, self._files)
        with self._told():
            self._connection = sqlite3.connect(log, uri=True, isolation_level=None)
            self._connection.execute("ATTACH ? AS ledger", (beside,))
            self._connection.execute("BEGIN")
            for table in ("ledger.site", "main.stored_events"):
                self._connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()  # noqa: S608

    def rows(self, statement: str, **values: Any) -> Rows:
        """Return what a statement finds."""
        with self._told():
            return self._connection.execute(statement, values).fetchall()

    def stream(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what a statement finds, however much that is."""
        with self._told():
            yield from self._connection.execute(statement, values)

    def pages(self, statement: str, **values: Any) -> Iterator[Rows]:
        """Yield what a statement finds, in pages."""
        with self._told():
            cursor = self._connection.execute(statement, values)
            while page := cursor.fetchmany(PAGE):
                yield page

    def last_given(self) -> int:
        """Return the last position that the table gave."""
        rows = self.rows("SELECT max(seq) FROM main.sqlite_sequence WHERE name = 'stored_events'")
        return rows[0][0] or 0

    def damage(self) -> list[str]:
        """Return what SQLite's own check finds in either file, some lines of it.

        By connections of its own, so that another thread may ask meanwhile.
        """
        found = []
        for file in self._files:
            try:
                with closing(sqlite3.connect(_uri(file), uri=True)) as connection:
                    lines = connection.execute(f"PRAGMA integrity_check({_LINES})")
                    found += [line for (line,) in lines if line != "ok"]
            except (sqlite3.Error, UnicodeError) as error:
                found.append(str(error))
        return found

    def schema_faults(self) -> list[str]:
        """Return what isn't as the program makes it, or isn't its own at all."""
        log, beside = schema.statements(CLOSING_TOPICS), [*ledger.tables(), *ledger.marks()]
        found = {
            name
            for database, made in (("main", log), ("ledger", beside))
            for name, _ in self._objects(self._connection, database) ^ _made(made)
        }
        return sorted(found)

    def close(self) -> None:
        """Close its connection."""
        self._connection.close()

    @staticmethod
    def _objects(connection: sqlite3.Connection, database: str) -> set[tuple[str, str]]:
        """Return the name and the definition of everything, and the file's marks."""
        rows = connection.execute(
            f"SELECT name, type || tbl_name || coalesce(sql, '') FROM {database}.sqlite_master"  # noqa: S608
        )
        found = {(name, text) for name, text in rows if not name.startswith("sqlite_stat")}
        for mark in ("application_id", "user_version"):
            (value,) = connection.execute(f"PRAGMA {database}.{mark}").fetchone()
            found.add((mark, str(value)))
        return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeError) as error:  # a damaged name in its own message
            raise unreadable(self.place, error) from error


def _made(statements: Sequence[str]) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)
        return SQLiteSnapshot._objects(connection, "main")


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"
