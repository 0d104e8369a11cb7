"""The log on SQLite: it only grows, guards its streams, and opens only its own files."""

import sqlite3
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep
from uuid import uuid4

import pytest
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    IntegrityError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from archive.store import schema
from archive.store.guards import (
    ClosedStream,
    CommandRecord,
    CommandRepeated,
    RecordedCommand,
    StoreError,
)
from archive.store.sqlite import open_recorder
from domain.sentence import speak

CLOSING = ("toy.closed", "toy.ended")


class OurRecorder:
    """What the library's own test cases ask for."""

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "events.sqlite"

    def create_recorder(self):
        recorder = open_recorder(self.path, create=True, closing_topics=CLOSING)
        self.addCleanup(recorder.datastore.close)
        return recorder

    def new_originator_id(self):
        return f"toy/{uuid4()}"


class TestLibrarysCases(OurRecorder, ApplicationRecorderTestCase):
    pass


class TestLibrarysOrder(OurRecorder, NonInterleavingNotificationIDsBaseCase):
    pass


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.sqlite"


@pytest.fixture
def log(path):
    recorder = open_recorder(path, create=True, closing_topics=CLOSING)
    yield recorder
    recorder.datastore.close()


def some(stream, *versions, topic="toy.scored"):
    return [StoredEvent(stream, version, topic, b"{}") for version in versions]


def rows(log):
    return [row for page in log.scan(0) for row in page]


# What a recorded event is safe from


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = x'00' WHERE id = 2",
        "UPDATE stored_events SET id = 9 WHERE id = 3",
        "UPDATE OR REPLACE stored_events SET id = 1 WHERE id = 3",
        "DELETE FROM stored_events WHERE id = 3",
        "DELETE FROM stored_events",
        "INSERT OR REPLACE INTO stored_events VALUES (9, 'a/1', 2, 'toy.scored', x'00')",
        "INSERT OR REPLACE INTO stored_events VALUES (2, 'b/1', 1, 'toy.scored', x'00')",
        "INSERT OR REPLACE INTO stored_events VALUES (3, 'b/1', 1, 'toy.scored', x'00')",
        "REPLACE INTO stored_events (originator_id, originator_version, topic, state)"
        " VALUES ('a/1', 1, 'toy.scored', x'00')",
        "INSERT INTO stored_events VALUES (9, 'a/1', 1, 'toy.scored', x'00')"
        " ON CONFLICT DO UPDATE SET state = x'00'",
        "INSERT INTO stored_events VALUES (0, 'b/1', 1, 'toy.scored', x'00')",
        "INSERT INTO stored_events VALUES (-1, 'b/1', 1, 'toy.scored', x'00')",
        "UPDATE commands SET digest = x'00'",
        "DELETE FROM commands",
        "INSERT OR REPLACE INTO commands VALUES ('c1', x'00', '[1]')",
    ],
)
def test_no_statement_changes_what_is_recorded(path, log, statement):
    log.insert_events(some("a/1", 1, 2, 3), commands=[CommandRecord("c1", b"d", [0])])
    before = rows(log)
    with closing(sqlite3.connect(path)) as intruder:
        with pytest.raises(sqlite3.IntegrityError):
            intruder.execute(statement)
        intruder.rollback()
    assert rows(log) == before
    assert log.find_command("c1") == RecordedCommand(b"d", (1,))


def test_no_event_slips_into_a_gap_of_positions(path, log):
    log.insert_events(some("a/1", 1))
    with closing(sqlite3.connect(path)) as intruder:
        intruder.execute("INSERT INTO stored_events VALUES (5, 'a/1', 2, 'toy.scored', x'00')")
        intruder.commit()
        with pytest.raises(sqlite3.IntegrityError):
            intruder.execute("INSERT INTO stored_events VALUES (3, 'a/1', 3, 'toy.scored', x'00')")
    assert log.insert_events(some("a/1", 3)) == [6]


def test_positions_go_on_without_a_gap_after_a_refused_insert(log):
    assert log.insert_events(some("a/1", 1, 2)) == [1, 2]
    with pytest.raises(IntegrityError):
        log.insert_events([*some("b/1", 1, 2), *some("a/1", 2)])
    assert log.insert_events(some("b/1", 1)) == [3]


