"""What verifying sees, and what it doesn't without a checkpoint from outside."""

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from archive.archive import Archive
from archive.integrity.checkpoint import Trust, open_checkpoint
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.verify.checkpoints import Outside
from archive.integrity.verify.full import verify_full
from domain.refusal import Refusal
from projections.remembered import Answer, recall, remember
from tests.integrity.administrator import Administrator, administering
from tests.integrity.copies import (
    TRUST,
    Copy,
    build,
    commands,
    full,
    newest,
    quick,
    registers_another,
    told,
)
from tests.integrity.sealed import KEY, ORIGIN, Days, founded, record, seal
from tests.said import cadre
from tests.stores import a_location

TIMES = int(os.environ.get("SHIJI_MUTATIONS", "25"))
"""How often each random thing is done; 500 say what 25 promise."""


@pytest.fixture
def spoiled(copy: Copy, location: str) -> Iterator[str]:
    """A copy to be spoilt."""
    with copy() as place:
        yield place


# In order


@pytest.mark.usefixtures("location")
def test_an_archive_in_order_holds_and_everything_of_it_was_looked_at(copy: Copy) -> None:
    with copy() as location:
        verified = full(location, newest(location))
        assert (verified.holds, told(verified), verified.notes) == (True, [], ())
        assert verified.events == verified.position == len(commands())
        assert verified.leaves == verified.events + verified.days
        assert verified.trees == verified.days > 2
        assert verified.checkpoints == 3
        assert verified.commands == (len(commands()) + 1) // 2
        assert verified.views["cadres"] == 30
        assert verified.against == (("outside", verified.leaves),)
        assert (verified.unsealed, verified.unsigned) == (0, 0)


def test_what_is_not_sealed_yet_is_told_and_is_no_fault(spoiled: str) -> None:
    record(spoiled, [cadre("D1"), cadre("D2")])
    for verified in (full(spoiled), quick(spoiled)):
        assert verified.holds
        assert verified.unsealed == 2
    seal(spoiled)
    assert quick(spoiled).unsealed == 0


def test_an_archive_without_events_is_in_order(location: str) -> None:
    founded(location)
    assert quick(location).holds
    assert full(location).holds


