"""What pages rest on is judged ahead, when the desk is started."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from archive.archive import Archive
from archive.web import ahead
from projections import pools
from projections.as_of import AsOf
from projections.ranking import annual_ranking
from projections.reader import Reader
from projections.remembered import REMEMBERED
from projections.unit_year import Scope
from tests.archive.test_small_groups import A_CLOSED, CITY, OTHERS, scored

HISTORY = [*CITY, *scored("U1", A=70), *OTHERS, *A_CLOSED]


@pytest.fixture
def archive(location: str) -> Iterator[Archive]:
    with Archive(location, create=True) as archive:
        assert not [outcome for outcome in archive.record(HISTORY) if outcome.refusal]
        yield archive


def grade_of_a(archive: Archive) -> str | None:
    with archive.ask(AsOf(archive.today())) as reader:
        (line,) = annual_ranking(reader, 2018, "U1")
        return line.standing.grade


def remembered(archive: Archive) -> int:
    with archive.views.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(REMEMBERED)).scalar_one())


def test_whoever_asks_for_a_small_group_compares_it_with_what_was_judged_ahead(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = grade_of_a(archive)
    with archive.views.engine.begin() as connection:
        connection.execute(delete(REMEMBERED))
    ahead.judge_ahead(str(archive.location))

    def never(reader: Reader, moment: int, scope: Scope) -> Any:
        raise AssertionError

    monkeypatch.setattr(pools, "_as_of", never)
    assert grade_of_a(archive) == before == "basically_competent"


def test_it_is_done_by_another_process(archive: Archive) -> None:
    archive.views.ensure()
    assert remembered(archive) == 0
    with ahead.judging(str(archive.location)):
        for _ in range(600):
            if remembered(archive) == 2:
                break
            time.sleep(0.1)
    assert remembered(archive) == 2  # the ranking, and what its small group was compared with


def test_where_nothing_can_be_read_nothing_is_judged_and_nothing_is_told(tmp_path: Path) -> None:
    ahead.judge_ahead(str(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()
