"""A skating championship's marks as commands: every judge's mark becomes a score on a ballot.

A segment (competition and program) is a unit and its year, a judge's seat a rater, a performance
a ratee and a component of the program a dimension. A mark of 10 is the sheet's 10 points.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.said import Command, cadre, roster, said, sheet, unit

NO_MARK = ("", "-")

POLICY = """
name = "isu-panel"
title = "花样滑冰节目内容分"
layer = "city"

[years]
from = { value = 2016, clause = "ISU Rule 353" }

[performance]
target = { value = 0, clause = "没有平时实绩" }

[components.panel]
weight = { value = 1, clause = "ISU Rule 353" }
source = { value = "ballots", clause = "ISU Rule 353" }
relations = { value = ["leader"], clause = "ISU Rule 353" }
method = { value = "trimmed_mean", clause = "ISU Rule 353：去掉最高分和最低分" }
trim = { value = 1, clause = "ISU Rule 353" }
"""

Published = dict[tuple[str, str], int]
"""The official panel scores by performance and component, in hundredths."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A competition's program with its performances."""

    unit: str
    name: str
    year: int
    performances: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a judge gave a performance for one component."""

    performance: str
    component: str
    judge: str
    points: Decimal


def commands(folder: Path) -> Iterator[Command]:
    """Yield the commands that record every mark in ``folder``."""
    segments = read_segments(folder)
    sheets = _sheets(folder, segments)
    years = [segment.year for segment in segments]
    yield said("policy.adopt", policy="isu-panel", document=POLICY, on=f"{min(years)}-01-01")
    for judge in sorted({judge for _, judge in sheets}):
        yield cadre(judge, name=f"裁判席{judge}")
    for segment in segments:
        yield unit(segment.unit, name=segment.name)
        yield from (cadre(code, name=name) for code, name in segment.performances)
        ratees = [code for code, _ in segment.performances]
        yield roster(*ratees, unit=segment.unit, year=segment.year, on=f"{segment.year}-01-01")
    by_unit = {segment.unit: segment for segment in segments}
    for (unit_id, judge), scores in sorted(sheets.items()):
        year = by_unit[unit_id].year
        blank = sheet(judge, {}, "leader", unit=unit_id, year=year, on=f"{year}-12-31")
        yield {**blank, "scores": scores}


def published_scores(folder: Path) -> Published:
    """Return the official panel score of each component of each performance."""
    return {
        (row["performance_id"], component_id(row["aspect_desc"])): hundredths(row)
        for row in _components(folder)
    }


def read_segments(folder: Path) -> list[Segment]:
    """Return the segments in order of name, numbered for an id: names hold spaces."""
    performances: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(folder, "performances"):
        skated = (row["performance_id"], row["name"])
        performances[row["competition"], row["program"]].append(skated)
    return [
        Segment(f"S{number:03d}", f"{competition} {program}", _year(competition), tuple(skated))
        for number, ((competition, program), skated) in enumerate(sorted(performances.items()), 1)
    ]


def read_marks(folder: Path) -> Iterator[Mark]:
    """Yield the marks given for components; 0 or ``-`` is none."""
    aspects = {row["aspect_id"]: row for row in _components(folder)}
    for row in _rows(folder, "judge-scores"):
        aspect = aspects.get(row["aspect_id"])
        if aspect and row["score"] not in NO_MARK and (points := Decimal(row["score"])):
            component = component_id(aspect["aspect_desc"])
            yield Mark(aspect["performance_id"], component, row["judge"], points)


def component_id(name: str) -> str:
    """Return an id: ``interpretation`` for ``Interpretation of the Music / Timing``."""
    return name.partition(" of ")[0].lower().replace(" ", "-")


def hundredths(row: dict[str, str]) -> int:
    """Return a component's official panel score."""
    return int(Decimal(row["scores_of_panel"]) * 100)


def _sheets(folder: Path, segments: list[Segment]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the scores on each judge's sheet of each unit."""
    unit_of = {code: segment.unit for segment in segments for code, _ in segment.performances}
    sheets = defaultdict(list)
    for mark in read_marks(folder):
        score = {"ratee": mark.performance, "dimension": mark.component, "points": mark.points}
        sheets[unit_of[mark.performance], mark.judge].append(score)
    return sheets


def _components(folder: Path) -> Iterator[dict[str, str]]:
    return (row for row in _rows(folder, "judged-aspects") if row["section"] == "components")


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _year(competition: str) -> int:
    found = re.search(r"\b20\d\d\b", competition)
    assert found, competition
    return int(found[0])
