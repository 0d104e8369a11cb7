"""The tables of the log on SQLite, which only grow, and the format of their file."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from archive.store.guards import StoreError
from domain.sentence import say

APPLICATION_ID = 0x53484A49  # "SHJI", in the file's header
FORMAT = 1


def statements(closing_topics: Sequence[str]) -> list[str]:
    """Return what makes an empty file into a log; a closing stands once in its stream."""
    return [*_EVENTS, *_COMMANDS, *_closings(closing_topics), *_FORMAT]


def closing_condition(closing_topics: Sequence[str]) -> str:
    """Return the condition of the partial index, which a query must repeat to use it."""
    return f"topic IN ({', '.join(_literal(topic) for topic in closing_topics)})"


def is_fresh(path: Path) -> bool:
    """Return whether there is nothing yet at ``path``.

    Raises:
        StoreError: what is there is not ours, or newer than this program.
    """
    if not path.exists():
        return True
    if not path.is_file():
        raise StoreError(say("store_not_sqlite", path=path))
    try:
        with closing(sqlite3.connect(path, timeout=60)) as connection:
            return not belongs_to_us(connection.cursor(), path)
    except sqlite3.OperationalError as error:
        raise StoreError(say("store_unreadable", path=path, reason=error)) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(say("store_not_sqlite", path=path)) from error


def belongs_to_us(cursor: sqlite3.Cursor, path: Path | str) -> bool:
    """Return whether the open file is a log of ours; an empty one isn't yet.

    Raises:
        StoreError: it is another program's, or newer than this program.
    """
    found, version, tables = cursor.execute(_IDENTITY).fetchone()
    if (found, version, tables) == (0, 0, 0):
        return False
    if found != APPLICATION_ID:
        raise StoreError(say("store_foreign", path=path))
    if version > FORMAT:
        raise StoreError(say("store_newer", path=path, found=version, known=FORMAT))
    return True


def _closings(topics: Sequence[str]) -> list[str]:
    if not topics:
        return []
    condition = closing_condition(topics)
    return [f"CREATE UNIQUE INDEX closings ON stored_events (originator_id) WHERE {condition}"]


def _literal(topic: str) -> str:
    return "'" + topic.replace("'", "''") + "'"


# AUTOINCREMENT and the CHECK: an id is never used twice, and a trigger sees -1 for an id that
# the table is still to choose.
# The insert trigger refuses what INSERT OR REPLACE would quietly delete, and ids in gaps.
_EVENTS = (
    """
    CREATE TABLE stored_events (
        id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    )""",
    """
    CREATE TRIGGER events_never_change BEFORE UPDATE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'a recorded event never changes'); END""",
    """
    CREATE TRIGGER events_never_go BEFORE DELETE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'a recorded event is never deleted'); END""",
    """
    CREATE TRIGGER events_only_append BEFORE INSERT ON stored_events
    WHEN NEW.id BETWEEN 0 AND (SELECT max(id) FROM stored_events)
        OR EXISTS (SELECT 1 FROM stored_events WHERE originator_id = NEW.originator_id
            AND originator_version = NEW.originator_version)
    BEGIN SELECT RAISE(ABORT, 'this version or position is recorded already'); END""",
)

_COMMANDS = (
    """
    CREATE TABLE commands (
        command_id TEXT NOT NULL PRIMARY KEY,
        digest BLOB NOT NULL,
        positions TEXT NOT NULL
    ) WITHOUT ROWID""",
    """
    CREATE TRIGGER commands_never_change BEFORE UPDATE ON commands
    BEGIN SELECT RAISE(ABORT, 'a recorded command never changes'); END""",
    """
    CREATE TRIGGER commands_never_go BEFORE DELETE ON commands
    BEGIN SELECT RAISE(ABORT, 'a recorded command is never deleted'); END""",
    """
    CREATE TRIGGER commands_only_append BEFORE INSERT ON commands
    WHEN EXISTS (SELECT 1 FROM commands WHERE command_id = NEW.command_id)
    BEGIN SELECT RAISE(ABORT, 'this command is recorded already'); END""",
)

# One statement, so that a file that is just being made is seen before or after.
_IDENTITY = """
    SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
    FROM pragma_application_id, pragma_user_version"""

_FORMAT = (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}")
