"""Where a ledger is kept: what it needs of a store, and how its tables are made alike on both."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from archive.store.guards import StoreError

FORMAT: Final = 1

LOCK_SECONDS: Final = 10
"""How long a sealer waits for another: sealing never holds recording up for longer."""

Rows = list[tuple[Any, ...]]


class LedgerFails(StoreError):  # noqa: N818 - a refusal
    """The ledger could not be read or written; the log goes on without it."""


class LedgerStore(Protocol):
    """A ledger's tables. A statement names its values as ``:name``."""

    place: str
    """The ledger as sentences name it."""

    def rows(self, statement: str, **values: Any) -> Rows:
        """Return what a statement finds.

        Raises:
            LedgerFails: the store fails.
        """

    def stream(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what a statement finds, however much that is.

        Raises:
            LedgerFails: the store fails.
        """

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Append rows, within ``writing``.

        Raises:
            LedgerFails: the store fails, or a row stands there already.
        """

    def writing(self) -> AbstractContextManager[None]:
        """Hold the ledger's write lock for one transaction, which ends with this context.

        Raises:
            LedgerFails: somebody else kept the lock, or the store fails.
        """

    def settle(self) -> None:
        """Have what was committed survive a fall of the machine.

        Raises:
            LedgerFails: the store fails.
        """

    def set_aside(self) -> str:
        """Put the ledger aside under another name, closed and whole, and return where it is.

        Raises:
            LedgerFails: the store fails.
        """

    def close(self) -> None:
        """Close its connection."""


TABLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "site": (("origin", "text"), ("hash", "text")),
    "nodes": (("level", "number"), ("start", "number"), ("hashes", "data")),
    "runs": (("leaf", "number"), ("position", "number")),
    "days": (("leaf", "number"), ("day", "text")),
    "heads": (("leaf", "number"), ("day", "text"), ("size", "number"), ("root", "data")),
    "versions": (("stream", "text"), ("leaf", "number"), ("version", "number")),
    "checkpoints": (("size", "number"), ("note", "data"), ("at", "number")),
    "verified": (("size", "number"), ("root", "data"), ("at", "number")),
}
"""The tables with their columns and kinds of value.

- ``site``: one row, fixed at the founding.
- ``nodes``: hashes side by side, of leaves (level 0) and of complete subtrees (from ``KEPT`` on);
  ``start`` is the first one's index within its level. A row for each append.
- ``runs``: from this leaf on, each next leaf is the event at the next position; a run ends where
  the next one begins, or before a leaf of heads.
- ``days``: the first leaf of each day that events were recorded on.
- ``heads``: the leaves that commit to every stream's latest version: one before each later day's
  first event, others where they were asked for, and never two side by side.
- ``versions``: the last version that a stream (its segments reversed) had reached in ``leaf``,
  the leaf of heads, if it grew since the one before.
- ``checkpoints``: the signed notes by size, and when, in microseconds since 1970.
- ``verified``: the sizes up to which all was found to be in order, the roots, and when.
"""

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "site": ("origin",),
    "nodes": ("level", "start"),
    "runs": ("leaf",),
    "days": ("leaf",),
    "heads": ("leaf",),
    "versions": ("stream", "leaf", "version"),
    "checkpoints": ("size",),
    "verified": ("size",),
}


def table_sql(table: str, types: dict[str, str]) -> str:
    """Return the statement that makes a table, with a store's own types."""
    columns = [f"{name} {types[kind]} NOT NULL" for name, kind in TABLES[table]]
    key = f"PRIMARY KEY ({', '.join(KEYS[table])})"
    return f"CREATE TABLE {table} ({', '.join((*columns, key))})"
