"""The city's papers agree with what the archive computes from them, but for what was planted."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import City, city
from archive.demo.paper import Command
from domain.rules.standing import Standing
from projections.as_of import AsOf
from projections.ranking import annual_ranking


class Told:
    """A city that was recorded, its commands and its standings by (year, cadre)."""

    def __init__(self, archive: Archive, made: City) -> None:
        self.made = made
        self.commands = list(made.commands())
        known = [c for c in self.commands if c["command"] in COMMANDS]
        self.refused = [str(o.refusal) for o in archive.record(known) if o.refusal]
        self.standings: dict[tuple[int, str], Standing] = {}
        with archive.ask(AsOf(date(made.years[-1] + 2, 1, 1))) as reader:
            for year in made.years:
                for line in annual_ranking(reader, year):
                    self.standings[year, line.standing.cadre] = line.standing
        self.planted: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for label in made.labels:
            if label["kind"] == "violation":
                self.planted[label["check"]].add((label["year"], label["cadre"]))

    def results(self, command: str) -> Iterator[tuple[tuple[int, str], Command]]:
        """Yield the commands of this name by (year, cadre)."""
        for told in self.commands:
            if told["command"] == command:
                yield (told["year"], told["cadre"]), told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with Archive(tmp_path_factory.mktemp("city"), create=True) as archive:
        yield Told(archive, city(4, 3, 3))


def test_nothing_is_refused(told: Told) -> None:
    assert told.refused == []


def test_everyone_judged_has_a_result(told: Told) -> None:
    assert {key for key, _ in told.results("result.confirm")} == told.standings.keys()


def test_grades_are_proposed_as_computed(told: Told) -> None:
    corrected = {key for key, c in told.results("result.correct") if "component" in c}
    units = {(year, told.standings[year, cadre].unit) for year, cadre in corrected}
    compared = 0
    for key, command in told.results("result.propose"):
        standing = told.standings[key]
        if (standing.year, standing.unit) not in units | _units(told, "grade_differs"):
            assert command["grade"] == standing.computed_grade
            compared += 1
    assert compared > 300


def test_places_are_publicised_as_computed(told: Told) -> None:
    differing = set()
    for key, command in told.results("result.publicise"):
        standing = told.standings[key]
        computed: dict[str, Any] = {}
        if standing.rank is not None and standing.annual is not None:
            computed = {"annual": standing.annual / 100, "rank": standing.rank, "of": standing.of}
        posted = {name: command[name] for name in ("annual", "rank", "of") if name in command}
        if posted != computed:
            differing.add(key)
    assert differing == told.planted["publicised_differs"]


def _units(told: Told, check: str) -> set[tuple[int, str]]:
    return {(y, told.standings[y, cadre].unit) for y, cadre in told.planted[check]}
