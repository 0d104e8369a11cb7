"""Inserting rows as tuples, the quickest way that each database has."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import OperationalError

Rows = Sequence[tuple[Any, ...]]


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert tuples in the order of the table's columns."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.exec_driver_sql(_insert_statement(table, connection.dialect), list(rows))


def _copy(connection: Connection, table: Table, rows: Rows) -> None:
    driver: Any = connection.connection.driver_connection
    statement = _copy_statement(table)
    psycopg: Any = connection.dialect.loaded_dbapi
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            write = copy.write_row
            for row in rows:
                write(row)
    except (psycopg.DataError, psycopg.IntegrityError):
        raise  # a row's trouble
    except psycopg.Error as error:  # as SQLAlchemy tells it
        lost = isinstance(error, psycopg.OperationalError)
        raise OperationalError(statement, None, error, connection_invalidated=lost) from error


@lru_cache(maxsize=256)
def _copy_statement(table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.c)
    return f'COPY "{table.name}" ({columns}) FROM STDIN'


@lru_cache(maxsize=256)  # compiling costs more than inserting one row
def _insert_statement(table: Table, dialect: Dialect) -> str:
    return str(table.insert().compile(dialect=dialect))
