"""Connections lost at any moment: what was acknowledged is recorded, and nothing twice."""

import random
from threading import Event, Thread
from time import sleep

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from archive.store import postgres_datastore, postgres_saving
from archive.store.guards import CommandRecord, StoreFails
from archive.store.location import open_log
from tests.postgres import Server

WRITERS = 4

pytestmark = pytest.mark.sqlite  # once: the place is a server's whatever the store


@pytest.fixture(scope="module")
def server():
    """A server that may fall without harming other tests."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def location(server):
    """An archive of its own on that server."""
    url = f"{server.url('postgres')}&schema=log_{random.randrange(10**9)}"
    open_log(url, create=True).close()
    return url


def record(location, worker, times, acknowledged, errors):
    """Record pairs of events, each pair under a stream of its own, some with a command id."""
    log = open_log(location)
    try:
        for time in range(times):
            stream = f"toy/{worker}/{time}"
            events = [StoredEvent(stream, version, "toy.scored", b"{}") for version in (1, 2)]
            commands = [CommandRecord(stream, b"d", [0, 1])] if time % 2 else []
            acknowledged[stream] = log.insert_events(events, commands=commands)
    except Exception as error:
        errors.append(error)
    finally:
        log.close()


def everything_once(location, acknowledged, expected):
    log = open_log(location)
    found = [row for page in log.scan(0) for row in page]
    assert [row[0] for row in found] == list(range(1, len(found) + 1))
    assert len(found) == 2 * expected
    recorded = {}
    for position, stream, *_ in found:
        recorded.setdefault(stream, []).append(position)
    assert recorded == acknowledged
    for page in log.scan_commands():
        for command_id, _, positions in page:
            assert positions == str(acknowledged[command_id])
    log.close()


def writing(location, times, disturb):
    acknowledged, errors, done = {}, [], Event()
    writers = [
        Thread(target=record, args=(location, worker, times, acknowledged, errors))
        for worker in range(WRITERS)
    ]
    disturber = Thread(target=disturb, args=(done,))
    for thread in (*writers, disturber):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    disturber.join()
    assert errors == []
    everything_once(location, acknowledged, WRITERS * times)


def test_sessions_ended_at_random_moments_lose_nothing_and_record_nothing_twice(server, location):
    ended = []

    def disturb(done):
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            while not done.is_set():
                ended.extend(
                    connection.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                        " AND random() < 0.5"
                    ).fetchall()
                )
                sleep(random.random() * 0.06)

    writing(location, 250, disturb)
    assert len(ended) > 20


def test_a_server_that_falls_and_comes_back_is_waited_for(server, location):
    def disturb(_):
        for _ in range(2):
            sleep(0.3)
            server.fall()
            server.start()

    writing(location, 300, disturb)


@pytest.mark.parametrize("recorded", [True, False])
def test_a_connection_lost_in_the_commit_is_looked_after(location, monkeypatch, recorded):
    """The answer of one commit is lost, after or before it was carried out."""
    log = open_log(location)
    commit, lost = postgres_saving._commit, []

    def losing(cursor):
        if not lost:
            lost.append(True)
            if recorded:
                commit(cursor)
            cursor.connection.close()
            raise psycopg.OperationalError("the connection is lost")
        commit(cursor)

    monkeypatch.setattr(postgres_saving, "_commit", losing)
    events = [StoredEvent("toy/1", 1, "toy.scored", b"{}")]
    assert log.insert_events(events, commands=[CommandRecord("c1", b"d", [0])]) == [1]
    assert log.last_position() == 1
    log.close()


@pytest.mark.parametrize(
    ("in_the_commit", "key"), [(True, "server_lost_saving"), (False, "server_lost")]
)
def test_what_can_not_be_known_is_said(server, location, monkeypatch, in_the_commit, key):
    monkeypatch.setattr(postgres_datastore, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(postgres_datastore, "BUSY_SECONDS", 1)
    log = open_log(location)
    log.last_position()

    def falling(cursor):
        server.fall()
        cursor.execute("COMMIT")

    if in_the_commit:
        monkeypatch.setattr(postgres_saving, "_commit", falling)
    else:
        server.fall()
    with pytest.raises(StoreFails) as failed:
        log.insert_events([StoredEvent("toy/1", 1, "toy.scored", b"{}")])
    assert failed.value.sentence.key == key
    with pytest.raises(StoreFails) as failed:
        log.last_position()
    assert failed.value.sentence.key == "server_lost"
    log.close()
    server.start()
