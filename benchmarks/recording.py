"""Recording through commands, beside the library's own put of ready-made events."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from eventsourcing.persistence import ApplicationRecorder, Mapper, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import City
from archive.json_text import parse
from archive.store.location import PostgresLocation, is_postgres
from benchmarks.figure import Figure, seconds
from benchmarks.plain_city import FOUNDED, Command, ballots, founding, logs
from benchmarks.server import dropped
from benchmarks.stock import taught
from benchmarks.views import plain_events
from domain.fact import Fact

READY_MADE = 50_000
BATCH, POSTGRES_BATCH = 1_000, 100
"""Events a put; of 1,000 the library was seen to hang in its pipeline on PostgreSQL 18."""

PEER = "stock put of events"

KINDS: dict[str, Callable[[int, int], Iterator[Command]]] = {
    "commands of one event": logs,
    "ballots of 20 scores": ballots,
}


def recording(archive: Archive, city: City, folder: Path) -> Iterator[Figure]:
    """Record the city into the empty archive, then put its first plain events into a stock log."""
    commands = list(city.commands(COMMANDS))
    took = seconds(lambda: _record(archive, commands))
    events = archive.log.last_position()
    yield Figure("demo city", len(commands) / took, "commands/s")
    stock = _stock_rate(plain_events(archive, READY_MADE), str(folder), folder)
    yield Figure("demo city", events / took, "events/s", PEER, stock)


def bulk(location: str, folder: Path, events: int) -> Iterator[Figure]:
    """Record lines of JSON of each kind, without and with an id of each command.

    Args:
        location: where there is no archive yet; one of a plain made-up city is made there.
        folder: for files.
        events: about how many are recorded of each.
    """
    with Archive(location, create=True) as archive:
        _record(archive, founding())
        year = FOUNDED
        for what, kind in KINDS.items():
            for ending in ("", ", with ids"):
                year += 1
                lines = [json.dumps(each) for each in _identified(kind(year, events), ending)]
                before = archive.log.last_position()
                took = seconds(lambda lines=lines: _record(archive, map(parse, lines)))
                made = _behind(archive, before)
                stock = _stock_rate(made, location, folder)
                yield Figure(what + ending, len(made) / took, "events/s", PEER, stock)


def _identified(commands: Iterator[Command], ending: str) -> Iterator[Command]:
    """Yield the commands, with ids of their own unless the ending is empty."""
    for number, command in enumerate(commands):
        identity = {"command_id": f"{command['command']}-{number}"} if ending else {}
        yield command | identity


def _record(archive: Archive, commands: Iterable[Command]) -> None:
    for outcome in archive.record(commands):
        if outcome.refusal:
            raise outcome.refusal


def _behind(archive: Archive, position: int) -> list[Fact]:
    """Return the events behind a position, read back."""
    rows = (row for page in archive.log.scan(position) for row in page)
    return [archive.mapper.to_fact(StoredEvent(*row[1:])) for row in rows]


def _stock_rate(events: Sequence[Fact], location: str, folder: Path) -> float:
    """Return how many of the events a second the library puts into a log of its own."""
    mapper: Mapper[str] = Mapper(taught())
    size = POSTGRES_BATCH if is_postgres(location) else BATCH

    def put(recorder: ApplicationRecorder) -> None:
        for first in range(0, len(events), size):
            batch = events[first : first + size]
            recorder.insert_events([mapper.to_stored_event(event) for event in batch])

    with _stock_log(location, folder) as recorder:
        return len(events) / seconds(lambda: put(recorder))


@contextmanager
def _stock_log(location: str, folder: Path) -> Iterator[ApplicationRecorder]:
    """Yield an empty log of the library's, on the same kind of store as the location."""
    if is_postgres(location):
        with _stock_schema(PostgresLocation.parse(location).conninfo) as stock:
            yield stock
    else:
        with TemporaryDirectory(dir=folder) as name:
            datastore = SQLiteDatastore(f"{name}/stock.sqlite", originator_id_type="text")
            recorder = SQLiteApplicationRecorder(datastore)
            recorder.create_table()
            with closing(datastore):
                yield recorder


@contextmanager
def _stock_schema(conninfo: str) -> Iterator[ApplicationRecorder]:
    given = {"dbname": "", "host": "", "port": "", "user": "", "password": ""}
    found = {name: str(conninfo_to_dict(conninfo).get(name, none)) for name, none in given.items()}
    name = "shiji_benchmark_stock"
    with dropped(conninfo, name):
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(name)))
        datastore = PostgresDatastore(**found, schema=name, originator_id_type="text")
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()
        with closing(datastore):
            yield recorder
