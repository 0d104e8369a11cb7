"""Sealing beside recording: whoever is killed, nothing recorded is lost and the seal resumes."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.integrity.hashing import hashing
from archive.integrity.key_folder import key_folder
from archive.integrity.tree import verify_consistency
from tests.archive.test_concurrency import city, entry
from tests.archive.workers import ROOT, at_once, end, shiji_do, workers
from tests.integrity.copies import full, quick, told
from tests.integrity.naive import entries, naive_root
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
    with_key,
)
from tests.said import unit

KILLS = int(os.environ.get("SHIJI_KILLS", "8"))
"""How often each process is killed; 200 say more."""


def must_be_sealed(location: str) -> None:
    """Expect every event of the log under the newest checkpoint, and the root to be the RFC's."""
    rows = rows_of(location)
    with ledger_of(location) as ledger:
        newest = ledger.checkpoint()
        assert newest is not None
        assert newest.size == ledger.size
        assert ledger.runs().last_position == len(rows)
        assert ledger.root(ledger.size) == naive_root(rows)


def must_begin(location: str, leaves: list[bytes]) -> int:
    """Expect the ledger to hold the first of these leaves and nothing else; return how many."""
    with ledger_of(location) as ledger:
        size = ledger.size
        assert ledger.leaves(0, size) == leaves[:size]
        newest = ledger.checkpoint()
        if newest is not None:
            assert newest.size <= size
            if size:
                proof = ledger.consistency(newest.size, size)
                roots = ledger.root(newest.size), ledger.root(size)
                assert verify_consistency(hashing(), newest.size, size, proof, *roots)
        return size


# Killed

# Pages of seven events, so that kills fall between and into transactions and at days' ends.
_SEALING = """
import sys
from contextlib import closing
import archive.integrity.sealer as sealer
sealer.PAGE = 7
from archive.store.location import open_log
from tests.integrity.sealed import KEY, ledger_of
print("ready", flush=True)
with ledger_of(sys.argv[1]) as ledger, closing(open_log(sys.argv[1])) as log:
    sealer.Sealer(ledger, log, KEY).seal(lambda *_: print("page", flush=True))
"""


