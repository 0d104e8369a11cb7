"""Where the archives of tests are made: in folders, or in schemas of a PostgreSQL database.

The tests of a module run with one store, then with the other. A place is as good as a fresh
database: the log, the views and the ledger of an archive stand in schemas of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.sql import SQL, Identifier

BOTH = ("sqlite", "postgres")

_database: str | None = None
_numbers = count(1)


@contextmanager
def on_postgres(database: str) -> Iterator[None]:
    """Make places in this database meanwhile; it must be empty."""
    global _database
    before, _database = _database, database
    try:
        yield
    finally:
        _database = before


@contextmanager
def a_location() -> Iterator[str]:
    """Yield where an archive can be made, with the store that is tested; then it is gone."""
    if _database is None:
        with TemporaryDirectory() as folder:
            yield str(Path(folder) / "archive")
        return
    schema = f"t{next(_numbers)}"
    try:
        yield f"{_database}{'&' if '?' in _database else '?'}schema={schema}"
    finally:
        beside = (f"{schema}_views", f"{schema}_ledger", f"{schema}_accounts")
        _drop(_database, lambda name: name == schema or name.startswith(beside))


def drop_views(location: str) -> None:
    """Delete an archive's views, as anybody may at any time."""
    if "://" not in location:
        from shutil import rmtree

        rmtree(Path(location) / "views")
        return
    database, _, schema = location.rpartition("schema=")
    _drop(database.rstrip("?&"), lambda name: name.startswith(f"{schema}_views"))


def generations(location: str) -> set[str]:
    """Return what the generations of an archive's views are called, those never finished too."""
    if "://" not in location:
        return {path.stem for path in (Path(location) / "views").glob("*.sqlite")}
    database, _, schema = location.rpartition("schema=")
    with psycopg.connect(database.rstrip("?&")) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace").fetchall()
    before = f"{schema}_views_"
    return {name.removeprefix(before) for (name,) in found if name.startswith(before)}


def _drop(database: str, which: Callable[[str], bool]) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET client_min_messages TO warning")
        for (name,) in connection.execute("SELECT nspname FROM pg_namespace").fetchall():
            if which(name):
                connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))
