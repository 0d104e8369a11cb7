"""Views, declared: a name, a version, columns, and a handler for each kind of event.

A row is a pure function of one event: a handler sees the fields it declares and the segments
of the stream's id, and returns the subject columns of one row, or of a list of rows. The
common columns come first in every view and are filled by the engine.
"""

from collections.abc import Callable, Sequence
from typing import Any

from eventsourcing.utils import get_topic
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from domain import wire
from domain.fact import Fact

Handler = Callable[[list[str], Any], tuple[Any, ...] | list[tuple[Any, ...]]]


def common_columns() -> list[Column[Any]]:
    """Return the columns that every view has: where the row comes from, and its times.

    ``known_at`` and ``recorded_at`` are microseconds since 1970, ``on`` is an ISO date and
    ``document`` the event's source.
    """
    return [
        Column("position", BigInteger, nullable=False),
        Column("known_at", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("on", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("legacy", Integer, nullable=False),
        Column("document", Text),
    ]


class View:
    """A table of facts folded from the log.

    Args:
        name: the table's name.
        version: raised when a handler makes other rows of the same fields; the table is then
            rebuilt, as it is with other columns, indexes, events or fields.
        columns: the subject columns, in the order in which handlers return them.
        indexes: the columns of each index.
    """

    def __init__(
        self,
        name: str,
        *,
        version: int,
        columns: Sequence[Column[Any]],
        indexes: Sequence[Sequence[str]] = (),
    ) -> None:
        self.name = name
        self.version = version
        self.table = Table(name, MetaData(), *common_columns(), *columns)
        self.handlers: dict[str, tuple[Callable[[bytes], Any], Handler]] = {}
        self._reads: list[str] = []
        for column in (column for index in indexes for column in index):
            if column not in self.table.c:
                raise TypeError(f"view {name} has no column {column!r} to index")
        of = self.table.to_metadata(MetaData()).c  # a table's own would be made with it
        self.indexes = tuple(
            Index(f"{name}_{'_'.join(index)}", *(of[column] for column in index))
            for index in indexes
        )

    @property
    def shape(self) -> str:
        """Tell whether a stored table is this one: version, columns, indexes, and what is read."""
        columns = ",".join(self.table.c.keys())
        indexes = ";".join(",".join(index.columns.keys()) for index in self.indexes)
        return f"{self.version}:{columns}:{indexes}:{';'.join(sorted(self._reads))}"

    def on(self, event_class: type[Fact], *fields: str) -> Callable[[Handler], Handler]:
        """Return a decorator that makes a function the handler of ``event_class``.

        Raises:
            TypeError: the class lacks a declared field, or has a handler in this view.
        """
        topic = get_topic(event_class)
        if topic in self.handlers:
            raise TypeError(f"view {self.name} handles {topic} already")
        decode = wire.slim(event_class, fields)

        def register(handler: Handler) -> Handler:
            self.handlers[topic] = (decode, handler)
            self._reads.append(f"{topic}({','.join(sorted(fields))})")
            return handler

        return register
