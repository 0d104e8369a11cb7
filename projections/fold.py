"""From pages of the log to rows of the views."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import OperationalError

from domain.refusal import Refusal
from domain.sentence import say
from domain.times import micros
from projections.database.inserting import insert_rows
from projections.log import Row
from projections.view import View

Rows = list[list[tuple[Any, ...]]]
"""The rows of each view, in the order of the views."""


class PoisonEvent(Refusal):
    """An event that can't be read into the views; perhaps only since its topic is unknown."""

    def __init__(
        self, position: int, topic: str, reason: object, *, unknown_topic: bool = False
    ) -> None:
        super().__init__(
            say("poison_event", position=position, topic=topic, reason=reason), "position"
        )
        self.position = position
        self.topic = topic
        self.reason = str(reason)
        self.unknown_topic = unknown_topic


class _UnknownTopic(Exception):  # noqa: N818 - caught in this file
    pass


class Fold:
    """Turns events into rows, and writes them.

    Args:
        views: what is declared of the rows.
        known_topics: the topics that the program knows; those without handlers are skipped.
    """

    def __init__(self, views: Sequence[View], known_topics: Collection[str]) -> None:
        self.names = [view.name for view in views]
        self._plan: dict[str, list[tuple[int, Any, Any]]] = {topic: [] for topic in known_topics}
        for number, view in enumerate(views):
            for topic, (decode, handler) in view.handlers.items():
                self._plan.setdefault(topic, []).append((number, decode, handler))

    def knows(self, topic: str) -> bool:
        """Tell if the program knows this topic, with or without a handler."""
        return topic in self._plan

    def write(
        self, connection: Connection, tables: Mapping[str, Table], page: Sequence[Row]
    ) -> list[PoisonEvent]:
        """Write the rows of a page; return its poison events, of which nothing is written."""
        try:
            self.insert(connection, tables, self.rows(page))
        except (OperationalError, MemoryError):
            raise  # the machine's trouble, not an event's
        except Exception as error:
            if len(page) == 1:
                return [_poison(page[0], error)]
            half = len(page) // 2
            return [
                *self.write(connection, tables, page[:half]),
                *self.write(connection, tables, page[half:]),
            ]
        return []

    def insert(self, connection: Connection, tables: Mapping[str, Table], rows: Rows) -> None:
        """Insert the rows of each view, or none of them."""
        with connection.begin_nested():
            for name, of_view in zip(self.names, rows, strict=True):
                insert_rows(connection, tables[name], of_view)

    def rows(self, page: Sequence[Row]) -> Rows:
        """Return the rows that a page makes, of each view."""
        rows: Rows = [[] for _ in self.names]
        plan = self._plan
        for position, stream, _, topic, state in page:
            steps = plan.get(topic)
            if steps is None:
                raise _UnknownTopic
            for number, decode, handler in steps:
                event = decode(state)
                known, recorded = event.known_at, event.timestamp
                known_at = micros(known)
                common = (
                    position,
                    known_at,
                    known_at if recorded == known else micros(recorded),
                    event.on.isoformat(),
                    event.by,
                    int(event.legacy),
                    event.source,
                )
                made = handler(stream.split("/"), event)
                if type(made) is tuple:
                    rows[number].append(common + made)
                else:
                    rows[number] += [common + row for row in made]
        return rows


def _poison(row: Row, error: Exception) -> PoisonEvent:
    position, _, _, topic, _ = row
    if isinstance(error, _UnknownTopic):
        return PoisonEvent(position, topic, say("poison_unknown_topic"), unknown_topic=True)
    return PoisonEvent(position, topic, f"{type(error).__name__}: {error}")
