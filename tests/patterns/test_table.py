"""Any table of scores is read as it is, or the row is named that can't be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusal import Refusal
from domain.sentence import speak
from projections.patterns.table import Table, read_table

HEADER = "period,group,rater,ratee,points\n"


def table(*rows: str, header: str = HEADER) -> Table:
    return read_table([header, *(row + "\n" for row in rows)])


def test_each_group_and_relation_is_a_panel_with_its_people_and_periods_in_order() -> None:
    header = "ratee,points,group,period,rater,relation,dimension,at,rater_school,ratee_school,x\n"
    read = table(
        "B,90,U,10,A,peer,德,2018-12-20T09:30:00+08:00,一中,二中,?",
        "B,91,U,9,A,peer,德,,三中,,?",
        "",
        "A,70.5,U,9,B,leader,,,,,",
        "A,70.5,U,9,A,leader,,,,,",
        "D,1,V,9,C,peer,,,,,",
        header=header,
    )
    _, peer, _ = read.panels
    assert [(p.group, p.relation, p.people) for p in read.panels] == [
        ("U", "leader", ("A", "B")),
        ("U", "peer", ("A", "B")),
        ("V", "peer", ("C", "D")),
    ]
    assert peer.periods == ("9", "10")
    assert peer.points().tolist()[1][0][1] == 90
    assert peer.dimensions == ("德",)
    assert peer.entries.at[0] == 1545269400
    assert math.isnan(peer.entries.at[1])
    assert peer.attributes == {"school": ("三中", "二中")}
    assert [speak(note, "en") for note in read.notes] == [
        "note: the columns x aren't known and were left out",
        "note: 1 scores of oneself were left out",
    ]


NUMBER = "expected a number, at most a million either way"

REFUSED = [
    ("no rows", [],
     "the table holds no scores; expected a row of column names and a row for each score"),
    ("a score given twice", ["1,U,A,B,9", "2,U,A,B,9", "1,U,A,B,8"],
     "row 4 repeats row 2: the same rater scored the same ratee in the same period"),
    ("no number", ["1,U,A,B,9", "1,U,A,C,NaN"], f"points in row 3 is NaN; {NUMBER}"),
    ("infinity", ["1,U,A,B,inf"], f"points in row 2 is inf; {NUMBER}"),
    ("no points", ["1,U,A,B,"], f"points in row 2 is —; {NUMBER}"),
    ("words", ["1,U,A,B,优秀"], f"points in row 2 is 优秀; {NUMBER}"),
    ("another case", ["1,U,c1,B,9", "1,U,B,C1,9"],
     "the id “C1” in row 3 differs from “c1” in row 2 only by case or spaces; "
     "write the same person the same way"),
    ("another width", ["1,U,C1,B,9", "1,U,B,Ｃ1,9"],
     "the id “Ｃ1” in row 3 differs from “C1” in row 2 only by case or spaces; "
     "write the same person the same way"),
    ("a space", ["1,U,A,B,9", "", "1,U,A ,C,9"],
     "the id “A ” in row 4 differs from “A” in row 2 only by case or spaces; "
     "write the same person the same way"),
    ("a group's case", ["1,U,A,B,9", "1,u,A,C,9"],
     "the group “u” in row 3 differs from “U” above only by case or spaces; "
     "write the same name the same way"),
    ("a wide period", ["1,U,A,B,9", "１,U,A,C,9"],
     "the period “１” in row 3 differs from “1” above only by case or spaces; "
     "write the same name the same way"),
    ("beyond all points", ["1,U,A,B,1e9"],
     f"points in row 2 is 1e9; {NUMBER}"),
    ("nobody", ["1,U,,B,9"], "row 2 lacks its rater or ratee"),
    ("no group", ["1, ,A,B,9"], "row 2 lacks its period or group"),
    ("a cell too many", ["1,U,A,B,9,5"], "row 2 has 6 cells; expected 5"),
    ("an open quote", ['1,U,A,"B,9'], "row 2 isn't CSV: unexpected end of data"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "sentence"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_a_row_that_would_make_all_wrong_is_named(rows: list[str], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        table(*rows)
    assert speak(refused.value.sentence, "en") == sentence


HEADERS = [
    ("period,group,rater,points\n",
     "the columns ratee are missing; found period, group, rater, points"),
    ("period,group,rater,ratee,points,points\n", "the column points stands twice"),
    ("", "the columns period, group, rater, ratee, points are missing; found —"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "sentence"), HEADERS)
def test_columns_that_are_missing_or_stand_twice_are_named(header: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        table(header=header)
    assert speak(refused.value.sentence, "en") == sentence


SCORES = st.dictionaries(
    st.tuples(st.integers(1, 12), st.sampled_from("UV"), st.sampled_from("ABC"),
              st.sampled_from("ABC")).filter(lambda key: key[2] != key[3]),
    st.floats(-1e6, 1e6),
    min_size=1,
)  # fmt: skip


@given(scores=SCORES)
def test_every_score_stands_in_its_cell_whatever_the_order_of_rows(
    scores: dict[tuple[int, str, str, str], float],
) -> None:
    rows = [f"{t},{g},{a},{b},{points!r}" for (t, g, a, b), points in scores.items()]
    for order in (rows, rows[::-1]):
        found = {
            (int(panel.periods[t]), panel.group, panel.people[a], panel.people[b]): panel.points()[
                t, a, b
            ]
            for panel in table(*order).panels
            for t, a, b in np.argwhere(~np.isnan(panel.points()))
        }
        assert found == scores
