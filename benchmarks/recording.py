"""Recording: the city through commands, beside the library's own put of ready-made events."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    Transcoding,
)
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import City
from archive.store.mapper import FactMapper
from archive.store.sqlite import open_recorder
from benchmarks.figure import Figure, seconds
from domain.ballot import Ballot
from domain.fact import Fact
from domain.work_log import WorkLog

READY_MADE = 50_000
BATCH = 1_000
PLAIN = {Ballot.Scored.TOPIC, WorkLog.Entered.TOPIC, WorkLog.Rated.TOPIC}
"""Most of a city's events, and all that the stock transcoder can take."""

Put = Callable[[list[Fact]], object]


def recording(archive: Archive, city: City, folder: Path) -> Iterator[Figure]:
    """Record the city into the empty archive, then put its events into other logs."""
    commands = list(city.commands(COMMANDS))
    took = seconds(lambda: _record(archive, commands))
    events = archive.log.last_position()
    yield Figure("demo city", len(commands) / took, "commands/s")
    made = ready_made(archive)
    stock = len(made) / seconds(lambda: _in_batches(made, _stock_put(folder)))
    ours = len(made) / seconds(lambda: _in_batches(made, _our_put(folder)))
    peer = "stock put of events"
    yield Figure("demo city", events / took, "events/s", peer, stock)
    yield Figure("our put of events", ours, "events/s", peer, stock)


def ready_made(archive: Archive) -> list[Fact]:
    """Return the log's first plain events, read back."""
    rows = (row for page in archive.log.scan(0) for row in page if row[3] in PLAIN)
    return [archive.mapper.to_fact(StoredEvent(*row[1:])) for row in islice(rows, READY_MADE)]


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


def _record(archive: Archive, commands: list[dict[str, Any]]) -> None:
    for outcome in archive.record(commands):
        if outcome.refusal:
            raise outcome.refusal


def _in_batches(events: list[Fact], put: Put) -> None:
    for first in range(0, len(events), BATCH):
        put(events[first : first + BATCH])


def _stock_put(folder: Path) -> Put:
    transcoder = JSONTranscoder()
    transcoder.register(DatetimeAsISO())
    transcoder.register(DateAsISO())
    mapper: Mapper[str] = Mapper(transcoder)
    datastore = SQLiteDatastore(str(folder / "stock.sqlite"), originator_id_type="text")
    recorder = SQLiteApplicationRecorder(datastore)
    recorder.create_table()
    return lambda events: recorder.insert_events([mapper.to_stored_event(e) for e in events])


def _our_put(folder: Path) -> Put:
    mapper = FactMapper(JSONTranscoder())
    recorder = open_recorder(folder / "ours.sqlite", create=True)
    return lambda events: recorder.insert_events([mapper.to_stored_event(e) for e in events])