def test_an_id_of_a_deleted_tail_is_not_given_again(path, log):
    log.insert_events(some("a/1", 1, 2, 3))
    with closing(sqlite3.connect(path)) as owner:  # who may drop the trigger
        owner.execute("DROP TRIGGER events_never_go")
        owner.execute("DELETE FROM stored_events WHERE id = 3")
        owner.commit()
    assert log.insert_events(some("a/1", 3)) == [4]


def test_commits_are_on_the_disk(log):
    with log._writing() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (60_000,)


def test_a_full_disk_records_nothing_half(log):
    log.insert_events(some("a/1", 1))
    with log._writing() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(OperationalError, match="full"):
        log.insert_events(some("b/1", *range(5000)), commands=[CommandRecord("c1", b"d", [0])])
    assert log.last_position() == 1
    with log._writing() as cursor:
        cursor.execute("PRAGMA max_page_count = 100000")
    assert log.insert_events(some("b/1", 1), commands=[CommandRecord("c1", b"d", [0])]) == [2]


def test_closing_waits_for_a_thread_that_reads(path):
    log = open_recorder(path, create=True)
    log.insert_events(some("a/1", *range(2000)))
    errors = []

    def read():
        try:
            while True:
                list(log.scan(0))
        except Exception as error:
            errors.append(error)

    threads = [Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    sleep(0.05)
    log.datastore.close()
    for thread in threads:
        thread.join(10)
    assert {type(error) for error in errors} == {ConnectionPoolClosedError}


# Guards


def test_nothing_is_recorded_beside_a_closed_stream(log):
    log.insert_events([*some("year/2018/U1", 1), *some("year/2018/U1", 2, topic="toy.closed")])
    with pytest.raises(ClosedStream) as refused:
        log.insert_events(
            some("ballot/1", 1),
            require_open=["year/2019/U1", "year/2018/U1"],
            commands=[CommandRecord("c1", b"d", [0])],
        )
    assert refused.value.stream_id == "year/2018/U1"
    assert speak(refused.value.sentence, "en").startswith("year/2018/U1 is closed")
    assert log.last_position() == 2
    assert log.find_command("c1") is None


def test_a_batch_may_hold_the_closing_of_a_stream_it_needs_open(log):
    batch = [*some("ballot/1", 1), *some("year/1", 1, topic="toy.ended")]
    log.insert_events(batch, require_open=["year/1"])
    with pytest.raises(ClosedStream):
        log.insert_events(some("ballot/1", 2), require_open=["year/1"])


def test_a_stream_is_closed_once(log):
    log.insert_events(some("year/1", 1, topic="toy.closed"))
    with pytest.raises(IntegrityError):
        log.insert_events(some("year/1", 2, topic="toy.closed"))


def test_the_closing_is_found_by_its_own_index(path, log):
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {log.select_closing_statement}", ("a",))
        assert "closings" in str(plan.fetchall())


def test_a_log_without_closing_topics_closes_nothing(tmp_path):
    log = open_recorder(tmp_path / "open.sqlite", create=True)
    log.insert_events(some("year/1", 1, topic="toy.closed"))
    assert log.insert_events(some("year/1", 2), require_open=["year/1"]) == [2]
    log.datastore.close()


def test_a_misspelt_guard_is_an_error(log):
    with pytest.raises(TypeError, match="requires_open"):
        log.insert_events(some("a/1", 1), requires_open=["year/1"])
    assert log.last_position() == 0


# Commands


def test_a_command_is_found_with_the_positions_of_its_events(log):
    log.insert_events(some("a/1", 1))
    log.insert_events(
        some("b/1", 1, 2, 3),
        commands=[CommandRecord("c1", b"one", [0, 2]), CommandRecord("c2", b"two", [1])],
    )
    assert log.find_command("c1") == RecordedCommand(b"one", (2, 4))
    assert log.find_command("c2") == RecordedCommand(b"two", (3,))
    assert log.find_command("c3") is None


def test_a_command_without_events_is_recorded_too(log):
    assert log.insert_events([], commands=[CommandRecord("c1", b"one", [])]) == []
    assert log.find_command("c1") == RecordedCommand(b"one", ())


def test_a_command_is_carried_out_once(log):
    log.insert_events(some("a/1", 1), commands=[CommandRecord("c1", b"one", [0])])
    with pytest.raises(CommandRepeated) as refused:
        log.insert_events(some("a/1", 2), commands=[CommandRecord("c1", b"one", [0])])
    assert refused.value.command_id == "c1"
    twice = [CommandRecord("c2", b"two", [0])] * 2
    with pytest.raises(CommandRepeated):
        log.insert_events(some("a/1", 2), commands=twice)
    assert log.last_position() == 1
    assert log.find_command("c2") is None


# Reading


def test_a_scan_gives_plain_tuples_page_by_page(log):
    log.insert_events(some("a/1", 1, 2, 3, 4, 5))
    pages = list(log.scan(1, 4, page=2))
    assert [[row[0] for row in page] for page in pages] == [[2, 3], [4]]
    assert pages[0][0] == (2, "a/1", 2, "toy.scored", b"{}")
    assert type(pages[0][0]) is tuple
    assert list(log.scan(5)) == []


def test_rows_are_read_by_position_in_the_logs_order(log):
    log.insert_events(some("a/1", 1, 2, 3))
    assert [row[0] for row in log.read([3, 1, 99])] == [1, 3]
    assert log.read([]) == []


def test_stream_ids_are_those_that_begin_with_the_prefix(log):
    streams = ["year/2018/U1", "year/2018/U2", "year/2018/单位", "year/2019/U1", "zebra/1"]
    for stream in streams:
        log.insert_events(some(stream, 1, 2))
    assert log.stream_ids("year/2018/") == sorted(streams[:3])
    assert log.stream_ids("year/2018/U1") == ["year/2018/U1"]
    assert log.stream_ids("") == sorted(streams)
    assert log.stream_ids("ballot/") == []


# Formats


def test_an_archive_opens_again(path, log):
    log.insert_events(some("a/1", 1))
    again = open_recorder(path, closing_topics=CLOSING)
    assert again.last_position() == 1
    again.create_table()
    assert again.last_position() == 1
    again.datastore.close()


def refusal(path, **options):
    with pytest.raises(StoreError) as refused:
        open_recorder(path, **options)
    assert str(path.parent) in speak(refused.value.sentence, "en")
    return refused.value.sentence.key


def test_a_missing_archive_is_refused_and_nothing_is_made(path):
    assert refusal(path) == "store_missing"
    assert not path.exists()


def test_an_empty_file_is_no_archive_yet(path):
    path.touch()
    assert refusal(path) == "store_missing"
    open_recorder(path, create=True).datastore.close()
    open_recorder(path).datastore.close()


@pytest.mark.parametrize("create", [False, True])
def test_a_text_file_is_refused(path, create):
    path.write_text("单位,干部,得分\n" * 100, "utf-8")
    before = path.read_bytes()
    assert refusal(path, create=create) == "store_not_sqlite"
    assert path.read_bytes() == before


def test_a_folder_is_refused(tmp_path):
    assert refusal(tmp_path) == "store_not_sqlite"


@pytest.mark.parametrize("create", [False, True])
def test_another_programs_database_is_refused_and_left_alone(path, create):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.commit()
    before = path.read_bytes()
    assert refusal(path, create=create) == "store_foreign"
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [False, True])
def test_a_newer_format_is_refused(path, log, create):
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    assert refusal(path, create=create) == "store_newer"


# Many processes


def insert_from_a_process(path, worker, times, barrier):
    barrier.wait()
    log = open_recorder(path, create=True, closing_topics=CLOSING)
    for time in range(times):
        log.insert_events(some(f"toy/{worker}", 2 * time, 2 * time + 1))
    log.datastore.close()


def test_eight_processes_at_once_lose_nothing_and_record_nothing_twice(path):
    workers, times = 8, 60
    processes = get_context("spawn")
    barrier = processes.Barrier(workers)
    running = [
        processes.Process(target=insert_from_a_process, args=(path, worker, times, barrier))
        for worker in range(workers)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(120)
    assert [process.exitcode for process in running] == [0] * workers
    log = open_recorder(path)
    found = rows(log)
    assert [row[0] for row in found] == list(range(1, 2 * workers * times + 1))
    for worker in range(workers):
        mine = [row[:3] for row in found if row[1] == f"toy/{worker}"]
        assert [version for _, _, version in mine] == list(range(2 * times))
        firsts = mine[::2]
        assert all(mine[2 * i + 1][0] == first[0] + 1 for i, first in enumerate(firsts))
    log.datastore.close()
