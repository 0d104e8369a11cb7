"""Published figures of real scores, by the same statistics.

A round robin of likings (TripleR), marks of skating judges (BuzzFeed News) and the votes of the
Eurovision Song Contest. The data stay beside the repository.
"""

import csv
import re
from collections import defaultdict

import numpy as np
import pytest
from scipy import stats

from projections.patterns.finding import find
from projections.patterns.panel import Entries, Floats, Panel
from projections.patterns.permuting import compare
from projections.patterns.srm import relations
from tests.patterns.shared import DATA

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the data are not in {DATA}")

LIKING_A = {
    # variance, standard error as TripleR 1.5.4 prints them
    "actor": (0.1717, 0.034936),
    "partner": (0.1053, 0.022282),
    "relationship": (0.60881, 0.016532),
    "actor_partner": (0.01409, 0.020030),
    "reciprocity": (0.07950, 0.016532),
}


@pytest.mark.parametrize("name", LIKING_A)
def test_likings_have_the_published_variances_and_standard_errors(name: str) -> None:
    points = np.full((54, 54), np.nan)
    for line in (DATA / "roundrobin" / "likingLong.tab").read_text("utf-8").splitlines()[1:]:
        _, rater, ratee, liking, *_ = line.split()
        if liking != "NA":
            points[int(rater) - 1, int(ratee) - 1] = float(liking)
    found = getattr(relations(points), name)
    value, se = LIKING_A[name]
    assert found.value == pytest.approx(value, abs=5.1e-5 if value > 0.1 else 5.1e-6)
    assert found.se == pytest.approx(se, abs=5.1e-7)


def test_skating_judges_favour_their_own_country_as_published() -> None:
    adjusted, home, program = skating()
    assert (int((~home).sum()), int(home.sum())) == (13_375, 1_305)
    assert adjusted[~home].mean() == pytest.approx(-0.301, abs=5e-4)
    assert adjusted[home].mean() == pytest.approx(3.088, abs=5e-4)
    welch = stats.ttest_ind(adjusted[home], adjusted[~home], equal_var=False)
    assert welch.statistic == pytest.approx(37.859765, abs=5e-6)
    found = compare(adjusted, home, program, 300, np.random.default_rng(1))
    assert found.estimate == pytest.approx(3.088 + 0.301, abs=1e-3)
    assert found.p < 1e-20


def test_neighbours_are_the_strongest_pairs_of_the_song_contest_each_way() -> None:
    with (DATA / "eurovision" / "mirovision_votes.csv").open(encoding="utf-8") as file:
        votes = [
            (row["year"], row["from_country"], row["to_country"], float(row["total_points"]))
            for row in csv.DictReader(file)
            if row["round"] == "final"
            and "1975" <= row["year"] <= "2019"
            and row["from_country"] != row["to_country"]
        ]
    years = sorted({vote[0] for vote in votes})
    people = sorted({vote[1] for vote in votes} | {vote[2] for vote in votes})
    entries = Entries(
        np.array([years.index(year) for year, *_ in votes], dtype=np.intp),
        np.array([people.index(rater) for _, rater, *_ in votes], dtype=np.intp),
        np.array([people.index(ratee) for _, _, ratee, _ in votes], dtype=np.intp),
        np.zeros(len(votes), dtype=np.intp),
        np.array([points for *_, points in votes]),
        np.full(len(votes), np.nan),
    )
    contest = Panel("contest", "peer", "ballot", tuple(people), tuple(years), ("",), entries)
    found = find([contest], 1, ["pairs", "one-way"])
    first, second = found.pairs[:2]
    assert {(first.a, first.b), (second.a, second.b)} == {("CY", "GR"), ("MD", "RO")}
    for pair in (first, second):
        assert pair.strength == "strong"
        assert min(pair.a_to_b, pair.b_to_a) > 8
    assert {(lead.rater, lead.ratee) for lead in found.one_way[:30]} >= {
        ("CY", "GR"),
        ("GR", "CY"),
        ("MD", "RO"),
        ("RO", "MD"),
    }


def skating() -> tuple[Floats, Floats, Floats]:
    """Return adjusted differences, whether judge and skater share the country, and the program.

    A judge's points less the mean of the panel's others, less that judge's mean of the same in
    the program type; seniors only, a performance and judge each.
    """
    performances = {row["performance_id"]: row for row in rows("performances")}
    aspects = {row["aspect_id"]: row for row in rows("judged-aspects")}
    goe = {(row["aspect_id"], row["judge"]): row["judge_goe"] for row in rows("judge-goe")}
    total: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows("judge-scores"):
        aspect = aspects[row["aspect_id"]]
        performance = performances[aspect["performance_id"]]
        if "JUNIOR" in performance["program"]:
            continue
        points = points_of(row["score"], aspect, goe.get((row["aspect_id"], row["judge"])))
        if points is not None:
            total[aspect["performance_id"], row["judge"]] += points
    return adjusted(total, performances)


def points_of(score: str, aspect: dict[str, str], goe: str | None) -> float | None:
    """Return what a mark gives; None where it isn't one."""
    if aspect["section"] == "components":
        marked = float(score) if re.fullmatch(r"[\d.]+", score) else 0.0
        return round(float(aspect["factor"]) * marked, 2) if marked else None
    return None if goe in (None, "", "-") else round(float(aspect["base_value"]) + float(goe), 2)


def adjusted(
    total: dict[tuple[str, str], float], performances: dict[str, dict[str, str]]
) -> tuple[Floats, Floats, Floats]:
    """Return the adjusted differences of every performance and judge with a known country."""
    judges = countries()
    of_performance: dict[str, list[float]] = defaultdict(list)
    for (performance, _), points in total.items():
        of_performance[performance].append(points)
    against, who, program, home = [], [], [], []
    for (code, seat), points in total.items():
        performance = performances[code]
        judge = judges[performance["competition"], performance["program"], seat]
        others = of_performance[code]
        against.append(points - (sum(others) - points) / (len(others) - 1))
        program.append(int("SHORT" in performance["program"]))
        who.append((judge[0], program[-1]))
        home.append(judge[1] == performance["nation"])
    vs, group = np.array(against), np.unique(who, axis=0, return_inverse=True)[1]
    mean = np.bincount(group, vs) / np.bincount(group)
    return vs - mean[group], np.array(home), np.array(program)


def countries() -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return who sat where, and for which country."""
    country = {row["clean_judge_name"]: row["judge_country"] for row in rows("judge-country")}
    return {
        (row["competition"], row["program"], seat_of(row["role"])): (
            row["clean_judge_name"],
            country.get(row["clean_judge_name"], ""),
        )
        for row in rows("judges")
        if row["role"].startswith("Judge")
    }


def seat_of(role: str) -> str:
    return "J" + role.rpartition(".")[2].strip()


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / "skating" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
