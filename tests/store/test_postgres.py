"""The log on PostgreSQL: nobody changes it, and only its own schemas are opened."""

import os
from datetime import UTC, datetime
from threading import Thread
from time import sleep

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent
from psycopg import errors

from archive.archive import Archive
from archive.store import postgres_statements
from archive.store.guards import CommandRecord, StoreError, StoreFails
from archive.store.location import PostgresLocation, open_log
from archive.store.mark import Mark, NotRestored, Restored
from archive.store.postgres_role import make_role
from projections.facts import cadres
from tests.given import asked
from tests.said import cadre

CLOSING = ("toy.closed",)


@pytest.fixture
def log(postgres_location):
    recorder = open_log(postgres_location, create=True, closing_topics=CLOSING)
    yield recorder
    recorder.close()


@pytest.fixture
def owner(postgres_location):
    with psycopg.connect(postgres_location, autocommit=True) as connection:
        yield connection


def some(stream, *versions, topic="toy.scored"):
    return [StoredEvent(stream, version, topic, b"{}") for version in versions]


def rows(log):
    return [row for page in log.scan(0) for row in page]


# What a recorded event is safe from

INSERT = (
    "INSERT INTO shiji.stored_events"
    " (notification_id, originator_id, originator_version, topic, state) VALUES "
)


def test_the_role_lets_people_in(role, postgres_location):
    with Archive(postgres_location) as archive:
        officers = ("system_admin", "security_admin", "security_auditor")
        passwords = archive.accounts.found({role: (role, role) for role in officers})
    make_role(PostgresLocation.parse(postgres_location), role)
    with Archive(as_role(postgres_location, role)) as archive:
        signed_in = archive.accounts.sign_in("system_admin", passwords["system_admin"])
        assert archive.accounts.session(signed_in.token).must_change


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shiji.stored_events SET state = ''",
        "UPDATE shiji.stored_events SET notification_id = 9 WHERE notification_id = 3",
        "DELETE FROM shiji.stored_events WHERE notification_id = 3",
        "TRUNCATE shiji.stored_events",
        "TRUNCATE shiji.commands",
        "UPDATE shiji.commands SET digest = ''",
        "DELETE FROM shiji.commands",
        "SET session_replication_role = replica; DELETE FROM shiji.stored_events",
        f"{INSERT} (2, 'b/1', 1, 'toy.scored', '')",
        f"{INSERT} (4, 'b/1', 1, 'toy.scored', '')",
        f"{INSERT} (9, 'b/1', 1, 'toy.scored', ''), (4, 'b/1', 2, 'toy.scored', '')",
        f"{INSERT} (0, 'b/1', 1, 'toy.scored', '')",
        f"{INSERT} (-1, 'b/1', 1, 'toy.scored', '')",
        f"{INSERT} (9, 'a/1', 1, 'toy.scored', '')",
        f"{INSERT} (9, 'a/1', 1, 'toy.scored', '') ON CONFLICT (originator_id, originator_version)"
        " DO UPDATE SET state = 'x'",
    ],
)
def test_no_statement_changes_what_is_recorded(log, owner, statement):
    log.insert_events(some("a/1", 1, 2, 3), commands=[CommandRecord("c1", b"d", [0])])
    log.append_rows([(5, "a/1", 4, "toy.scored", b"{}")], [])
    before = rows(log)
    with pytest.raises(psycopg.IntegrityError):
        owner.execute(statement)
    assert rows(log) == before
    assert log.find_command("c1").positions == (1,)


def test_who_inserts_by_hand_waits_for_who_records(log, owner, postgres_location):
    log.insert_events(some("a/1", 1))
    with psycopg.connect(postgres_location) as other:
        other.execute(f"{INSERT} (2, 'b/1', 1, 'toy.scored', '')")
        waiting = Thread(target=log.insert_events, args=(some("a/1", 2),))
        waiting.start()
        sleep(0.2)
        assert log.last_position() == 1
        other.commit()
        waiting.join()
    assert [row[:3] for row in rows(log)] == [(1, "a/1", 1), (2, "b/1", 1), (3, "a/1", 2)]


# The role


