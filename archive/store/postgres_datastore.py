"""Connections to PostgreSQL: how they are made, and how a lost one is borne."""

import os
import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import BasePostgresFactory, ConnectionPool, PostgresDatastore
from eventsourcing.utils import strtobool
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import PoolTimeout

from archive.store.guards import StoreError, StoreFails
from domain.sentence import say
from projections.database.wal import BUSY_SECONDS

MOST_CONNECTIONS = 16
PATIENCE_SECONDS = 60
"""How long a lost connection is tried again."""

T = TypeVar("T")


class ArchiveDatastore(PostgresDatastore):
    """One schema of a database, text stream ids, patient with other writers.

    Args:
        conninfo: what libpq takes, a URL or keywords.
        schema: the schema of the log.
        place: the location as sentences name it, without its password.
    """

    def __init__(self, conninfo: str, schema: str, place: str) -> None:
        super().__init__(
            *("", "", "", "", ""), lock_timeout=BUSY_SECONDS, schema=schema,
            originator_id_type="text",
        )  # fmt: skip
        self.place = place
        self.pool = ConnectionPool(
            conninfo,
            connection_class=Connection[DictRow],
            kwargs={"row_factory": dict_row, "client_encoding": "UTF8"},
            min_size=0,
            max_size=MOST_CONNECTIONS,
            open=False,
            configure=self.after_connect_func(),
            timeout=BUSY_SECONDS,
        )

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Return what a new connection is set to."""

        def after_connect(connection: Connection[Any]) -> None:
            connection.autocommit = True
            # A server that acknowledges early forgets what it acknowledged when it falls.
            connection.execute(_COMMIT_SURELY)

        return after_connect

    def register_type_adapters(self) -> None:
        """Do nothing: events go to the server without the library's composite type."""


def refuse_functions_in_the_database(datastore: PostgresDatastore) -> None:
    """Refuse the library's functions in the database: they insert without its lock.

    Raises:
        StoreError: the datastore has them enabled, or the environment asks for them.
    """
    asked = os.environ.get(BasePostgresFactory.POSTGRES_ENABLE_DB_FUNCTIONS)
    if datastore.enable_db_functions or strtobool(asked or "no"):
        raise StoreError(say("functions_in_the_database"))


def patiently(pool: ConnectionPool[Any], operation: Callable[[], T]) -> T:
    """Return what the operation returns; it is tried again when the connection was lost.

    Args:
        pool: whose broken connections are thrown away before the next attempt.
        operation: what may be done twice.

    Raises:
        StoreFails: the server stayed away, or another writer kept the lock.
        PersistenceError: anything else.
    """
    patience = time.monotonic() + PATIENCE_SECONDS
    pause = 0.05
    while True:
        try:
            return operation()
        except PersistenceError as error:
            _raise_if_lasting(error)
            if pool.closed:
                raise
            if time.monotonic() > patience:
                raise StoreFails(say("server_lost")) from error
        time.sleep(pause)
        pause = min(2 * pause, 1)
        pool.check()


def is_lost(error: BaseException | None) -> bool:
    """Return whether the error tells of a connection that broke, or of a server going down."""
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return not isinstance(error, PoolTimeout) and (error.sqlstate or "08")[:3] in _LOST


def _raise_if_lasting(error: PersistenceError) -> None:
    cause = error.__cause__
    if isinstance(cause, psycopg.errors.LockNotAvailable):
        raise StoreFails(say("server_busy", seconds=BUSY_SECONDS)) from error
    if isinstance(cause, PoolTimeout):
        raise StoreFails(say("server_lost")) from error
    if not is_lost(cause) and not isinstance(cause, _ABORTED):
        raise error


# Class 08 is the connection's; 57P is the server going down, or an operator ending the session.
_LOST = ("08", "080", "57P")
_ABORTED = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)

_COMMIT_SURELY = """
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'"""
