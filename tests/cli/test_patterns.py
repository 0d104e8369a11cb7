"""``shiji patterns`` over any table: leads, cards, charts, and what can't be told."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest

from archive.cli.pattern_release import AGAIN
from archive.cli.pattern_self_test import COLUMNS as SELF_TEST
from archive.cli.patterns import LISTS
from archive.patterns.card import SCORES
from archive.patterns.rows import COLUMNS, GROUPS, LEADS, REASONS
from archive.questions.leads import LEADS as RELEASED
from archive.questions.leads import OUTCOMES
from domain.lead import KINDS
from tests.cli.program import Program, in_process
from tests.commands.test_catalogue import TERMS

CONTRACT = {
    "group", "a", "b", "estimate", "se", "z", "p", "q", "periods", "a_to_b", "b_to_a", "strength",
    "floor_met", "rank_without",
}  # fmt: skip
PAIR = ("G1-01", "G1-02")
FLAT = "G2-03"


def scores(
    periods: int = 6, people: int = 12, groups: tuple[str, ...] = ("G1", "G2", "G3")
) -> Iterator[list[Any]]:
    """Yield rows in which two give each other nine points more, and one straight-lines."""
    rng = Random(5)
    for group in groups:
        codes = [f"{group}-{at:02}" for at in range(people)]
        merit = {code: rng.gauss(0, 5) for code in codes}
        severity = {code: rng.gauss(0, 4) for code in codes}
        for period in range(periods):
            for a, b in combinations(codes, 2):
                for rater, ratee in ((a, b), (b, a)):
                    points = 70 + severity[rater] + merit[ratee] + rng.gauss(0, 3)
                    points += 9 if {rater, ratee} == {*PAIR} else 0
                    if rater == FLAT:
                        points = 85 + rng.gauss(0, 0.3)
                    yield [2012 + period, group, rater, ratee, round(points, 1)]


def table(folder: Path, *rows: list[Any], encoding: str = "utf-8", name: str = "s.csv") -> str:
    file = folder / name
    with file.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["period", "group", "rater", "ratee", "points"])
        writer.writerows(rows)
    return str(file)


@pytest.fixture
def shiji(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    return in_process(capsys, tmp_path / "no archive")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    return table(tmp_path_factory.mktemp("scores"), *scores())


def asked(shiji: Program, *arguments: str) -> list[dict[str, Any]]:
    run = shiji("patterns", *arguments, "--json", archive=None)
    assert run.status == 0, run
    found: list[dict[str, Any]] = json.loads(run.out)
    return found


def test_a_planted_pair_and_a_straight_liner_are_the_only_leads(
    shiji: Program, planted: str
) -> None:
    rows = asked(shiji, "--scores", planted)
    leads = [row for row in rows if row["verdict"] == "lead"]
    about = {(row["lead_kind"], tuple(row["members"])) for row in leads if len(row["members"]) < 3}
    assert about == {("pairs", PAIR), ("windows", PAIR), ("raters", (FLAT,))}
    assert {row["group"] for row in leads if len(row["members"]) > 2} <= {"G1"}  # of the pair
    (pair,) = (row for row in leads if row["lead_kind"] == "pairs")
    assert pair.keys() >= CONTRACT
    assert pair["strength"] == "strong"
    assert pair["estimate"] == pytest.approx(9, abs=1.5)
    others = [row for row in rows if row["verdict"] == "nothing_found" and row["group"] == "G3"]
    assert others
    assert all(row["smallest_effect"] > 0 for row in others)


@pytest.mark.parametrize("kind", [*KINDS, *LISTS])
def test_a_kind_lists_its_columns_in_json_csv_and_table(
    shiji: Program, planted: str, kind: str
) -> None:
    given = ("--scores", planted, "--kind", kind)
    columns = COLUMNS["pairs" if kind == "retaliation" else kind]
    rows = asked(shiji, *given)
    assert all(set(columns) <= row.keys() for row in rows)
    header, *lines = shiji("patterns", *given, "--csv", archive=None).out.splitlines()
    assert header == ",".join(columns)
    assert len(lines) == len(rows)
    assert shiji("patterns", *given, archive=None).status == 0


def test_every_column_has_a_label() -> None:
    every = {*LEADS, *GROUPS, *REASONS, *SCORES, *AGAIN, *RELEASED, *OUTCOMES, *SELF_TEST}
    every |= {column for columns in COLUMNS.values() for column in columns}
    assert sorted(every - TERMS.keys()) == []


def test_a_unit_limits_what_is_shown_and_not_what_is_tested(shiji: Program, planted: str) -> None:
    every = asked(shiji, "--scores", planted, "--kind", "pairs")
    own = asked(shiji, "--scores", planted, "--kind", "pairs", "--unit", "G1")
    assert own == [row for row in every if row["group"] == "G1"]
    assert {row["family"] for row in own} == {3 * 12 * 11 // 2}


def test_the_card_shows_what_two_gave_each_other_beside_what_was_expected(
    shiji: Program, planted: str
) -> None:
    (card,) = asked(shiji, "--scores", planted, "--card", *reversed(PAIR))
    assert card.keys() >= CONTRACT | {"honest_sd", "family", "innocent_readings", "heat_map"}
    assert [card["a"], card["b"]] == [*PAIR]
    assert len(card["scores"]) == 2 * 6
    for line in card["scores"]:
        assert line["points_given"] - line["expected"] == pytest.approx(line["residual"])
    people, residuals = card["heat_map"]["people"], card["heat_map"]["residuals"]
    a, b = (people.index(who) for who in PAIR)
    assert residuals[a][b] == pytest.approx(card["a_to_b"])
    assert residuals[a][a] is None
    text = shiji("patterns", "--scores", planted, "--card", *PAIR, archive=None).out
    for part in ("joint project", "reporting line", "same office", "strong", "of 12", "198 pairs"):
        assert part in text


def test_a_pair_that_is_no_lead_has_its_card_too(shiji: Program, planted: str) -> None:
    (card,) = asked(shiji, "--scores", planted, "--card", "G3-01", "G3-02")
    assert card["strength"] is None
    assert card["smallest_effect"] == pytest.approx(3.9 * card["se"])


def test_charts_are_drawn_for_groups_with_leads(
    shiji: Program, planted: str, tmp_path: Path
) -> None:
    asked(shiji, "--scores", planted, "--kind", "pairs", "--svg", str(tmp_path / "charts"))
    files = sorted((tmp_path / "charts").iterdir())
    assert [file.name for file in files] == ["G1-graph.svg", "G1-heat.svg"]
    graph, heat = (ElementTree.parse(file).getroot() for file in files)
    space = {"s": "http://www.w3.org/2000/svg"}
    for root in (graph, heat):
        assert root.find("s:title", space) is not None
        assert not [part for part in root.iter() if part.tag.endswith("script")]
    framed = [cell for cell in heat.iterfind("s:rect", space) if cell.get("stroke-width") == "2"]
    hints = [cell.findtext("s:title", None, space) or "" for cell in framed]
    assert sorted(hint.split(":")[0] for hint in hints) == ["G1-01 to G1-02", "G1-02 to G1-01"]
    tied = [line.findtext("s:title", None, space) for line in graph.iterfind("s:line", space)]
    assert [tie for tie in tied if tie and tie.startswith("G1-01 and G1-02")]


def test_the_same_seed_gives_the_same_answer_whatever_the_order_of_rows(
    shiji: Program, planted: str, tmp_path: Path
) -> None:
    rows = [*scores()]
    Random(1).shuffle(rows)
    shuffled = table(tmp_path, *rows)
    assert asked(shiji, "--scores", planted) == asked(shiji, "--scores", shuffled)


def test_the_self_test_measures_power_and_false_leads(shiji: Program, planted: str) -> None:
    own, honest, both = asked(shiji, "--scores", planted, "--self-test")
    assert [row["tried_on"] for row in (own, honest, both)] == [
        "own_planted", "honest", "honest_planted",
    ]  # fmt: skip
    assert honest["planted"] == honest["planted_found"] == 0
    assert honest["other_leads"] <= 3  # one a draw
    assert both["power"] > both["needed_power"]
    assert own["power"] > 0.5
    assert own["fdr"] is own["power_at_5"] is own["needed_power"] is None


# What can't be told


def constant() -> list[list[Any]]:
    return [[*row[:4], 80] for row in scores()]


def one_ratee() -> list[list[Any]]:
    return [row for row in scores() if row[2] != "G1-05" or row[3] == "G1-00"]


def apart() -> list[list[Any]]:
    return [row for row in scores() if (row[2] < "G1-06") == (row[3] < "G1-06")]


UNTOLD = [
    ("two periods", [*scores(2)], ["scores of 2 periods only, fewer than 3: not assessable"]),
    ("seven people", [*scores(6, 7)], ["only 7 people, fewer than 8"]),
    ("four people", [*scores(6, 4)], ["only 4 raters, fewer than 5: nothing is shown"]),
    ("one rater", [r for r in scores() if r[2].endswith("00")], ["there is one rater only"]),
    ("constant scores", constant(), ["most raters gave everybody the same"]),
    ("two parts", apart(), ["fall into parts that nothing connects"]),
]  # fmt: skip


CRAMPED = "so high and low ones tell of no favour"


def test_who_gives_nearly_the_same_to_all_is_told_of_beside_what_was_found(
    shiji: Program, tmp_path: Path
) -> None:
    rows = [[*r[:4], 90 + r[0] % 2] if r[2] == "G1-05" else r for r in scores()]
    told = [row for row in asked(shiji, "--scores", table(tmp_path, *rows)) if row["reason"]]
    of_one = [row for row in told if "G1-05" in row["reason"]]
    assert [(row["group"], row["kinds"]) for row in of_one] == [("G1", ["pairs"])]
    assert CRAMPED in of_one[0]["reason"]


@pytest.mark.parametrize(("rows", "reasons"), [c[1:] for c in UNTOLD], ids=[c[0] for c in UNTOLD])
def test_what_cannot_be_assessed_is_told_with_its_reason_and_never_as_clean(
    shiji: Program, tmp_path: Path, rows: list[list[Any]], reasons: list[str]
) -> None:
    file = table(tmp_path, *rows)
    found = asked(shiji, "--scores", file)
    untold = [r for r in found if r["verdict"] == "not_assessable" and "pairs" in r["kinds"]]
    told = [row for row in untold if CRAMPED not in row["reason"]]  # which is of single raters
    assert told
    if not [row for row in found if row["verdict"] == "lead"]:
        said = shiji("patterns", "--scores", file, archive=None).out
        assert said.startswith("No leads. That doesn't say that all is well")
    clean = [r["group"] for r in found if r["verdict"] == "nothing_found" and "pairs" in r["kinds"]]
    assert not {row["group"] for row in told} & {*clean}
    for reason in reasons:
        assert any(reason in row["reason"] for row in told), told
        assert reason in shiji("patterns", "--scores", file, archive=None).out.replace("\n", " ")
        err = shiji("patterns", "--scores", file, "--kind", "pairs", "--json", archive=None).err
        assert f"is not assessable: {told[0]['reason']}" in err


def test_a_rater_who_scored_one_person_is_no_lead_and_stops_nothing(
    shiji: Program, tmp_path: Path
) -> None:
    rows = asked(shiji, "--scores", table(tmp_path, *one_ratee()))
    leads = [row for row in rows if row["verdict"] == "lead"]
    assert "G1-05" not in {who for row in leads for who in row["members"]}
    assert PAIR in {tuple(row["members"]) for row in leads}
    run = shiji("patterns", "--scores", table(tmp_path, *one_ratee()), "--kind", "raters",
                archive=None)  # fmt: skip
    assert "G1-05: scored one person only" in " ".join(run.out.split())


def test_points_of_two_scales_are_not_assessed(shiji: Program, tmp_path: Path) -> None:
    by_period = [[*r[:4], r[4] / 10 if r[0] == 2014 else r[4]] for r in scores()]
    by_rater = [[*r[:4], r[4] / 10 if r[2] == "G1-07" else r[4]] for r in scores()]
    for rows, named in ((by_period, "2014"), (by_rater, "G1-07")):
        found = asked(shiji, "--scores", table(tmp_path, *rows))
        own = [row for row in found if row["group"] == "G1"]
        told = {row["reason"] for row in own if row["verdict"] == "not_assessable"}
        assert any("another scale" in reason and named in reason for reason in told), told
        assert not [row for row in own if row["verdict"] == "lead"]


# Files


def test_a_byte_order_mark_and_a_national_encoding_are_read(shiji: Program, tmp_path: Path) -> None:
    rows = [[*row[:2], row[2].replace("G1", "甲"), row[3].replace("G1", "甲"), row[4]]
            for row in scores()]  # fmt: skip
    marked = table(tmp_path, *rows, encoding="utf-8-sig")
    national = table(tmp_path, *rows, encoding="gbk", name="gbk.csv")
    expected = asked(shiji, "--scores", marked, "--kind", "pairs")
    assert expected[0]["a"] == "甲-01"
    assert asked(shiji, "--scores", national, "--encoding", "gbk", "--kind", "pairs") == expected
    run = shiji("patterns", "--scores", national, archive=None)
    run.fails("gbk.csv", "utf-8", "line 2")


WRONG = [
    (("--scores", "none.csv"), "none.csv"),
    (("--card", "A", "A"), "A was given twice"),
    (("--card", "A", "B", "--self-test"), "give one of --card, --self-test only"),
    (("--scores", "s.csv", "--year", "2016-2018"), "leave them out with --scores"),
    (("--release", "L1"), "--by is missing"),
    (("--release", "L1", "--by", "X", "--as-of", "2018-01-01"), "'#POSITION'"),
    (("--kind", "friends"), "--kind is wrong"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[said for _, said in WRONG])
def test_wrong_arguments_end_with_one_sentence(
    shiji: Program, arguments: tuple[str, ...], said: str
) -> None:
    shiji("patterns", *arguments, archive=None).fails(said)


def test_a_question_that_needs_no_arrays_does_not_load_them() -> None:
    """Numpy takes longer to load than most questions to answer."""
    code = "import sys; from archive.cli import main; sys.exit('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
