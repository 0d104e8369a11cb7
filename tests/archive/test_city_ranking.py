"""The whole city's ranking is remembered until something is recorded, and never differs by it."""

from datetime import date
from typing import Any

import pytest

from archive.archive import Archive
from projections import city_ranking as module
from projections.as_of import AsOf
from projections.city_ranking import city_ranking
from projections.ranking import Places, annual_ranking, placed
from tests.said import component, paper, people, policy, roster, unit

THEN = AsOf(date(2019, 3, 1), known_at=1_551_400_000_000_000)
HISTORY = [
    *paper("2018-06-01", policy(), *people("C1", "C2"), roster("C1", "C2")),
    *paper("2019-01-05", *(component(c, "annual", 80 + n) for n, c in enumerate(("C1", "C2")))),
]


def asked(archive: Archive, as_of: AsOf = THEN, **which: Any) -> tuple[Places, int, int]:
    with archive.ask(as_of) as reader:
        places = city_ranking(reader, archive.views.engine, 2018, **which)
        return places, reader.late, reader.legacy


def asked_anew(archive: Archive, as_of: AsOf = THEN) -> tuple[Places, int, int]:
    with archive.ask(as_of) as reader:
        places = placed(reader, annual_ranking(reader, 2018))
        return places, reader.late, reader.legacy


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The years that were really ranked."""
    ranked: list[int] = []

    def ranking(reader: Any, year: int, *arguments: Any) -> Any:
        ranked.append(year)
        return annual_ranking(reader, year, *arguments)

    monkeypatch.setattr(module, "annual_ranking", ranking)
    return ranked


def test_a_ranking_is_remembered_until_something_is_recorded(
    location: str, times: list[int]
) -> None:
    with Archive(location, create=True) as archive:
        list(archive.record(HISTORY))
        first = asked(archive)
        assert [place.annual for place in first[0].places] == [8100, 8000]
        assert first[1:] == asked_anew(archive)[1:]
        assert asked(archive) == first
        with Archive(location) as another:
            assert asked(another) == first
        assert len(times) == 1
        archive.do(unit("U9"))
        assert asked(archive) == first
        assert len(times) == 2
        assert asked(archive) == asked_anew(archive)


def test_what_differs_in_the_question_is_asked_anew(location: str, times: list[int]) -> None:
    with Archive(location, create=True) as archive:
        list(archive.record(HISTORY))
        whole = asked(archive)[0].places
        assert asked(archive, level="1A99")[0].places == ()
        assert asked(archive, AsOf(THEN.today, known_at=1))[0].places == ()
        assert asked(archive, AsOf(THEN.today, position=2))[0].places == ()
        assert asked(archive, without_rater="C1")[0].places == whole
        assert len(times) == 5
        archive.rebuild()
        assert asked(archive)[0].places == whole
        assert len(times) == 6
