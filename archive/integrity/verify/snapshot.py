"""The log and the ledger as they stand at one moment, read and never written.

The tables of both have different names, so that one connection reads either. Whatever was done to
them, reading them so passes by everything that the recorder and the sealer do to be kind.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn, Protocol

from archive.integrity.ledger.store import Rows
from archive.integrity.restore.recorded import STREAM
from archive.store.guards import StoreError
from archive.store.location import PostgresLocation, is_postgres
from domain.sentence import say
from projections.log import Row


class Unreadable(StoreError):  # noqa: N818 - a refusal
    """The store can't be read any further; what was found so far stands."""


class Snapshot(Protocol):
    """One state of the log and the ledger. A statement names its values as ``:name``."""

    place: str
    """The archive as sentences name it."""
    position: str
    """What this store calls an event's position."""

    def rows(self, statement: str, **values: Any) -> Rows:
        """Return what a statement finds.

        Raises:
            Unreadable: the store fails.
        """

    def stream(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what a statement finds, however much that is.

        Raises:
            Unreadable: the store fails.
        """

    def pages(self, statement: str, **values: Any) -> Iterator[Rows]:
        """Yield what a statement finds, in pages.

        Raises:
            Unreadable: the store fails.
        """

    def last_given(self) -> int | None:
        """Return the last position that the store gave; None where it doesn't remember."""

    def damage(self) -> list[str]:
        """Return what the store itself knows to be broken, in its own words.

        Whichever thread may ask.
        """

    def schema_faults(self) -> list[str] | None:
        """Return the names of tables, triggers and indexes that aren't as the program makes them.

        None where that can't be seen.
        """

    def close(self) -> None:
        """Close its connection."""


class ReadOnly:
    """The writing half of a ``LedgerStore``, which a snapshot has not."""

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> NoReturn:
        """Refuse."""
        raise AssertionError(f"{table} of a snapshot can't be written")

    def writing(self) -> AbstractContextManager[None]:
        """Refuse."""
        raise AssertionError("a snapshot can't be written")


def take_snapshot(location: str | Path) -> Any:
    """Return the present state of an archive that has a ledger; the ledger's is the older.

    The log may so have events that the ledger doesn't, as with any sealing to come, and not the
    other way round.

    Raises:
        Unreadable: it can't be opened.
    """
    if not is_postgres(location):
        from archive.integrity.verify.sqlite import SQLiteSnapshot

        return SQLiteSnapshot(Path(location))
    from archive.integrity.verify.postgres import PostgresSnapshot  # needs the driver

    return PostgresSnapshot(PostgresLocation.parse(str(location)))


def unreadable(place: str, reason: object) -> Unreadable:
    """Return the refusal to read on."""
    return Unreadable(say("verify_unreadable", path=place, reason=" ".join(str(reason).split())))


def restore_rows(snapshot: Snapshot) -> list[Row]:
    """Return the rows of the stream of restores, in order."""
    rows = snapshot.rows(
        f"SELECT {snapshot.position}, originator_id, originator_version, topic, state "  # noqa: S608
        "FROM stored_events WHERE originator_id = :stream ORDER BY originator_version",
        stream=STREAM,
    )
    return [(*row[:4], data_of(row[4])) for row in rows]


def data_of(value: object) -> bytes:
    """Return stored bytes; what somebody put in their place is none."""
    return value if isinstance(value, bytes) else b""
