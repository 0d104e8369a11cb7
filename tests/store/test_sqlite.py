"""The log on SQLite: no statement changes it, and it opens only its own files."""

import sqlite3
from contextlib import closing
from threading import Thread
from time import sleep

import pytest
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    OperationalError,
    StoredEvent,
)

from archive.store import schema
from archive.store.guards import (
    CommandRecord,
    RecordedCommand,
    StoreError,
)
from archive.store.sqlite import WRITTEN_SINCE, open_recorder
from domain.sentence import speak

CLOSING = ("toy.closed", "toy.ended")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.sqlite"


@pytest.fixture
def log(path):
    recorder = open_recorder(path, create=True, closing_topics=CLOSING)
    yield recorder
    recorder.close()


def some(stream, *versions, topic="toy.scored"):
    return [StoredEvent(stream, version, topic, b"{}") for version in versions]


def rows(log):
    return [row for page in log.scan(0) for row in page]


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


def test_the_closing_is_found_by_its_own_index(path, log):
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {log.select_closing_statement}", ("a",))
        assert "closings" in str(plan.fetchall())


def test_what_was_written_since_is_found_however_long_the_log_is(path, log):
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {WRITTEN_SINCE}", (9,))
        assert "SEARCH stored_events USING INTEGER PRIMARY KEY (rowid>?)" in str(plan.fetchall())


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
