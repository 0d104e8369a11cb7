"""Locks between the processes of a desk; one ends with whoever holds it, however that ends.

A process's number would tell less: it may be given anew, and means nothing in another container.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_PATIENCE = 30  # seconds


class Held:
    """A lock that is held from its making on.

    Args:
        path: its file, which is made.

    Raises:
        BlockingIOError: somebody else holds it, and goes on to for ``patience`` seconds.
    """

    def __init__(self, path: Path, patience: float = 0) -> None:
        # An SQLite lock and not flock: it works on Windows and between threads, too.
        self._connection = sqlite3.connect(
            path, timeout=patience, isolation_level=None, check_same_thread=False
        )
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._connection.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise BlockingIOError(str(path)) from error

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


def is_held(path: Path) -> bool:
    """Tell if somebody holds the lock of a file; nobody does where there is none.

    Whoever looks takes nothing that another who looks would take for being held.
    """
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return True
    return False


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let one in at a time, of whatever process; the others wait."""
    with closing(Held(path, _PATIENCE)):
        yield
