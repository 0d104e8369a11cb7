"""The mark of a restored archive on PostgreSQL: the comment on the log's table."""

from typing import Any

import psycopg
from psycopg import Cursor
from psycopg.sql import SQL, Literal

from archive.store.guards import StoreError
from archive.store.mark import Mark, NotRestored, Restored
from archive.store.postgres_datastore import ArchiveDatastore
from archive.store.postgres_schema import Names
from domain.sentence import say

_MARKED = "shiji restored "
"""How the comment begins."""


def mark_of(comment: str | None) -> Mark | None:
    """Return the mark that a comment is; None where it is none."""
    if comment is None or not comment.startswith(_MARKED):
        return None
    return Mark.parse(comment.removeprefix(_MARKED))


def refuse_restored(comment: str | None, *, reopens: bool = False) -> None:
    """Refuse to record in an archive that is marked, or to open one again that isn't.

    Raises:
        Restored, NotRestored: so it is.
    """
    mark = mark_of(comment)
    if mark is not None and not reopens:
        raise Restored(mark)
    if mark is None and reopens:
        raise NotRestored


def set_mark(cursor: Cursor[Any], datastore: ArchiveDatastore, mark: Mark | None) -> None:
    """Set the mark, or take it away.

    Raises:
        StoreError: whoever asks isn't the owner of the log.
    """
    text = None if mark is None else _MARKED + mark.text
    try:
        statement = SQL("COMMENT ON TABLE {} IS {}")
        cursor.execute(statement.format(Names(datastore.schema).events, Literal(text)))
    except psycopg.errors.InsufficientPrivilege:
        raise StoreError(say("mark_is_the_owners", path=datastore.place)) from None