@contextmanager
def running(program: str, location: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a process that is ready to run a program; then it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, location], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_sealer_killed_at_any_moment_is_taken_up_by_the_next(location: str) -> None:
    rng = random.Random(3)
    founded(location)
    with Archive(location, clock=Days()) as archive:
        assert not any(o.refusal for o in archive.record(unit(f"U{n}") for n in range(3_000)))
    rows = rows_of(location)
    leaves = [hashing().leaf(each) for each in entries(rows)]
    sizes = [0]
    for _ in range(KILLS):
        with running(_SEALING, location) as process:
            for _ in range(rng.randrange(1, max(2, len(rows) // 7 // KILLS))):
                process.stdout.readline()  # type: ignore[union-attr]
            time.sleep(rng.random() * 0.005)
        sizes.append(must_begin(location, leaves))
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 3
    assert seal(location).size == len(leaves)
    must_be_sealed(location)


def test_what_a_killed_recorder_acknowledged_is_sealed_with_all_else(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(4)
    with_key(location, tmp_path / "keys", monkeypatch)
    entries_ = 1_200
    commands = [*city(0, "U1"), *(entry(number) for number in range(entries_))]
    commands = [{**c, "command_id": f"c{n}"} for n, c in enumerate(commands)]
    file = tmp_path / "commands.jsonl"
    file.write_text("\n".join(map(json.dumps, commands)), "utf-8")
    acknowledged: dict[int, list[int]] = {}
    for kill in range(KILLS + 1):
        process = shiji_do(location, file)
        dying = kill < KILLS
        patience = len(acknowledged) + rng.randrange(1, len(commands) // KILLS)
        try:
            for seen, line in enumerate(process.stdout or (), start=1):
                if dying and seen >= patience:
                    time.sleep(rng.random() * 0.005)
                    process.kill()
                    dying = False
                if not line.endswith("\n"):
                    break  # torn by the kill: nobody was told
                told = json.loads(line)
                assert told["ok"], told
                assert acknowledged.setdefault(told["line"], told["positions"]) == told["positions"]
        finally:
            end(process)
        rows = rows_of(location)
        assert max(map(max, acknowledged.values()), default=0) <= len(rows)
        must_begin(location, [hashing().leaf(each) for each in entries(rows)])
    assert len(acknowledged) == len(commands)
    if "://" in location:
        seal(location)
    must_be_sealed(location)


# Heads are asked for after each event, so that kills fall before, into and behind them.
_ASKING = """
import sys
from itertools import count
from tests.integrity.sealed import record, rows_of, seal
from tests.said import unit
print("ready", flush=True)
for number in count(len(rows_of(sys.argv[1]))):
    record(sys.argv[1], [unit(f"U{number}")])
    seal(sys.argv[1], heads=True)
"""


def test_whoever_is_killed_while_heads_are_asked_for_leaves_a_ledger_that_goes_on(
    location: str,
) -> None:
    rng = random.Random(5)
    founded(location)
    for _ in range(KILLS // 4):
        with running(_ASKING, location):
            time.sleep(0.05 + rng.random() * 0.25)
        assert told(quick(location)) == []
        assert seal(location, heads=True).done
    assert full(location).holds


# At once


def test_six_writers_are_sealed_as_they_write(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(location, tmp_path / "keys", monkeypatch)
    with Archive(location) as archive:
        assert not any(o.refusal for o in archive.record(city(0, "U1")))
    lists = [[entry(100 * own + n) for n in range(50)] for own in range(6)]
    program = "from archive.cli import main; main()"
    arguments = ["seal", "--follow", "--archive", location]
    followers = [
        subprocess.Popen(
            [sys.executable, "-c", program, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    try:
        with workers(6) as team:
            outcomes = at_once(team, location, lists)
        assert all(outcome["ok"] for outcome in outcomes)
        last = max(outcome["positions"][-1] for outcome in outcomes)
        _wait(lambda: _sealed_up_to(location) >= last)
    finally:
        for follower in followers:
            follower.send_signal(signal.SIGTERM)
        assert [follower.wait(60) for follower in followers] == [0, 0]
    must_be_sealed(location)


@pytest.mark.sqlite
def test_six_writers_without_anybody_else_leave_nothing_unsealed(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(location, tmp_path / "keys", monkeypatch)
    with Archive(location) as archive:
        assert not any(o.refusal for o in archive.record(city(0, "U1")))
    with workers(6) as team:
        lists = [[entry(100 * own + n) for n in range(50)] for own in range(6)]
        assert all(outcome["ok"] for outcome in at_once(team, location, lists))
    must_be_sealed(location)


def _sealed_up_to(location: str) -> int:
    with ledger_of(location) as ledger:
        return ledger.runs().last_position


def _wait(until: Callable[[], bool]) -> None:
    for _ in range(1200):
        if until():
            return
        time.sleep(0.05)
    raise AssertionError


# What goes wrong with a seal never reaches what is recorded


def trouble(archive: Archive) -> str | None:
    return archive.unsealed.key if archive.unsealed else None


@pytest.mark.sqlite
def test_a_full_disk_refuses_the_seal_and_not_the_record(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(location, tmp_path / "keys", monkeypatch)
    with Archive(location) as archive:
        archive.do(unit("U1"))
        assert archive.unsealed is None
        whole = archive._sealing.__call__

        def with_no_room() -> None:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, hard))
            try:
                whole()
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        monkeypatch.setattr(archive._recording, "saved", with_no_room)
        for number in range(2, 8):
            assert archive.do(unit(f"U{number}")) == (number,)
            assert trouble(archive) == "ledger_fails"
        monkeypatch.undo()
        monkeypatch.setenv("SHIJI_KEYS", str(tmp_path / "keys"))
        archive.do(unit("U8"))
        assert archive.unsealed is None
    must_be_sealed(location)


@pytest.mark.sqlite
def test_a_key_that_is_missing_or_open_to_others_refuses_the_seal_and_not_the_record(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(location, tmp_path / "keys", monkeypatch)
    key = key_folder(ORIGIN) / "log.key"
    text = key.read_text()

    def chmod(mode: int) -> None:
        key.chmod(mode)

    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: chmod(0o640), "key_open_to_others"),
        (lambda: chmod(0o604), "key_open_to_others"),
        (key.unlink, "key_missing"),
        (lambda: _write(key, text[:-20] + "\n"), "base64_wrong"),
        (lambda: _write(key, KEY.skey.replace(ORIGIN, "x") + "\n"), "key_damaged"),
    ]
    for number, (spoil, expected) in enumerate(cases, start=1):
        spoil()
        with Archive(location) as archive:
            assert archive.do(unit(f"U{number}")) == (number,)
            assert trouble(archive) == expected
            assert not archive.ledger().size  # type: ignore[union-attr]
    _write(key, text)
    with Archive(location) as archive:
        archive.do(unit("V"))
        assert archive.unsealed is None
    must_be_sealed(location)


def _write(key: Path, text: str) -> None:
    key.write_text(text)
    key.chmod(0o600)


@pytest.mark.sqlite
def test_a_ledger_of_a_newer_program_refuses_the_seal_and_not_the_record(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(location, tmp_path / "keys", monkeypatch)
    execute(location, "PRAGMA user_version = 7")
    with Archive(location) as archive:
        assert archive.do(unit()) == (1,)
        assert trouble(archive) == "ledger_newer"


def test_an_archive_without_a_ledger_records_as_ever(location: str, tmp_path: Path) -> None:
    with Archive(location, create=True) as archive:
        assert archive.do(unit()) == (1,)
        assert archive.unsealed is None
        assert archive.ledger() is None
    assert not (Path(location) / "ledger.sqlite").exists()


def test_an_archive_on_a_server_is_not_sealed_by_who_records(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(location, tmp_path / "keys", monkeypatch)
    record(location, [unit()])
    with ledger_of(location) as ledger:
        assert ledger.size == (0 if "://" in location else 1)
