"""What is measured on a PostgreSQL server only."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

from archive.store.location import PostgresLocation


@contextmanager
def dropped(url: str, schema: str) -> Iterator[str]:
    """Yield the location of an archive in a schema of its own, which is dropped afterwards.

    Raises:
        click's errors: none; a schema of this name that is there already is left alone.
    """
    location = f"{url}{'&' if '?' in url else '?'}schema={schema}"
    conninfo = PostgresLocation.parse(location).conninfo
    with psycopg.connect(conninfo, autocommit=True) as connection:
        if _schemas(connection, schema):
            raise SystemExit(f"{schema} is in this database already; drop it, or name another one")
        try:
            yield location
        finally:
            for name in _schemas(connection, schema):
                connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


def bytes_an_event(location: str) -> float:
    """Return what the log takes on the disk, indexes included, by its number of events."""
    found = PostgresLocation.parse(location)
    with psycopg.connect(found.conninfo) as connection:
        table = SQL("{}.stored_events").format(Identifier(found.schema))
        size = connection.execute(
            SQL("SELECT pg_total_relation_size({}::text::regclass), count(*) FROM {}").format(
                table.as_string(connection), table
            )
        ).fetchone()
        assert size
        return float(size[0] / size[1])


def _schemas(connection: psycopg.Connection[tuple[str]], schema: str) -> list[str]:
    query = (
        "SELECT nspname FROM pg_namespace WHERE nspname = %s OR nspname = %s "
        "OR starts_with(nspname, %s)"
    )
    beside = (f"{schema}_ledger", f"{schema}_views")
    return [name for (name,) in connection.execute(query, (schema, *beside))]
