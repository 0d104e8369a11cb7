"""Scores that are read as they stand are those that sorting out every event gives."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from sqlalchemy import ColumnElement

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import city
from domain.rules.facts import Score, UnitYear
from domain.times import last_moment, micros
from projections import cadre_year
from projections.as_of import AsOf
from projections.judges import Judges
from projections.undisputed import Ends, Standing
from projections.unit_year import Scope, unit_years

SEEDS = (3, 4)


@pytest.fixture(params=SEEDS, scope="module")
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("city"), create=True) as made:
        commands = city(3, 3, request.param).commands(COMMANDS)
        assert not [o.refusal for o in made.record(commands) if o.refusal]
        yield made


def facts(archive: Archive, scope: Scope, as_of: AsOf) -> tuple[list[UnitYear], int, int]:
    with archive.ask(as_of) as reader:
        found = unit_years(reader, scope)
        return found, reader.late, reader.legacy


def ordered(found: list[UnitYear]) -> dict[tuple[str, str], list[Score]]:
    return {(m.unit, m.cadre): sorted(m.scores) for unit_year in found for m in unit_year.members}


def none_stands(
    judges: Judges, *conditions: ColumnElement[bool]
) -> tuple[Standing, list[str], Ends]:
    """Have every score sorted out."""
    assert conditions
    return {}, sorted(judges.units), {}


def test_nobody_gets_other_scores_by_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    last, read = archive.log.last_position(), 0
    days = [date(2017, 1, 20), date(2018, 1, 20), date(2018, 6, 30), date(2019, 2, 1)]
    times = [AsOf(day, known_at=micros(last_moment(day))) for day in days]
    times += [AsOf(days[-1], position=last * part // 7) for part in range(1, 8)]
    for as_of, year, without in product(times, range(2016, 2019), (None, "C00003")):
        scope = Scope(year, without_rater=without)
        found = facts(archive, scope, as_of)
        with monkeypatch.context() as changed:
            changed.setattr(cadre_year, "undisputed", none_stands)
            every = facts(archive, scope, as_of)
        assert ordered(found[0]) == ordered(every[0])
        assert found[1:] == every[1:]
        read += sum(map(len, ordered(found[0]).values()))
    assert read > 10_000