@pytest.mark.parametrize("hash_name", ["sha256", "sm3"])
def test_an_archive_sealed_in_many_small_pages_is_in_order(
    location: str, monkeypatch: pytest.MonkeyPatch, hash_name: str
) -> None:
    monkeypatch.setattr("archive.integrity.sealer.PAGE", 7)
    monkeypatch.setattr("archive.integrity.heads.PAGE", 5)
    founded(location, hash_name)
    clock = Days()
    for part in range(6):
        record(location, [cadre(f"D{part}-{n}") for n in range(9 + 4 * part)], clock)
        clock.now += timedelta(days=part // 3)
        if part % 2:
            seal(location)
            assert quick(location).holds
    verified = full(location, newest(location))
    assert (verified.holds, told(verified)) == (True, [])
    assert verified.trees == verified.days > 4


def test_an_archive_that_is_recorded_in_meanwhile_is_in_order(location: str) -> None:
    build(location, commands()[:50])
    ended = Event()

    def go_on() -> None:
        number = 0
        while not ended.is_set():
            record(location, [cadre(f"E{number}-{n}") for n in range(20)])
            seal(location)
            number += 1

    recorder = Thread(target=go_on)
    recorder.start()
    try:
        for _ in range(5):
            for verified in (full(location), quick(location)):
                assert told(verified) == []
    finally:
        ended.set()
        recorder.join()
    assert full(location).events > 50


def test_verifying_quickly_goes_on_from_the_last_time(location: str) -> None:
    build(location, commands()[:50])
    first = quick(location)
    assert (first.holds, first.since, first.events) == (True, 0, 50)
    record(location, [cadre("D1")], Days())
    seal(location)
    second = quick(location)
    assert (second.since, second.events) == (first.leaves, 1)
    assert quick(location).events == 0


def test_verifying_quickly_sees_what_was_changed_since(location: str) -> None:
    build(location, commands()[:50])
    assert quick(location).holds
    clock = Days()
    clock.now = clock.now.replace(year=2027)
    record(location, [cadre("D1"), cadre("D2")], clock)
    seal(location)
    with administering(location) as admin:
        admin.run("UPDATE stored_events SET topic = 'x' WHERE {id} = 52")
    verified = quick(location)
    assert told(verified) == ["verify_changed"]
    assert verified.faults[0].position == 52


def test_verifying_quickly_does_not_see_what_was_changed_before(spoiled: str) -> None:
    with administering(spoiled) as admin:
        admin.run("UPDATE stored_events SET topic = 'x' WHERE {id} = 9")
        admin.run("UPDATE cadres SET name = 'x' WHERE position = 8")
    assert quick(spoiled).holds
    verified = full(spoiled)
    assert [fault.position for fault in verified.faults[:2]] == [8, 9]


def test_a_ledger_that_lost_what_was_verified_is_seen_quickly(spoiled: str) -> None:
    with administering(spoiled) as admin:
        cut_ledger(admin, 50)
    assert "verify_shorter_than_verified" in told(quick(spoiled))


def test_remembered_answers_are_forgotten(spoiled: str) -> None:
    with Archive(spoiled) as archive, archive.views.engine.connect() as connection:
        remember(connection, 72, [Answer("question", b"what nobody said")])
    assert full(spoiled).holds
    with Archive(spoiled) as archive, archive.views.engine.connect() as connection:
        assert recall(connection, "question", 72) is None


def test_a_commands_digest_is_not_seen(spoiled: str) -> None:
    """It decides only whether a repetition is told to be one, and no event holds it."""
    with administering(spoiled) as admin:
        admin.flip("commands", "digest", "command_id = 'command-1'")
    assert full(spoiled).holds


# What needs a checkpoint from outside


def cut_ledger(admin: Administrator, position: int) -> int:
    """Cut a ledger to the checkpoint that was signed at a position, and return its size."""
    heads = "(SELECT count(*) FROM heads WHERE leaf < signed.size)"
    statement = f"SELECT size FROM checkpoints AS signed WHERE size - {heads} = ?"
    ((size,),) = admin.run(statement, position)
    for (level,) in admin.run("SELECT DISTINCT level FROM nodes"):
        admin.run("DELETE FROM nodes WHERE level = ? AND start >= ?", level, size >> level)
    for table in ("runs", "days", "heads", "versions"):
        admin.run(f"DELETE FROM {table} WHERE leaf >= ?", size)
    admin.run("DELETE FROM checkpoints WHERE size > ?", size)
    return size


def truncate(location: str) -> None:
    """Cut the archive to what it was when fifty events were sealed, views and all."""
    with administering(location) as admin:
        size = cut_ledger(admin, 50)
        admin.run("DELETE FROM verified WHERE size > ?", size)
        for command, positions in admin.run("SELECT command_id, positions FROM commands"):
            if int(positions.strip("[]")) > 50:
                admin.run("DELETE FROM commands WHERE command_id = ?", command)
        admin.run("DELETE FROM stored_events WHERE {id} > 50")
    with Archive(location) as archive:
        archive.views.ensure()


def test_cutting_everything_short_is_seen_from_outside_only(spoiled: str) -> None:
    outside = newest(spoiled)
    truncate(spoiled)
    assert full(spoiled).holds
    for verified in (full(spoiled, outside), quick(spoiled, outside)):
        assert told(verified) == ["against_cut_short"]


def test_an_old_pair_put_back_is_seen_from_outside_only(location: str) -> None:
    build(location, commands()[:50])
    assert quick(location).holds
    with a_location() as later:
        build(later)
        outside, earlier = newest(later), newest(location)
    assert full(location).holds
    assert full(location, earlier).holds
    assert told(full(location, outside)) == ["against_cut_short"]
    assert told(full(location, earlier, outside)) == ["against_cut_short"]


def test_rewriting_everything_with_the_key_is_seen_from_outside_only(
    copy: Copy, location: str
) -> None:
    with copy() as honest:
        outside = newest(honest)
    build(location, registers_another(commands()))
    assert full(location).holds
    for verified in (full(location, outside), quick(location, outside)):
        assert told(verified) == ["against_other"]


def test_a_stream_left_out_of_a_days_heads_when_they_were_sealed_is_seen(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = Ledger.heads_by_key

    def without_one(ledger: Ledger, leaf: int) -> Iterator[tuple[str, int]]:
        return (each for each in heads(ledger, leaf) if each[0] != "C07/cadre")

    with monkeypatch.context() as sealing:
        sealing.setattr(Ledger, "heads_by_key", without_one)
        build(location)
    assert set(told(full(location))) == {"verify_heads_false"}


# Whom to believe


def test_a_checkpoint_from_outside_must_be_cosigned_by_every_witness_that_is_named(
    spoiled: str,
) -> None:
    witness, other = (PrivateKey(n, Type.WITNESS, bytes([i] * 32)) for i, n in enumerate("wv", 1))
    note = newest(spoiled)
    cosigned = open_checkpoint(note, ORIGIN, TRUST).cosigned(witness, 1)
    cases = (
        (note, [], []),
        (cosigned, [], []),
        (cosigned, [witness], []),
        (note, [witness], ["against_refused"]),
        (cosigned, [witness, other], ["against_refused"]),
        (cosigned, [other], ["against_refused"]),
        (cosigned[:-9], [witness], ["against_refused"]),
        (b"", [], ["against_refused"]),
    )
    for data, witnesses, expected in cases:
        trust = Trust([KEY.public], [each.public for each in witnesses])
        verified = verify_full(spoiled, trust, [Outside("f", data)], now=1)
        assert told(verified) == expected


def test_a_checkpoint_of_another_key_is_not_believed(spoiled: str) -> None:
    stranger = PrivateKey(ORIGIN, Type.LOG, bytes([9] * 32))
    verified = verify_full(spoiled, Trust([stranger.public]), now=1)
    assert set(told(verified)) == {"verify_checkpoint_false"}
    assert verified.count == 3


# At random


def edits(admin: Administrator, rng: random.Random) -> str:
    """Change one value of one row by a bit or by one, and return what was done."""
    table, columns, key = rng.choice(_EDITED)
    column = rng.choice(columns).format(id=admin.position)
    keys = ", ".join(key).format(id=admin.position)
    row = rng.choice(admin.run(f"SELECT {keys}, {column} FROM {table} ORDER BY {keys}"))
    value, where = row[-1], dict(zip(keys.split(", "), row[:-1], strict=True))
    if isinstance(value, int):
        changed = value + rng.choice((1000, 2000) if column == admin.position else (1000, -1000))
    elif isinstance(value, str):
        at = rng.randrange(len(value) + 1)
        changed = value[:at] + rng.choice("xyz") + value[at:]
    else:
        changed = bytearray(value)
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        changed = bytes(changed)
    among = " AND ".join(f"{name} = ?" for name in where)
    admin.run(f"UPDATE {table} SET {column} = ? WHERE {among}", changed, *where.values())
    return f"{table}.{column} of {where} from {value!r} to {changed!r}"


_EDITED = (
    (
        "stored_events",
        ("originator_id", "originator_version", "topic", "state", "{id}"),
        ("{id}",),
    ),
    ("commands", ("command_id", "positions"), ("command_id",)),
    ("nodes", ("level", "start", "hashes"), ("level", "start")),
    ("runs", ("leaf", "position"), ("leaf",)),
    ("days", ("leaf", "day"), ("leaf",)),
    ("heads", ("leaf", "day", "size", "root"), ("leaf",)),
    ("versions", ("stream", "leaf", "version"), ("stream", "leaf", "version")),
    ("checkpoints", ("size", "note"), ("size",)),
    ("verified", ("size", "root"), ("size",)),
    ("cadres", ("position", "known_at", "by", "cadre", "name"), ("position",)),
    ("postings", ("recorded_at", "unit", "post"), ("position",)),
)


def test_a_random_edit_is_always_seen(copy: Copy, location: str) -> None:
    times = TIMES if "://" not in location else TIMES // 5
    for seed in range(times):
        with copy() as place:
            with administering(place) as admin:
                done = edits(admin, random.Random(seed))
            assert not full(place).holds, done


@pytest.mark.sqlite
@pytest.mark.usefixtures("location")
@pytest.mark.parametrize("value", [None, 7, "x", "", b"", b"x", -1, 2**62, 0.5])
@pytest.mark.parametrize(
    "column",
    [
        "stored_events.state",
        "stored_events.topic",
        "commands.positions",
        "nodes.hashes",
        "days.day",
        "heads.day",
        "heads.size",
        "heads.root",
        "versions.version",
        "checkpoints.note",
        "verified.root",
        "cadres.position",
        "cadres.name",
    ],
)
def test_a_value_of_any_other_kind_is_told(copy: Copy, column: str, value: object) -> None:
    table, _, name = column.partition(".")
    with copy() as place, administering(place) as admin, suppress(sqlite3.IntegrityError):
        admin.run(f"UPDATE {table} SET {name} = ?", value)
        assert not full_or_refused(place)


def full_or_refused(location: str) -> bool:
    """Return whether an archive holds; one that can't even be read doesn't."""
    try:
        return full(location).holds
    except Refusal:
        return False


@pytest.mark.sqlite
@pytest.mark.usefixtures("location")
def test_a_flipped_bit_that_means_anything_is_always_seen(copy: Copy) -> None:
    rng = random.Random(5)
    with copy() as place:
        file = Path(place) / "events.sqlite"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole, meaning = file.read_bytes(), meaning_of(file)
        seen = unmeaning = 0
        while seen < TIMES:
            flipped, at = bytearray(whole), rng.randrange(len(whole))
            flipped[at] ^= 1 << rng.randrange(8)
            for other in ("-wal", "-shm"):
                Path(f"{file}{other}").unlink(missing_ok=True)
            file.write_bytes(flipped)
            if meaning_of(file) == meaning:
                unmeaning += 1
                continue
            seen += 1
            holds = False
            with suppress(Refusal, sqlite3.DatabaseError):
                holds = full(place).holds
            assert not holds, (at, flipped[at])
    assert unmeaning < 60 * TIMES


def meaning_of(file: Path) -> object:
    """Return all that a file says, by its tables and by its indexes; what is broken says that."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as found:
            return [found.execute(statement).fetchall() for statement in _MEANING]
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        return str(error)


_MEANING = (
    "SELECT * FROM sqlite_master ORDER BY name",
    "PRAGMA application_id",
    "PRAGMA user_version",
    "SELECT * FROM stored_events NOT INDEXED ORDER BY id",
    "SELECT originator_id, originator_version, id FROM stored_events ORDER BY 1, 2",
    "SELECT command_id, positions FROM commands",
    "SELECT * FROM sqlite_sequence",
)
