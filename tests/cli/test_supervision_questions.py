"""What ``shiji spread --propose`` and ``shiji circular`` print for people and for programs."""

import json
from pathlib import Path

import pytest

from archive.archive import Archive
from tests.archive.test_pay import history
from tests.cli.program import Program, in_process
from tests.commands.office import enter, rate
from tests.said import said

PROPOSED = (
    "unit rank_level cadre name basis value method coefficient standard amount reason evidence"
)


@pytest.fixture
def shiji(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    issued = said("circular.issue", unit="U1", period="2018-Q1", subject="log_rating", text="通报")
    logs = [enter("C1", "2018-03-01"), rate("C1", "2018-03-01", 88.5, rater="C2")]
    with Archive(tmp_path, create=True) as archive:
        for command in (*history(), *logs, issued | {"on": "2018-04-05"}):
            archive.do(command)
    return in_process(capsys, tmp_path)


def test_a_proposal_has_an_amount_in_yuan_for_each_person(shiji: Program) -> None:
    found = shiji("spread", "2018", "--propose", "--unit", "U1", "--json")
    rows = json.loads(found.out)
    assert [(row["cadre"], row["value"], row["amount"]) for row in rows] == [
        ("C1", 95.0, 10857.14),
        ("C2", 90.0, 10285.71),
        ("C3", 85.0, 9714.28),
        ("C4", 80.0, 9142.85),
    ]
    assert all(set(PROPOSED.split()) <= row.keys() for row in rows)
    assert "no ratified scheme of U1 for 2018" in found.err
    assert shiji("spread", "2018", "--propose", "--csv").out.splitlines()[0] == ",".join(
        PROPOSED.split()[:-1]
    )
    assert "10857.14" in shiji("spread", "2018", "--propose").out


def test_the_dual_circular_is_printed_ready_to_be_issued(shiji: Program) -> None:
    told = shiji("circular", "U1", "2018-Q1").out
    first, second = (
        told.index("log completion, first quarter of 2018"),
        told.index("log rating, first"),
    )
    assert first < second
    assert "the 4 people on the roster of 示例单位U1 entered 1 days" in told
    assert "without an entry: C2, C3, C4" in told
    assert "Not issued yet" in told[first:second]
    assert "Issued on 2018-04-05" in told[second:]


def test_as_rows_both_tables_follow_each_other(shiji: Program) -> None:
    rows = json.loads(shiji("circular", "U1", "2018Q1", "--json").out)
    assert [row["table"] for row in rows] == ["log_completion"] * 4 + ["log_rating"] * 4
    assert [row["issued"] for row in rows] == [None] * 4 + ["2018-04-05"] * 4
    assert {row["period"] for row in rows} == {"2018-Q1"}
    assert (rows[0]["completion"], rows[4]["mean"]) == (100.0, 88.5)


def test_what_is_no_period_is_told_in_one_sentence(shiji: Program) -> None:
    shiji("circular", "U1", "2018-13").fails("PERIOD is wrong", "2018-Q2")
