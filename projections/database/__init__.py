"""The database that holds the views, in generations.

Views stand in one generation, whole: on SQLite a file, on PostgreSQL a schema. A rebuild makes
the next one beside it, and readers find it once it is complete; who still reads the old one reads
on, undisturbed. What views ask of their database is said here, and kept by ``sqlite`` and
``postgres``.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, Table

from domain.refusal import Refusal
from projections.database.packing import Packing

T = TypeVar("T")


class RebuildRunning(Refusal):
    """Another process rebuilds these views."""


class Beside(Protocol):
    """A new generation, empty, that nobody reads yet."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Return a transaction in it."""

    def complete(self) -> None:
        """Do what takes long once everything is in, while nobody waits yet."""

    def change_places(self) -> None:
        """Be the generation that is read from now on; who calls it holds the old one's lock."""


class Database(Protocol):
    """The views' database."""

    @property
    def engine(self) -> Engine:
        """Its connections are to the generation that is read when they are taken."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Return a transaction that holds the write lock of that generation from its beginning."""

    def rebuilding(self) -> AbstractContextManager[None]:
        """Hold the only right to rebuild; it ends with its process.

        Raises:
            RebuildRunning: another one holds it.
        """

    def beside(self) -> AbstractContextManager[Beside]:
        """Make the next generation; it goes again unless it changes places.

        What a rebuild that was killed left behind is cleared away first.
        """

    def packing(self, tables: Sequence[Table]) -> Packing:
        """Return how rows of these tables come into the next generation."""

    def retire(self) -> None:
        """Delete the generations that nobody reads any more."""

    def mending(self, work: Callable[[], T]) -> T:
        """Do the work; where the views are broken, once more without them.

        The views may be deleted at any time: the log holds all there is to know.
        """

    def close(self) -> None:
        """Close the connections."""