@pytest.fixture
def role(log, owner, postgres_location):
    name = f"recorder_{os.getpid()}"
    assert make_role(PostgresLocation.parse(postgres_location), name) is True
    assert make_role(PostgresLocation.parse(postgres_location), name) is False
    yield name
    owner.execute(f"DROP OWNED BY {name}")
    owner.execute(f"DROP ROLE {name}")


def as_role(location, role):
    return f"{location}&user={role}".replace("postgres@", "")


def test_the_role_records_and_reads(log, role, postgres_location):
    mine = open_log(as_role(postgres_location, role), create=True, closing_topics=CLOSING)
    commands = [CommandRecord("c1", b"d", [0])]
    assert mine.insert_events(some("a/1", 1, 2), require_open=["y"], commands=commands) == [1, 2]
    with pytest.raises(IntegrityError):
        mine.insert_events(some("a/1", 2))
    assert rows(mine) == rows(log)
    assert mine.find_command("c1").positions == (1,)
    mine.close()


def test_the_role_meets_the_mark_of_a_restored_archive_and_can_neither_set_nor_remove_it(
    log, role, postgres_location
):
    mine = open_log(as_role(postgres_location, role), closing_topics=CLOSING)
    mark = Mark(datetime(2026, 11, 27, tzinfo=UTC), "marked_by_hand")
    with pytest.raises(StoreError, match="所有者"):
        mine.mark_restored(mark)
    mine.insert_events(some("a/1", 1))
    assert log.mark_restored(mark) == mine.restored() == mark
    for insert in (
        lambda: mine.insert_events(some("a/1", 2)),
        lambda: mine.append_rows([(2, "a/1", 2, "toy.scored", b"{}")], []),
    ):
        with pytest.raises(Restored):
            insert()
    with pytest.raises(StoreError, match="所有者"):
        mine.insert_events(some("a/1", 2), reopens=True)
    assert (len(rows(log)), mine.restored()) == (1, mark)
    assert log.insert_events(some("a/1", 2), reopens=True) == [2]
    assert mine.restored() is None
    with pytest.raises(NotRestored):
        log.insert_events(some("a/1", 3), reopens=True)
    assert mine.insert_events(some("a/1", 3)) == [3]
    mine.close()


@pytest.mark.parametrize("views_by", ["owner", "role"])
def test_the_role_and_the_owner_keep_up_and_rebuild_each_others_views(
    role, postgres_location, views_by
):
    mine, theirs = postgres_location, as_role(postgres_location, role)
    first, then = (mine, theirs) if views_by == "owner" else (theirs, mine)
    for number, location in enumerate((first, then, first, then), start=1):
        with Archive(location) as archive:
            archive.do(cadre(f"C{number}"))
            for _ in range(2):
                with asked(archive) as reader:
                    assert len(reader.rows(cadres)) == number
                if number > 2:
                    archive.rebuild()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shiji.stored_events SET state = ''",
        "DELETE FROM shiji.stored_events",
        "TRUNCATE shiji.stored_events",
        "DROP TABLE shiji.stored_events",
        "DROP SCHEMA shiji CASCADE",
        "ALTER TABLE shiji.stored_events DISABLE TRIGGER ALL",
        "ALTER TABLE shiji.stored_events ADD COLUMN more text",
        "DROP TRIGGER events_never_change ON shiji.stored_events",
        "CREATE OR REPLACE FUNCTION shiji.refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NULL; END $$",
        "SET session_replication_role = replica",
        "LOCK TABLE shiji.stored_events IN EXCLUSIVE MODE",
        "COMMENT ON SCHEMA shiji IS 'mine'",
        "CREATE TABLE shiji.more (x text)",
        "DELETE FROM shiji.commands",
    ],
)
def test_the_role_changes_nothing(role, postgres_location, statement):
    with psycopg.connect(as_role(postgres_location, role)) as connection:
        if statement.startswith("LOCK") and connection.info.server_version < 160000:
            pytest.skip("who may insert may lock")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)


def test_who_owns_the_archive_can_not_be_limited(log, postgres_location):
    with pytest.raises(StoreError) as refused:
        make_role(PostgresLocation.parse(postgres_location), "postgres")
    assert refused.value.sentence.key == "role_too_mighty"


# Settings of the server that must not matter


