"""What several processes of a desk share: locks, and what computations left."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from archive.web.held import Held, is_held
from archive.web.jobs import Jobs
from archive.web.pages.computed import forget


def looks(path: Path) -> set[bool]:
    with ThreadPoolExecutor(8) as team:
        return set(team.map(lambda _: is_held(path), range(200)))


def test_many_who_look_see_a_lock_that_is_held_and_none_that_is_not(tmp_path: Path) -> None:
    path = tmp_path / "work.held"
    assert looks(path) == {False}
    with closing(Held(path)):
        assert looks(path) == {True}
        with pytest.raises(BlockingIOError):
            Held(path)
    assert looks(path) == {False}


def test_what_no_computation_remembers_is_deleted_once_it_is_old(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "jobs")
    jobs.wait(jobs.start("patterns", {}, "A", lambda report: {"folder": "kept"}), 10)
    for name in ("kept", "left", "being-made"):
        folder = tmp_path / "patterns" / name
        folder.mkdir(parents=True)
        if name != "being-made":
            os.utime(folder, (0, 0))
    forget(tmp_path)
    assert {path.name for path in (tmp_path / "patterns").iterdir()} == {"kept", "being-made"}
