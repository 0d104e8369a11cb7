"""Where secrets are: ``accounts.sqlite`` beside the log, or a schema of its own on PostgreSQL.

Only hashes stand in it. Whoever loses it loses passwords and sessions, and nothing that happened.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from archive.store.guards import StoreError
from archive.store.location import PostgresLocation, accounts_schema, is_postgres
from domain.sentence import say

FILE: Final = "accounts.sqlite"

TABLES = MetaData()

passwords = Table(
    "passwords",
    TABLES,
    Column("account", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
)
attempts = Table(
    "attempts",
    TABLES,
    Column("name", LargeBinary, primary_key=True),  # SHA-256: what was typed may be a password
    Column("failures", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
sessions = Table(
    "sessions",
    TABLES,
    Column("hash", LargeBinary, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("made", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
)
tokens = Table(
    "tokens",
    TABLES,
    Column("token", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("account", Text, nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text),
    Column("made", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
)


class Secrets:
    """The database of one archive's secrets.

    Args:
        location: the archive's.
    """

    def __init__(self, location: str | Path) -> None:
        self._file: Path | None = None
        self._schema: str | None = None
        if is_postgres(location):
            found = PostgresLocation.parse(str(location))
            self._schema = accounts_schema(found.schema)
            self.engine = _on_postgres(found.conninfo, self._schema)
        else:
            self._file = Path(location) / FILE
            self.engine = _in_file(self._file)
        self._made = False

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction, in the database as it is made where it isn't yet.

        Raises:
            StoreError: it can't be reached, read or written.
        """
        try:
            self._make()
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(error).partition("\n")[0]
            raise StoreError(say("secrets_fail", reason=reason)) from error

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()

    def _make(self) -> None:
        if self._made:
            return
        if self._file is not None and not self._file.exists():
            try:
                os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))
            except OSError as error:
                raise StoreError(say("secrets_fail", reason=error.strerror or error)) from error
        if self._schema is None:
            TABLES.create_all(self.engine)
        elif not inspect(self.engine).has_table("tokens", self._schema):
            with self.engine.begin() as connection:
                connection.execute(CreateSchema(self._schema, if_not_exists=True))
                TABLES.create_all(connection)
        self._made = True


def _in_file(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(engine, "connect", _by_hand)
    event.listen(engine, "begin", _immediately)
    return engine


def _by_hand(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own
    connection.execute("PRAGMA busy_timeout = 30000")


def _immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _on_postgres(conninfo: str, schema: str) -> Engine:
    import psycopg

    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo), pool_pre_ping=True
    )
    return engine.execution_options(schema_translate_map={None: schema})
