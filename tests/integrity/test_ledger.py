"""The ledger on both stores: its tree is the RFC's over the log's entries, and it only grows."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.copying import copy_log
from archive.integrity.checkpoint import Trust, open_checkpoint
from archive.integrity.hashing import hashing
from archive.integrity.ledger.opening import found_ledger, must_be_of, open_ledger
from archive.integrity.ledger.runs import Runs
from archive.integrity.ledger.store import KEYS, LedgerFails
from archive.integrity.sealer import LogChanged, Sealer
from archive.integrity.tree import verify_consistency, verify_inclusion
from archive.store.guards import StoreError
from archive.store.location import PostgresLocation, open_log
from archive.store.postgres_role import make_role
from archive.streams import CLOSING_TOPICS
from tests.integrity.naive import entries, naive_heads_root, naive_root
from tests.integrity.sealed import (
    KEY,
    ORIGIN,
    Days,
    execute,
    founded,
    ledger_of,
    record,
    rows_of,
    seal,
)
from tests.said import cadre, people, unit


@pytest.fixture
def pages_of_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal seven events a transaction, so that days and runs meet their ends everywhere."""
    monkeypatch.setattr("archive.integrity.sealer.PAGE", 7)


def some_days(location: str) -> None:
    """Record for three weeks, sealing now and then."""
    clock = Days()
    record(location, people(*(f"C{n}" for n in range(40))), clock)
    seal(location)
    for part in range(10):
        record(location, [cadre(f"D{part}-{n}") for n in range(20 + part)], clock)
        clock.now += timedelta(days=part // 3)
        if part % 2:
            seal(location)
    seal(location)


@pytest.mark.usefixtures("pages_of_seven")
def test_the_tree_is_the_rfcs_and_every_proof_verifies(location: str) -> None:
    founded(location)
    some_days(location)
    rows = rows_of(location)
    leaves = [hashing().leaf(entry) for entry in entries(rows)]
    with ledger_of(location) as ledger:
        size, runs = ledger.size, ledger.runs()
        root = naive_root(rows)
        assert ledger.root(size) == root
        assert ledger.leaves(0, size) == leaves
        assert len(leaves) == len(rows) + len(ledger.days())
        assert runs.last_position == len(rows)
        for position in range(1, len(rows) + 1):
            leaf = runs.leaf_of(position)
            assert leaf is not None
            assert runs.position_of(leaf) == position
            proof = ledger.inclusion(leaf, size)
            assert verify_inclusion(hashing(), leaves[leaf], leaf, size, proof, root)
        assert [runs.leaf_of(0), runs.leaf_of(len(rows) + 1)] == [None, None]
        for signed in ledger.checkpoints():
            seen = open_checkpoint(signed.note, ORIGIN, Trust([KEY.public])).checkpoint
            assert seen.size == signed.size
            assert seen.root == ledger.root(signed.size)
            proof = ledger.consistency(signed.size, size)
            assert verify_consistency(hashing(), signed.size, size, proof, seen.root, root)
        newest = ledger.checkpoint()
        assert newest is not None
        assert newest.size == size
        assert ledger.checkpoint(size) == newest
        assert ledger.checkpoint(size + 1) is None


@pytest.mark.usefixtures("pages_of_seven")
def test_each_days_heads_commit_to_every_streams_latest_version(location: str) -> None:
    founded(location)
    some_days(location)
    rows = rows_of(location)
    with ledger_of(location) as ledger:
        runs, days = ledger.runs(), ledger.days()
        assert len(days) > 10
        assert sorted({day.day for day in days}) == [day.day for day in days]
        for day in days:
            assert runs.position_of(day.leaf) is None
            upto = runs.position_of(day.leaf - 1) or 0
            latest: dict[str, int] = {}
            for _, stream, version, *_ in rows[:upto]:
                latest[stream] = version
            assert {head.stream_id: head.version for head in ledger.heads(day.leaf)} == latest
            assert (day.size, day.root) == (len(latest), naive_heads_root(latest))


@pytest.mark.usefixtures("pages_of_seven")
def test_the_same_events_give_the_same_root_on_both_stores(
    tmp_path: Path, postgres_location: str
) -> None:
    folder = str(tmp_path / "archive")
    founded(folder)
    some_days(folder)
    with (
        closing(open_log(folder)) as ours,
        closing(open_log(postgres_location, create=True, closing_topics=CLOSING_TOPICS)) as theirs,
    ):
        copy_log(ours, theirs)
    found_ledger(postgres_location, ORIGIN, "sha256").close()
    assert seal(postgres_location).done
    with ledger_of(folder) as one, ledger_of(postgres_location) as other:
        size = one.size
        assert other.size == size
        assert other.root(size) == one.root(size)
        assert list(other.days()) == list(one.days())


@pytest.mark.usefixtures("pages_of_seven")
def test_gaps_in_the_log_leave_none_in_the_tree(location: str, tmp_path: Path) -> None:
    whole = str(tmp_path / "whole")
    founded(whole)
    record(whole, [unit(f"U{n}") for n in range(60)], Days())
    rows = rows_of(whole)
    founded(location)
    gaps = [(row[0] + 3 * (row[0] // 5) + 50 * (row[0] > 20), *row[1:]) for row in rows]
    with closing(open_log(location)) as log:
        for part in range(0, len(gaps), 11):
            log.append_rows(gaps[part : part + 11], ())
            seal(location)
    with ledger_of(location) as ledger:
        runs = ledger.runs()
        assert ledger.root(ledger.size) == naive_root(rows)
        events = [leaf for leaf in range(ledger.size) if leaf not in runs.heads]
        positions = [row[0] for row in gaps]
        assert [runs.position_of(leaf) for leaf in events] == positions
        known = {p: runs.leaf_of(p) for p in range(positions[-1] + 2)}
        assert {p: leaf for p, leaf in known.items() if leaf is not None} == dict(
            zip(positions, events, strict=True)
        )


@given(st.lists(st.sampled_from(("event", "gap", "heads")), max_size=60))
def test_runs_lead_to_each_event_and_back(kinds: list[str]) -> None:
    leaves: list[int] = []
    positions: list[int] = []
    heads: set[int] = set()
    expected: dict[int, int] = {}
    size, position, broken = 0, 0, True
    for kind in kinds:
        if kind == "gap":
            position, broken = position + 1, True
        elif kind == "heads":
            heads.add(size)
            size, broken = size + 1, True
        else:
            position += 1
            if broken:
                leaves.append(size)
                positions.append(position)
            expected[position] = size
            size, broken = size + 1, False
    runs = Runs(size, leaves, positions, heads)
    assert {p: runs.leaf_of(p) for p in range(position + 2) if p in expected} == expected
    assert all(runs.leaf_of(p) is None for p in range(position + 2) if p not in expected)
    back = {leaf: runs.position_of(leaf) for leaf in range(-1, size + 1)}
    assert {p: leaf for leaf, p in back.items() if p is not None} == expected


# What it refuses


@pytest.mark.parametrize("table", KEYS)
def test_what_stands_in_it_is_neither_changed_nor_deleted(location: str, table: str) -> None:
    founded(location)
    record(location, [unit(f"U{n}") for n in range(40)], Days())
    seal(location)
    with ledger_of(location) as ledger, ledger.store.writing():
        ledger.store.insert("verified", [(1, bytes(32), 0)])
    column = KEYS[table][0]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="only grows"):
            execute(location, statement)


def test_a_newer_ledger_is_refused_and_so_is_another_programs(location: str) -> None:
    founded(location)
    newer, foreign = (
        ("PRAGMA user_version = 7", "PRAGMA application_id = 7")
        if "://" not in location
        else [
            f"COMMENT ON SCHEMA {PostgresLocation.parse(location).schema}_ledger IS '{mark}'"
            for mark in ("shiji ledger, format 7", "theirs")
        ]
    )
    for statement, key in ((newer, "ledger_newer"), (foreign, "ledger_foreign")):
        execute(location, statement)
        for opening in (open_ledger, lambda place: found_ledger(place, ORIGIN, "sha256")):
            with pytest.raises(StoreError) as refused:
                opening(location)
            assert refused.value.sentence.key == key


def test_a_ledger_keeps_its_name_and_its_hash(location: str) -> None:
    founded(location, "sm3")
    with ledger_of(location) as ledger:
        assert (ledger.origin, ledger.hashing.name) == (ORIGIN, "sm3")
        must_be_of(ledger, ORIGIN, None)
        for origin, asked, key in (
            ("other", None, "ledger_of_another"),
            (ORIGIN, "sha256", "ledger_hash_fixed"),
        ):
            with pytest.raises(StoreError) as refused:
                must_be_of(ledger, origin, asked)
            assert refused.value.sentence.key == key
    record(location, [unit()])
    seal(location)
    with ledger_of(location) as ledger:
        newest = ledger.checkpoint()
        assert newest is not None
        assert open_checkpoint(newest.note, ORIGIN, Trust([KEY.public])).checkpoint.hash == "sm3"


def test_a_log_that_lacks_what_was_sealed_is_not_sealed_on(location: str, tmp_path: Path) -> None:
    founded(location)
    record(location, [unit(f"U{n}") for n in range(4)])
    seal(location)
    shorter, other = str(tmp_path / "shorter"), str(tmp_path / "other")
    for place, events in ((shorter, 3), (other, 5)):
        record_in_a_new(place, events)
        with (
            ledger_of(location) as ledger,
            closing(open_log(place)) as log,
            pytest.raises(LogChanged),
        ):
            Sealer(ledger, log, KEY).seal()


def record_in_a_new(location: str, events: int) -> None:
    founded(location)
    record(location, [unit(f"V{n}") for n in range(events)])


def test_whoever_waits_for_another_sealer_too_long_is_told(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sqlite", "postgres"):
        monkeypatch.setattr(f"archive.integrity.ledger.{module}.LOCK_SECONDS", 1)
    founded(location)
    record(location, [unit()])
    with ledger_of(location) as ledger, ledger.store.writing():
        with pytest.raises(LedgerFails) as refused:
            seal(location)
        assert refused.value.sentence.key == "ledger_busy"
    assert seal(location).size == 1


def test_a_role_that_was_granted_seals_and_changes_nothing(postgres_location: str) -> None:
    founded(postgres_location)
    role = f"sealer_{os.getpid()}"
    make_role(PostgresLocation.parse(postgres_location), role)
    mine = f"{postgres_location}&user={role}".replace("postgres@", "")
    try:
        record(mine, [unit(f"U{n}") for n in range(40)], Days())
        assert seal(mine).done
        for table in KEYS:
            for statement in (f"DELETE FROM {table}", f"ALTER TABLE {table} DISABLE TRIGGER ALL"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    execute(mine, statement)
        assert seal(mine).size == len(list(entries(rows_of(postgres_location))))
    finally:
        with psycopg.connect(postgres_location, autocommit=True) as connection:
            connection.execute(f"DROP OWNED BY {role} CASCADE")  # type: ignore[call-overload]
            connection.execute(f"DROP ROLE {role}")  # type: ignore[call-overload]
