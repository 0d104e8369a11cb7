"""Charts are read: names keep out of each other's way, whatever the size of a unit."""

import re
from collections.abc import Iterator
from itertools import pairwise
from math import nan, radians, sin
from xml.etree import ElementTree

import pytest

from archive.charts.heat_map import heat_map
from archive.charts.relations import Tie, relation_graph

SIZES = (2, 30, 31, 60, 61, 100)
TOLD = 42 + 6
"""Where what is written above the names ends."""


def names_of(n: int) -> list[str]:
    return [f"C{i:05} 欧阳干部{i:03}" for i in range(n)]


def texts(svg: str, names: list[str]) -> Iterator[tuple[float, float, float, float]]:
    """Yield where each name begins, how large it is and by how many degrees it is turned."""
    for element in ElementTree.fromstring(svg.partition("\n")[2]).iter():
        if element.tag.endswith("text") and element.text in names:
            turned = re.match(r"rotate\((-?[\d.]+)", element.get("transform", ""))
            size = float(element.get("font-size", "12"))
            angle = float(turned[1]) if turned else 0.0
            yield float(element.get("x", "")), float(element.get("y", "")), size, angle


def long(name: str, size: float) -> float:
    """Return how long a name is at most: Chinese characters are as wide as high."""
    return sum(size if ord(character) > 0x2E80 else 0.57 * size for character in name)


@pytest.mark.parametrize("n", SIZES)
def test_no_names_of_a_heat_map_touch_or_are_cut_off(n: int) -> None:
    names = names_of(n)
    residuals = [[nan if i == j else 0.5 for j in range(n)] for i in range(n)]
    svg = heat_map(names, residuals, {(0, 1)}, "示例", "zh")
    found = list(texts(svg, names))
    columns, rows = [t for t in found if t[3]], [t for t in found if not t[3]]
    assert (len(columns), len(rows)) == (n, n)
    for (_, y, size, _), (_, below, _, _) in pairwise(rows):
        assert below - y >= 1.15 * size
    for (x, _, size, angle), (right, _, _, _) in pairwise(columns):
        assert (right - x) * sin(radians(-angle)) >= 1.15 * size
    longest = max(long(name, rows[0][2]) for name in names)
    assert min(x for x, *_ in rows) - longest >= 0
    assert all(y - longest * sin(radians(-angle)) >= TOLD for _, y, _, angle in columns)


def test_who_scored_nobody_has_no_row_and_whom_nobody_scored_no_column() -> None:
    names = names_of(3)
    residuals = [[nan, 1.0, 2.0], [nan, nan, nan], [nan, 3.0, nan]]
    found = list(texts(heat_map(names, residuals, (), "示例", "zh"), names))
    assert [bool(angle) for *_, angle in found] == [True, True, False, False]


@pytest.mark.parametrize("n", SIZES)
def test_no_names_around_a_graph_touch(n: int) -> None:
    names = names_of(n)
    svg = relation_graph(names, [Tie(0, 1, 7.5, True)], [], "示例", "zh")
    found = list(texts(svg, names))
    assert len(found) == n
    for (x, y, size, _), (next_x, next_y, _, _) in pairwise(found):
        assert ((x - next_x) ** 2 + (y - next_y) ** 2) ** 0.5 >= 1.15 * size
