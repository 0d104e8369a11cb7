"""Connections to an archive's SQLite file: commits that last, and writers that wait."""

import sqlite3
from pathlib import Path
from types import TracebackType

from eventsourcing.persistence import ConnectionPoolClosedError, OperationalError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from projections.database.wal import BUSY_SECONDS


class ArchivePool(SQLiteConnectionPool):
    """Connections whose commits are on the disk when they return."""

    _leaving = False

    def get_connection(
        self, timeout: float | None = None, *, is_writer: bool | None = None
    ) -> SQLiteConnection:
        """Issue a connection, unless the pool is closed or about to be."""
        if self._leaving:
            raise ConnectionPoolClosedError
        return super().get_connection(timeout, is_writer=is_writer)

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous=FULL")
        return connection

    def close(self) -> None:
        """Close every connection, when the threads that use one have done with it."""
        # Closing one in mid-statement ends the process with a segmentation fault.
        self._leaving = True
        with self._put_condition:
            if not self._closed:
                self._put_condition.wait_for(lambda: not self._in_use, timeout=self.pool_timeout)
            super().close()


class ArchiveDatastore(SQLiteDatastore):
    """One file, text stream ids, patient with other writers."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(str(path), originator_id_type="text")
        self.pool = ArchivePool(
            db_name=str(path), lock_timeout=BUSY_SECONDS, pool_timeout=BUSY_SECONDS
        )


class ImmediateTransaction(SQLiteTransaction):
    """Takes the write lock first: writers at once then wait instead of failing."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        return cursor

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        except BaseException:
            # A commit that fails (a full disk) may leave the transaction open, and the
            # connection goes back to the pool.
            self.connection.rollback()
            raise
