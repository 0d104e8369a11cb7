"""The log on every store: it only grows, guards its streams, and keeps what was recorded."""

from multiprocessing import get_context
from uuid import uuid4

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    StoredEvent,
)
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from archive.store.guards import (
    ClosedStream,
    CommandRecord,
    CommandRepeated,
    RecordedCommand,
)
from archive.store.location import open_log
from domain.sentence import speak

CLOSING = ("toy.closed", "toy.ended")


class OurRecorder:
    """What the library's own test cases ask for."""

    @pytest.fixture(autouse=True)
    def _somewhere(self, request):
        self.location = request.getfixturevalue(self.store)

    def create_recorder(self):
        recorder = open_log(self.location, create=True, closing_topics=CLOSING)
        self.addCleanup(recorder.close)
        return recorder

    def new_originator_id(self):
        return f"toy/{uuid4()}"


class TestLibrarysCasesOnSQLite(OurRecorder, ApplicationRecorderTestCase):
    store = "tmp_path"


class TestLibrarysCasesOnPostgres(OurRecorder, ApplicationRecorderTestCase):
    store = "postgres_location"


class TestLibrarysOrderOnSQLite(OurRecorder, NonInterleavingNotificationIDsBaseCase):
    store = "tmp_path"


class TestLibrarysOrderOnPostgres(OurRecorder, NonInterleavingNotificationIDsBaseCase):
    store = "postgres_location"


@pytest.fixture
def log(location):
    recorder = open_log(location, create=True, closing_topics=CLOSING)
    yield recorder
    recorder.close()


def some(stream, *versions, topic="toy.scored"):
    return [StoredEvent(stream, version, topic, b"{}") for version in versions]


def rows(log):
    return [row for page in log.scan(0) for row in page]


def test_positions_go_on_without_a_gap_after_a_refused_insert(log):
    assert log.insert_events(some("a/1", 1, 2)) == [1, 2]
    with pytest.raises(IntegrityError):
        log.insert_events([*some("b/1", 1, 2), *some("a/1", 2)])
    assert log.insert_events(some("b/1", 1)) == [3]


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


def test_a_log_without_closing_topics_closes_nothing(location):
    log = open_log(location, create=True)
    log.insert_events(some("year/1", 1, topic="toy.closed"))
    assert log.insert_events(some("year/1", 2), require_open=["year/1"]) == [2]
    log.close()


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


def test_rows_are_read_by_stream_in_the_logs_order(log):
    log.insert_events([*some("a/1", 1), *some("a/2", 1), *some("a/1", 2), *some("b/1", 1)])
    rows = log.read_streams(["a/2", "a/1", "c/1"])
    assert [row[:3] for row in rows] == [(1, "a/1", 1), (2, "a/2", 1), (3, "a/1", 2)]
    assert rows == log.read([1, 2, 3])
    assert log.read_streams([]) == []


def test_stream_ids_are_those_that_begin_with_the_prefix(log):
    streams = [
        *("year/2018/U1", "year/2018/U2", "year/2018/u1", "year/2018/单位", "year/2018/\U00020bb7"),
        *("year/2019/U1", "zebra/1"),
    ]
    for stream in streams:
        log.insert_events(some(stream, 1, 2))
    assert log.stream_ids("year/2018/") == sorted(streams[:5])
    assert log.stream_ids("year/2018/U1") == ["year/2018/U1"]
    assert log.stream_ids("") == sorted(streams)
    assert log.stream_ids("ballot/") == []


# Many processes


def insert_from_a_process(location, worker, times, barrier):
    barrier.wait()
    log = open_log(location, create=True, closing_topics=CLOSING)
    for time in range(times):
        log.insert_events(some(f"toy/{worker}", 2 * time, 2 * time + 1))
    log.close()


def test_eight_processes_at_once_lose_nothing_and_record_nothing_twice(location):
    workers, times = 8, 60
    processes = get_context("spawn")
    barrier = processes.Barrier(workers)
    running = [
        processes.Process(target=insert_from_a_process, args=(location, worker, times, barrier))
        for worker in range(workers)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(120)
    assert [process.exitcode for process in running] == [0] * workers
    log = open_log(location)
    found = rows(log)
    assert [row[0] for row in found] == list(range(1, 2 * workers * times + 1))
    for worker in range(workers):
        mine = [row[:3] for row in found if row[1] == f"toy/{worker}"]
        assert [version for _, _, version in mine] == list(range(2 * times))
        firsts = mine[::2]
        assert all(mine[2 * i + 1][0] == first[0] + 1 for i, first in enumerate(firsts))
    log.close()
