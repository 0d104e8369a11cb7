"""What is remembered beside the views, on a real database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, create_engine

from projections import remembered
from projections.as_of import AsOf
from projections.ranking import Place, Places
from projections.remembered import REMEMBERED, Answer, question, recall, recall_past, remember

ASKED = question("ranking", AsOf(date(2019, 3, 1), known_at=5), 2018)
OTHERS = [
    question("ranking", AsOf(date(2019, 3, 1), known_at=5), 2017),
    question("ranking", AsOf(date(2019, 3, 1), known_at=6), 2018),
    question("ranking", AsOf(date(2019, 3, 1), known_at=5, position=9), 2018),
    question("ranking", AsOf(date(2019, 3, 2), known_at=5), 2018),
    question("talks", AsOf(date(2019, 3, 1), known_at=5), 2018),
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'views.sqlite'}")
    REMEMBERED.create(engine)
    yield engine
    engine.dispose()


def put(engine: Engine, asked: str, position: int, answer: bytes) -> None:
    with engine.connect() as connection:
        remember(connection, position, [Answer(asked, answer)])


def got(engine: Engine, asked: str, position: int) -> bytes | None:
    with engine.connect() as connection:
        return recall(connection, asked, position)


def test_an_answer_is_had_back_for_the_very_question_at_the_very_position(engine: Engine) -> None:
    put(engine, ASKED, 7, b"seven")
    assert got(engine, ASKED, 7) == b"seven"
    assert [got(engine, ASKED, 6), got(engine, ASKED, 8)] == [None, None]
    assert [got(engine, other, 7) for other in OTHERS] == [None] * len(OTHERS)


def test_the_next_event_deletes_what_was_remembered_with_the_next_answer(engine: Engine) -> None:
    for asked in (ASKED, *OTHERS):
        put(engine, asked, 7, b"seven")
    assert got(engine, OTHERS[0], 7) == b"seven"
    put(engine, ASKED, 8, b"eight")
    assert got(engine, ASKED, 8) == b"eight"
    assert got(engine, OTHERS[0], 7) is None


def test_what_is_of_a_moment_of_the_past_outlives_the_next_event(engine: Engine) -> None:
    with engine.connect() as connection:
        remember(connection, 7, [Answer(ASKED, b"seven", known_by=5)])
    put(engine, OTHERS[0], 8, b"eight")
    with engine.connect() as connection:
        assert recall_past(connection, ASKED) == (7, b"seven")
        assert recall_past(connection, OTHERS[0]) is None
    with engine.connect() as connection:
        remember(connection, 8, [Answer(ASKED, b"the same", known_by=5)])
    with engine.connect() as connection:
        assert recall_past(connection, ASKED) == (8, b"the same")


def test_another_program_remembers_nothing_of_this_ones(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(engine, ASKED, 7, b"seven")
    monkeypatch.setattr(remembered, "code_hash", lambda: "another")
    assert got(engine, ASKED, 7) is None


def test_what_cannot_be_read_or_written_is_not_remembered_and_nothing_fails(
    engine: Engine,
) -> None:
    REMEMBERED.drop(engine)
    put(engine, ASKED, 7, b"seven")
    assert got(engine, ASKED, 7) is None


def test_a_ranking_without_reasons_comes_back_as_it_went() -> None:
    place = Place("U1", "正科级", 1, 3, "A", "甲", None, 9150, "upper", None, None, "P", "00")
    places = Places((place,), 2, 1)
    assert msgspec.json.decode(msgspec.json.encode(places), type=Places) == places


def test_who_remembers_does_not_wait_for_who_writes(engine: Engine, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "views.sqlite", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout=86400000")
            remember(connection, 7, [Answer(ASKED, b"seven")])
            assert driver.execute("PRAGMA busy_timeout").fetchone() == (86400000,)
        writer.execute("ROLLBACK")
    assert got(engine, ASKED, 7) is None