@pytest.mark.parametrize(
    "setting",
    [
        "default_transaction_isolation = 'serializable'",
        "default_transaction_isolation = 'repeatable read'",
        "synchronous_commit = off",
        "standard_conforming_strings = off",
    ],
)
def test_a_setting_of_the_server_does_not_matter(postgres_location, owner, setting):
    owner.execute(f"ALTER DATABASE {owner.info.dbname} SET {setting}")
    log = open_log(postgres_location, create=True, closing_topics=CLOSING)
    writers = [
        Thread(target=lambda name=name: [log.insert_events(some(name, v)) for v in range(30)])
        for name in ("a/1", "b/1", "c/1")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [row[0] for row in rows(log)] == list(range(1, 91))
    with log.datastore.get_connection() as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == {
            "synchronous_commit": "on"
        }
    log.close()


def test_the_librarys_functions_in_the_database_are_refused(postgres_location, monkeypatch):
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    assert refusal(postgres_location, create=True) == "functions_in_the_database"


# Locations


def refusal(location, **options):
    with pytest.raises(StoreError) as refused:
        open_log(location, **options)
    assert "secret" not in str(refused.value)
    return refused.value.sentence.key


def test_a_missing_archive_is_refused_and_nothing_is_made(postgres_location, owner):
    assert refusal(postgres_location) == "store_missing"
    found = owner.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'shiji'").fetchone()
    assert found is None


def test_archives_stand_side_by_side_in_schemas(postgres_location):
    one = open_log(postgres_location, create=True)
    two = open_log(f"{postgres_location}&schema=test", create=True)
    assert one.insert_events(some("a/1", 1)) == two.insert_events(some("a/1", 1)) == [1]
    assert one.identity() != two.identity()
    one.close()
    two.close()


@pytest.mark.parametrize("create", [False, True])
def test_another_programs_schema_is_refused(postgres_location, owner, create):
    owner.execute("CREATE TABLE public.theirs (x text)")
    assert refusal(f"{postgres_location}&schema=public", create=create) == "store_foreign"


@pytest.mark.parametrize("create", [False, True])
def test_a_newer_format_is_refused(postgres_location, log, owner, create):
    owner.execute("COMMENT ON SCHEMA shiji IS 'shiji log, format 2'")
    assert refusal(postgres_location, create=create) == "store_newer"


def test_a_database_in_another_encoding_is_refused(postgres_location, owner):
    name = f"{owner.info.dbname}_ascii"
    owner.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII'")
    other = postgres_location.replace(owner.info.dbname, name)
    assert refusal(other, create=True) == "store_not_utf8"
    owner.execute(f"DROP DATABASE {name}")


@pytest.mark.parametrize(
    ("location", "key"),
    [
        ("mysql://u:secret@h/db", "location_unknown"),
        ("postgresql://u:secret@/db?host=/nowhere", "server_unreachable"),
        ("postgresql://u:secret@127.0.0.1:1/db?password=secret", "server_unreachable"),
        ("postgresql://u:top/secret@h/db", "postgres_url_wrong"),
        ("postgresql://u:secret#1@h/db", "postgres_url_wrong"),
        ("postgresql://u:secret[@h/db", "postgres_url_wrong"),
        ("postgresql://u:secret@h/db?schema=No+Way", "schema_name_wrong"),
        ("postgresql://u:secret@h/db?schema=", "schema_name_wrong"),
        ("postgresql://u:secret@h/db?nonsense=secret", "postgres_url_wrong"),
    ],
)
def test_a_location_that_can_not_be_opened_is_told_without_its_password(location, key):
    assert refusal(location) == key


# What is lost


def test_who_waits_too_long_for_another_writer_is_told(postgres_location, monkeypatch, log):
    monkeypatch.setattr(postgres_statements, "BUSY_SECONDS", 0.2)
    mine = open_log(postgres_location, closing_topics=CLOSING)
    with psycopg.connect(postgres_location) as other:
        other.execute(f"{INSERT} (1, 'b/1', 1, 'toy.scored', '')")
        with pytest.raises(StoreFails) as failed:
            mine.insert_events(some("a/1", 1))
        assert failed.value.sentence.key == "server_busy"
    assert rows(mine) == [(1, "b/1", 1, "toy.scored", b"")]
    mine.close()


def test_a_closed_log_answers_nothing(log):
    log.close()
    with pytest.raises(PersistenceError):
        log.last_position()
