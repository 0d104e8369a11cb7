"""The archive's scores as panels: closed years only, as they counted when each was closed."""

from collections.abc import Iterator

import numpy as np
import pytest

from archive.archive import Archive
from projections.patterns.archived import archived
from projections.patterns.panel import Panel
from tests.commands.office import APPROVED, ballot, enter, rate, score_item, work_list
from tests.commands.personnel import decision
from tests.commands.pointed import lead, release
from tests.given import an_archive, asked
from tests.said import (
    Command,
    cadre,
    close,
    graded,
    people,
    policy,
    post,
    roster,
    said,
    sheet,
    unit,
)

Cells = dict[tuple[str, str, str], float]
"""The mean points by period, rater and ratee."""


def a_year(year: int, *corrections: Command) -> list[Command]:
    """A year of unit U1: its roster, ballots, a log's rating, an item's score, and its closing."""
    on = {"year": year, "on": f"{year}-12-20"}
    return [
        roster("A", "B", "C", year=year),
        sheet("A", {"B": 90, "C": 80}, **on),
        sheet("B", {"A": 70, "C": 60}, **on),
        sheet("HEAD", {"A": 88}, relation="leader", **on),
        work_list("A", 1, year=year),
        score_item("A", 85, year=year),
        enter("A", f"{year}-03-01"),
        rate("A", f"{year}-03-01", 75),
        *corrections,
        close(year=year),
    ]


PLACE = [
    policy("shishou-2013", on="2013-01-01"),
    unit(),
    unit("U0"),
    cadre("A", native_place="石首", school="一中"),
    *(cadre(code) for code in ("B", "C", "HEAD")),
    post("A", "U0"),
    *(post(code, on="2012-01-02") for code in ("A", "B", "C", "HEAD")),
    said("unit.assign", unit="U1", role="unit_head", cadre="HEAD", on="2015-01-01"),
]
CORRECTED = [
    ballot("correct", "A", year=2017, ratee="B", points=95, on="2017-12-25"),
    ballot("void", "B", year=2017, ratee="C", on="2017-12-25"),
    rate("A", "2017-03-01", 65, on="2017-12-25", **APPROVED),
]
HISTORY = [
    *PLACE,
    *a_year(2016),
    *a_year(2017, *CORRECTED),
    *graded("A", "excellent", 2017, on="2018-02-01"),
    *graded("B", "excellent", 2017, on="2018-02-01")[:1],
    decision("commend", year=2017, on="2017-03-01"),
    release(lead()),
    ballot("void", "A", year=2017, ratee="C", lead="LEAD-1", on="2019-05-01"),
    *a_year(2018)[:-1],
]


@pytest.fixture(scope="module")
def archive(store: str) -> Iterator[Archive]:
    with an_archive(*HISTORY) as made:
        yield made


def panels(archive: Archive, as_of: str | None = None, *years: int) -> dict[str, Panel]:
    with asked(archive, as_of) as reader:
        found = archived(reader, archive.views.engine, *years)
    return {f"{panel.group} {panel.relation} {panel.source}": panel for panel in found}


def cells(panel: Panel) -> Cells:
    points = panel.points()
    return {
        (panel.periods[t], panel.people[a], panel.people[b]): float(points[t, a, b])
        for t, a, b in np.argwhere(~np.isnan(points))
    }


def test_every_relation_and_source_is_a_panel_of_what_counted_in_closed_years(
    archive: Archive,
) -> None:
    found = panels(archive)
    assert {name: cells(panel) for name, panel in found.items()} == {
        "U1 peer ballot": {
            ("2016", "A", "B"): 90, ("2016", "A", "C"): 80,
            ("2016", "B", "A"): 70, ("2016", "B", "C"): 60,
            ("2017", "A", "B"): 95, ("2017", "A", "C"): 80,
        },
        "U1#2 peer ballot": {("2017", "B", "A"): 70},  # whom A scored, B no longer did
        "U1 leader ballot": {("2016", "HEAD", "A"): 88, ("2017", "HEAD", "A"): 88},
        "U1 leader item": {("2016", "HEAD", "A"): 85, ("2017", "HEAD", "A"): 85},
        "U1 leader log": {("2016", "HEAD", "A"): 75, ("2017", "HEAD", "A"): 65},
    }  # fmt: skip


def test_what_people_have_in_common_is_known_from_registers_postings_and_rosters(
    archive: Archive,
) -> None:
    panel = panels(archive)["U1 peer ballot"]
    assert panel.people == ("A", "B", "C")
    assert panel.attributes == {
        "native_place": ("石首", None, None),
        "school": ("一中", None, None),
        "former_unit": ("U0", None, None),
        "rank_level": ("1A50",) * 3,
        "category": ("other",) * 3,
    }


def test_ranks_decisions_and_grades_come_with_them(archive: Archive) -> None:
    panel = panels(archive)["U1 peer ballot"]
    assert panel.ranks is not None
    assert not np.isnan(panel.ranks).all()
    assert dict(panel.decided) == {0: (1,)}
    assert panel.excellent is not None
    assert panel.excellent.tolist() == [[False] * 3, [True, True, False]]


def test_only_the_years_asked_for_are_looked_at(archive: Archive) -> None:
    assert panels(archive, None, 2017, 2018)["U1 peer ballot"].periods == ("2017",)


def test_as_of_a_position_before_a_closing_that_year_is_still_open(archive: Archive) -> None:
    closings = [row[0] for page in archive.log.scan(0) for row in page if row[3] == "year.closed"]
    first, second = closings
    assert panels(archive, f"#{first - 1}") == {}
    assert panels(archive, f"#{second - 1}")["U1 peer ballot"].periods == ("2016",)
    assert cells(panels(archive, f"#{second}")["U1 peer ballot"]) == cells(
        panels(archive)["U1 peer ballot"]
    )


def test_a_score_that_another_unit_corrected_is_no_longer_this_units() -> None:
    elsewhere = rate("A", "2016-03-01", 99, unit="U0", on="2016-12-25", **APPROVED)
    year = a_year(2016)
    history = [*PLACE, *year[:-1], elsewhere, year[-1]]
    with an_archive(*history) as made:
        assert "U1 leader log" not in panels(made)


def test_of_who_came_and_went_the_unit_before_this_one_is_known() -> None:
    history = [*PLACE, *people("X", unit_code="U7"), post("X", on="2013-01-01"), *a_year(2016)]
    history.insert(-1, sheet("X", {"B": 50}, year=2016, on="2016-12-20"))
    with an_archive(*history) as made:
        panel = panels(made)["U1 peer ballot"]
    assert panel.attributes["former_unit"][panel.people.index("X")] == "U7"
