"""Rows folded by helper processes are those folded here, whatever becomes of the helpers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from projections import folded as module
from projections.database import sqlite
from projections.fold import PoisonEvent
from projections.folding import Block
from tests.archive.test_concurrency import city, entry, founded
from tests.archive.test_properties import tables
from tests.archive.workers import ROOT


@pytest.fixture
def archive(location: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setattr(module, "MANY", 0)
    monkeypatch.setattr(module, "BLOCK", 7)
    founded(location, *city(2, "U1"), *(entry(number) for number in range(100)))
    with Archive(location) as archive:
        yield archive


def rebuilt(archive: Archive) -> dict[str, list[Any]]:
    archive.rebuild()
    return tables(archive)


def rebuilt_here(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    with monkeypatch.context() as alone:
        alone.setattr(module, "MANY", 10**9)
        return rebuilt(archive)


def test_helpers_fold_what_is_folded_here(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks: list[int] = []
    monkeypatch.setattr(module, "block_of", _counting(module.block_of, blocks))
    assert rebuilt(archive) == rebuilt_here(archive, monkeypatch)
    assert len(blocks) == -(-archive.log.last_position() // module.BLOCK)  # the second time only


def test_a_helper_that_dies_leaves_the_rest_to_be_folded_here(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rebuilt_here(archive, monkeypatch)

    def dying(opener: Any, *about: Any) -> Iterator[Block]:
        for sent, block in enumerate(elsewhere(opener, *about)):
            if sent == 3:
                return
            yield block

    elsewhere = module.elsewhere
    monkeypatch.setattr(module, "elsewhere", dying)
    assert rebuilt(archive) == expected


@pytest.mark.parametrize("executable", ["", "/is/not/there", "/bin/false", "/bin/echo"])
def test_where_no_helper_can_be_started_all_is_folded_here(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    expected = rebuilt_here(archive, monkeypatch)
    monkeypatch.setattr(sys, "executable", executable)
    assert rebuilt(archive) == expected


# Without a guard, in a folder where something bears the name of a module.
_SCRIPT = """
import sys
from archive.archive import Archive
from projections import folded
from tests.archive.test_concurrency import entry
folded.MANY, folded.BLOCK = 0, 7
with Archive(sys.argv[1]) as archive:
    archive.do(entry(200))
    archive.rebuild()
print("done")
"""


def test_helpers_run_nothing_of_the_script_that_rebuilds(
    archive: Archive, location: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    (tmp_path / "pickle.py").write_text("raise SystemExit")
    before = archive.log.last_position()
    command = [sys.executable, "-P", str(script), location]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")
    assert archive.log.last_position() == before + 1


@pytest.mark.sqlite
def test_an_sqlite_that_takes_no_pages_takes_rows(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rebuilt(archive)
    monkeypatch.setattr(sqlite, "COPIES_PAGES", False)
    assert rebuilt(archive) == expected


def test_a_poison_event_stops_a_rebuild_with_helpers_too(archive: Archive) -> None:
    before = rebuilt(archive)
    archive.log.insert_events([StoredEvent("unit/X", 1, "unit.registered", b"{}")])
    with pytest.raises(PoisonEvent) as stopped:
        archive.rebuild()
    assert stopped.value.position == archive.log.last_position()
    assert tables(archive) == before


def _counting(block: Any, blocks: list[int]) -> Any:
    def counted(log: Any, fold: Any, pack: Any, after: int, upto: int) -> Block:
        blocks.append(after)
        found: Block = block(log, fold, pack, after, upto)
        return found

    return counted
