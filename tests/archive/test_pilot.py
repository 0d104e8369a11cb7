"""2017's pilot: the same question about two units is answered by two policies, and says so."""

import json
from typing import Any

import pytest

from archive.archive import Archive
from tests.cli.program import Program, in_process
from tests.said import Command, close, component, paper, people, policy, roster

YEARS = (2015, 2016, 2017)
UNITS = {"PU": ("P1", "P2", "P3"), "NU": ("N1", "N2", "N3")}
BY_HAND = {  # 90 and 80 and 80, weighed .40 and .50
    ("PU", 2016): (84.0, "shishou-2013"),
    ("PU", 2017): (85.0, "shishou-2017-pilot"),
    ("NU", 2016): (84.0, "shishou-2013"),
    ("NU", 2017): (84.0, "shishou-2013"),
}


def year_of(unit: str, year: int) -> list[Command]:
    """The first has performance 90, the rest 80; the others are behind in everything."""
    where: dict[str, Any] = {"unit": unit, "year": year}
    numbers = [
        component(code, name, points - 2 * n, **where)
        for n, code in enumerate(UNITS[unit])
        for name, points in (("performance", 90), ("democratic", 80), ("leader", 80))
    ]
    return [
        *paper(f"{year}-03-01", roster(*UNITS[unit], **where)),
        *paper(f"{year + 1}-01-05", *numbers),
        *paper(f"{year + 1}-01-20", close(unit, year)),
    ]


HISTORY = [
    *(
        c
        for unit, codes in UNITS.items()
        for c in paper("2012-01-01", *people(*codes, unit_code=unit))
    ),
    *paper("2013-01-01", policy("shishou-2013", on="2013-01-01")),
    *paper("2017-01-02", policy("shishou-2017-pilot", units=["PU"], on="2017-01-02")),
    *(command for year in YEARS for unit in UNITS for command in year_of(unit, year)),
]


@pytest.fixture
def program(location: str, capsys: pytest.CaptureFixture[str]) -> Program:
    with Archive(location, create=True) as archive:
        for outcome in archive.record(HISTORY):
            assert outcome.refusal is None, str(outcome.refusal)
    return in_process(capsys, location)


@pytest.mark.parametrize(("unit", "year"), BY_HAND)
def test_a_pilot_is_ranked_by_its_own_policy(program: Program, unit: str, year: int) -> None:
    first = json.loads(program("rank", str(year), "--unit", unit, "--json").out)[0]
    assert (first["rank"], first["annual"], first["policy"]) == (1, *BY_HAND[unit, year])


def test_the_citys_ranking_names_the_policy_of_every_line(program: Program) -> None:
    lines = json.loads(program("rank", "2017", "--json").out)
    assert {(line["unit"], line["policy"]) for line in lines} == {
        ("PU", "shishou-2017-pilot"),
        ("NU", "shishou-2013"),
    }
    assert len({line["policy_sha256"] for line in lines}) == 2


def test_an_answer_about_a_pilot_says_which_policy_judged_which_year(program: Program) -> None:
    asked = ("--for", "promotion", "--year", "2017", "--json")
    answers = {c: json.loads(program("eligible", c, *asked).out) for c in ("P1", "N1")}
    policies = {
        cadre: [(used["year"], used["policy"]) for used in answer["policies"]]
        for cadre, answer in answers.items()
    }
    assert policies == {
        "P1": [
            (2015, "shishou-2013"),
            (2016, "shishou-2013"),
            (2017, "shishou-2017-pilot"),
        ],
        "N1": [(year, "shishou-2013") for year in YEARS],
    }
    each = {
        cadre: [f["verdict"] for f in answer["findings"] if f["rule"] == "R20.C1.annual.2017"]
        for cadre, answer in answers.items()
    }
    assert each == {"P1": ["PASS"], "N1": ["FAIL"]}  # 85.00 and 84.00
