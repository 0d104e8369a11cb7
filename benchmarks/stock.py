"""The stock way: the library's ProjectionRunner, one transaction an event, into the same tables.

Its transcoder is taught our dates, and a subscription that asks again and again stands in for the
one that it lacks on SQLite; all else is as the library has it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    ApplicationRecorder,
    DatetimeAsISO,
    JSONTranscoder,
    ListenNotifySubscription,
    Mapper,
    Subscription,
    Tracking,
    Transcoder,
    Transcoding,
)
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteDatastore,
    SQLiteTrackingRecorder,
)
from sqlalchemy.dialects import sqlite as dialect
from sqlalchemy.schema import CreateTable

from benchmarks.figure import seconds
from domain.fact import Fact
from domain.times import micros
from projections.facts import VIEWS

Insert = tuple[str, tuple[Any, ...]]


class DateAsISO(Transcoding):
    """What the stock transcoder must be taught to take our events."""

    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        """Return the date as text."""
        return obj.isoformat()

    def decode(self, data: str) -> date:
        """Return the date that ``encode`` made."""
        return date.fromisoformat(data)


def taught() -> JSONTranscoder:
    """Return a stock transcoder that takes dates."""
    transcoder = JSONTranscoder()
    transcoder.register(DatetimeAsISO())
    transcoder.register(DateAsISO())
    return transcoder


def projected(events: Sequence[Fact], folder: Path) -> float:
    """Return how many events a second the stock runner projects into tables like ours.

    Args:
        events: ready-made ones that the stock transcoder can take.
        folder: an empty one for its files.
    """
    log, tables = folder / "log.sqlite", folder / "tables.sqlite"
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(log), originator_id_type="text"))
    recorder.create_table()
    mapper: Mapper[str] = Mapper(taught())
    recorder.insert_events([mapper.to_stored_event(event) for event in events])
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "ORIGINATOR_ID_TYPE": "text",
        "STOCK_SQLITE_DBNAME": str(log),
        "STOCK_APPLICATION_RECORDER_TOPIC": "benchmarks.stock:PollingRecorder",
        "TABLES_SQLITE_DBNAME": str(tables),
    }

    def run() -> None:
        with ProjectionRunner(
            application_class=Stock, projection_class=Tables, view_class=TablesRecorder, env=env
        ) as runner:
            runner.wait(len(events), timeout=600)

    return len(events) / seconds(run)


class PollingRecorder(SQLiteApplicationRecorder):
    """The stock recorder with the library's own pulling subscription."""

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Return a subscription that pulls page after page."""
        return ListenNotifySubscription(self, gt=gt, topics=topics)


class Stock(Application[str]):
    """The application whose events are projected."""

    name = "stock"

    def register_transcodings(self, transcoder: Transcoder) -> None:
        """Teach the transcoder dates."""
        super().register_transcodings(transcoder)
        transcoder.register(DateAsISO())


class TablesRecorder(SQLiteTrackingRecorder):
    """Our views' tables, with the library's tracking."""

    def __init__(self, datastore: SQLiteDatastore, **options: Any) -> None:
        super().__init__(datastore, **options)
        self.create_table_statements += [
            str(CreateTable(view.table).compile(dialect=dialect.dialect())) for view in VIEWS
        ]

    def write(self, inserts: Sequence[Insert], tracking: Tracking) -> None:
        """Insert an event's rows and its tracking, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for statement, row in inserts:
                cursor.execute(statement, row)


class Tables(Projection[TablesRecorder]):
    """Our own handlers, an event at a time."""

    name = "tables"

    def process_event(self, domain_event: DomainEventProtocol[str], tracking: Tracking) -> None:
        """Write the rows of one event."""
        self.view.write(list(_rows(domain_event, tracking.notification_id)), tracking)


def _rows(event: Any, position: int) -> Iterator[Insert]:
    common = (
        position,
        micros(event.known_at),
        micros(event.timestamp),
        event.on.isoformat(),
        event.by,
        int(event.legacy),
        event.source,
    )
    for statement, handler in _HANDLERS[event.TOPIC]:
        made = handler(event.originator_id.split("/"), event)
        for row in [made] if isinstance(made, tuple) else made:
            yield statement, common + row


def _handlers() -> Mapping[str, list[tuple[str, Callable[..., Any]]]]:
    found: dict[str, list[tuple[str, Callable[..., Any]]]] = {}
    for view in VIEWS:
        statement = str(view.table.insert().compile(dialect=dialect.dialect(paramstyle="qmark")))
        for topic, (_, handler) in view.handlers.items():
            found.setdefault(topic, []).append((statement, handler))
    return found


_HANDLERS = _handlers()
