"""The checks find every violation that is planted in the city, and nothing else."""

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

import pytest

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import City, city
from archive.demo.violations import PLANNED, SEIZED
from projections.as_of import AsOf
from projections.conformance import OUT_OF_ORDER, checks_of_year

Violation: TypeAlias = tuple[str, str, str | None, int]
"""The check, the unit, the cadre if it is about one, and the year."""


class Checked:
    """A recorded city, what is planted in it and what the checks of all its years find."""

    def __init__(self, archive: Archive, made: City) -> None:
        self.labels = made.labels
        outcomes = archive.record(made.commands(COMMANDS))
        self.refused = [str(outcome.refusal) for outcome in outcomes if outcome.refusal]
        self.found: dict[Violation, str] = {}
        with archive.ask(AsOf(date(made.years[-1] + 2, 1, 1))) as reader:
            for year in made.years:
                for one in checks_of_year(reader, year):
                    if one.finding.verdict in OUT_OF_ORDER:
                        key = (one.check, one.unit, one.cadre, one.year)
                        self.found[key] = str(one.finding.found)

    @property
    def planted(self) -> set[Violation]:
        """What the labels tell of violations."""
        return {
            (label["check"], label["unit"], label["cadre"], label["year"])
            for label in self.labels
            if label["kind"] == "violation"
        }

    @property
    def controls(self) -> set[str]:
        """The units in which nothing is planted."""
        return {label["unit"] for label in self.labels if label["kind"] == "control"}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    with Archive(tmp_path_factory.mktemp("city"), create=True) as archive:
        yield Checked(archive, city(4, 5, 7))


def test_nothing_is_refused(checked: Checked) -> None:
    assert checked.refused == []


def test_every_kind_of_violation_is_planted_outside_the_control_units(checked: Checked) -> None:
    assert {check for check, _, _, _ in checked.planted} >= PLANNED.keys() | SEIZED.keys()
    assert checked.controls
    assert not checked.controls & {unit for _, unit, _, _ in checked.planted}


def test_every_planted_violation_is_found(checked: Checked) -> None:
    assert checked.planted - checked.found.keys() == set()


def test_nothing_is_found_in_the_control_units(checked: Checked) -> None:
    assert {v: why for v, why in checked.found.items() if v[1] in checked.controls} == {}


def test_nothing_else_is_found_anywhere(checked: Checked) -> None:
    assert {v: why for v, why in checked.found.items() if v not in checked.planted} == {}


def test_contests_end_in_each_way(checked: Checked) -> None:
    ends = {(c["stage"], c["outcome"]) for c in checked.labels if c["kind"] == "contest"}
    assert ends == {
        (stage, outcome) for stage in ("reconsider", "appeal") for outcome in ("upheld", "rejected")
    }
