"""SQLite's write-ahead log, switched on in a file that many processes open at once.

It serves the views' file and the log's; it stands here since imports run downward only.
"""

import sqlite3
import time

BUSY_SECONDS = 60
"""How long anyone waits for another process's lock."""


def switch_to_wal(connection: sqlite3.Connection) -> None:
    """Let readers go on beside a writer, for good; who is second waits for who is first.

    Raises:
        sqlite3.OperationalError: the file stays locked, or can't be written.
    """
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            # SQLite's own timeout doesn't cover this switch.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
