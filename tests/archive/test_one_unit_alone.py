"""What is asked about one unit is what is told of it in the city's answer."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import City, city
from domain.times import last_moment, micros
from projections.appeals import appeals_of_year
from projections.as_of import AsOf
from projections.conformance import checks_of_year
from projections.ranking import annual_ranking
from projections.spread import spreads
from projections.talks import talks_of_year

Told = tuple[Archive, City]

QUESTIONS: dict[str, tuple[Callable[..., Any], Callable[[Any], str | None]]] = {
    "ranking": (annual_ranking, lambda line: line.standing.unit),
    "talks": (talks_of_year, lambda talk: talk.unit),
    "spreads": (spreads, lambda spread: spread.pool.unit),
    "appeals": (appeals_of_year, lambda contested: contested.unit),
    "checks": (checks_of_year, lambda checked: checked.unit),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    made = city(4, 3, 3)
    with Archive(tmp_path_factory.mktemp("city"), create=True) as archive:
        assert not [o.refusal for o in archive.record(made.commands(COMMANDS)) if o.refusal]
        yield archive, made


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_units_answer_is_its_part_of_the_citys(name: str, told: Told) -> None:
    archive, made = told
    ask, unit_of = QUESTIONS[name]
    asked = 0
    for year in made.years:
        for day in (date(year + 1, 1, 20), date(year + 1, 6, 1), date(made.years[-1] + 2, 1, 1)):
            as_of = AsOf(day, known_at=micros(last_moment(day)))
            with archive.ask(as_of) as reader:
                whole = ask(reader, year)
            for unit in {unit for line in whole if (unit := unit_of(line))}:
                with archive.ask(as_of) as reader:
                    alone = ask(reader, year, unit)
                assert alone == [line for line in whole if unit_of(line) == unit]
                asked += 1
    assert asked
