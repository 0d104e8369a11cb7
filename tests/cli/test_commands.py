"""``shiji commands NAME``: what each field wants, in words and by example."""

import json
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.cli.main import main
from archive.commands import COMMANDS
from archive.commands.schemes import EXAMPLE
from tests.cli.program import Program, in_process
from tests.said import policy, said, unit


@pytest.fixture
def shiji(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return in_process(capsys, tmp_path)


WANTED = (
    ("work_log.rate", "    points = points from 0 to 100, at most two decimals, such as 91.5"),
    ("allowance.set_pool", "    standard = yuan, at most two decimals, such as 1200.50"),
    ("quota.approve", "    share = a weight or share from 0 to 1, at most four decimals, such as"),
    ("work_log.rate", "    day = a day, such as 2018-12-20"),
    ("circular.issue", "    period = a period: 2018, 2018-H1, 2018-Q2 or 2018-06"),
    ("year.close", "    year = a whole number from 1949 to 2200"),
    ("year.close", "    unit = an id of 1 to 64 characters"),
    ("scheme.resolve", "    attendees? = a list, may be empty, each: an id of 1 to 64 characters"),
    ("scheme.resolve", "    comment? = text, at most 2000 characters"),
    ("ballot.submit", "    scores = a list of one or more, each:\n      ratee = an id"),
    ("ballot.submit", "      at? = a day or time, such as 2018-12-20 or 2018-12-20T09:30"),
    ("result.propose", "excellent"),
    ("year.close", "\n  legacy? = true or false\n"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "told"), WANTED)
def test_each_kind_of_field_says_what_it_wants(shiji: Program, name: str, told: str) -> None:
    assert told in shiji("commands", name, archive=None).out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_field_of_every_command_says_it(shiji: Program, name: str) -> None:
    lines = shiji("commands", name, archive=None).out.splitlines()
    for field in COMMANDS[name].fields:
        assert any(line.startswith((f"    {field} = ", f"    {field}? = ")) for line in lines)


def test_choices_stand_with_their_labels(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["commands", "circular.issue"])
    assert "subject = log_completion（日志完成情况）、log_rating（" in capsys.readouterr().out


def test_the_example_of_a_scheme_is_accepted(tmp_path: Path, shiji: Program) -> None:
    told = shiji("commands", "scheme.draft", archive=None).out
    line = next(line for line in told.splitlines() if line.startswith("    content = "))
    example = json.loads(line[line.index("{") :])
    assert example == EXAMPLE
    with Archive(tmp_path, create=True) as archive:
        for command in (unit(), policy()):
            archive.do(command)
        drafted = said("scheme.draft", unit="U1", year=2018, content=example)
        assert archive.do(drafted)
