"""Making tables and indexes, by statements that are worded once a process.

Each generation of the views has all of them made anew, and SQLAlchemy takes longer to word them
than a database to make them.
"""

from functools import lru_cache

from sqlalchemy import Connection, Dialect, Index, Table
from sqlalchemy.schema import CreateIndex, CreateTable


def make(connection: Connection, *elements: Table | Index) -> None:
    """Make tables and indexes; of a table, without its indexes."""
    for element in elements:
        connection.exec_driver_sql(_worded(element, _Kind(connection.dialect)))


class _Kind:
    """A dialect, as good as any other of the same database."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kind) and other.dialect.name == self.dialect.name

    def __hash__(self) -> int:
        return hash(self.dialect.name)


@lru_cache(maxsize=512)
def _worded(element: Table | Index, kind: _Kind) -> str:
    create = CreateTable(element) if isinstance(element, Table) else CreateIndex(element)
    return str(create.compile(dialect=kind.dialect))
