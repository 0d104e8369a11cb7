"""What people are told beside answers and refusals, where silence or noise would mislead them."""

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.cli.main import main
from tests.cli.program import Program, in_process
from tests.cli.test_do import line, recorded, write
from tests.commands.office import enter
from tests.said import cadre, paper, people, policy, roster, unit


@pytest.fixture
def shiji(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return in_process(capsys, tmp_path / "data")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "commands.jsonl"


def in_chinese(
    capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str
) -> tuple[str, str]:
    with pytest.raises(SystemExit):
        main([*arguments, "--archive", str(folder)])
    captured = capsys.readouterr()
    return captured.out, captured.err


# As of a time before anything

NOTHING_KNOWN = "note: nothing was known as of that time, the first record became known at "


def test_as_of_a_time_before_anything_was_known_is_noted(shiji: Program, file: Path) -> None:
    assert shiji("do", write(file, *paper("2016-01-20", *people("A")))).status == 0
    before = shiji("rank", "2015", "--as-of", "2016-01-19", "--json")
    assert (before.status, before.out) == (0, "[]\n")
    assert before.err == (
        NOTHING_KNOWN + "2016-01-20T00:00:00+08:00; "
        "what is entered later and is to count by its own time wants legacy and known_at\n"
    )
    for known in (["--as-of", "2016-01-20"], ["--as-of", "#0"], []):
        assert NOTHING_KNOWN not in shiji("rank", "2015", *known).err


def test_nothing_is_noted_of_an_archive_that_holds_nothing(shiji: Program, tmp_path: Path) -> None:
    Archive(tmp_path / "data", create=True).close()
    assert shiji("rank", "2015", "--as-of", "2016-01-19").err == ""


def test_what_was_known_before_units_and_cadres_were_is_known(shiji: Program, file: Path) -> None:
    history = [*people("A"), *paper("2018-02-01", roster("A"))]
    assert shiji("do", write(file, policy(), *history)).status == 0
    assert NOTHING_KNOWN not in shiji("record", "A", "--as-of", "2018-02-01").err
    assert NOTHING_KNOWN in shiji("record", "A", "--as-of", "2018-01-31").err


# Refusals among others


def test_without_json_only_real_refusals_are_told_and_the_others_counted(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    commands = [cadre("A"), cadre("B"), cadre("B"), cadre("C"), "{"]
    found = shiji("do", write(file, *commands), "--atomic")
    first, second, others = found.err.splitlines()
    assert found.status == 1
    assert first.startswith("line 3 cadre.register refused: cadre B was already registered")
    assert second.startswith("line 5 — refused: not whole and valid JSON")
    assert others == (
        "3 other commands not recorded: "
        "a command of the file was refused, and --atomic takes all or none"
    )
    assert found.out == "0 commands recorded (0 events), 2 refused\n"
    assert recorded(tmp_path / "data") == 0


def test_what_follows_the_first_refusal_is_counted_too(shiji: Program, file: Path) -> None:
    found = shiji("do", write(file, cadre("A"), "{", cadre("B"), cadre("C")), "--stop-at-first")
    refused, others = found.err.splitlines()
    assert refused.startswith("line 2 — refused")
    assert others.startswith("2 other commands not attempted: stopped at the first refused")
    assert found.out == "1 commands recorded (1 events), 1 refused\n"


def test_all_or_none_is_said_in_whole_sentences(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["do", write(file, cadre("A"), "{"), "--atomic"]
    all_or_none = "--atomic 要么全部记录，要么一条也不记录"
    _, err = in_chinese(capsys, tmp_path / "data", *arguments)
    assert f"另有 1 条命令未记录：同一文件中有命令被拒绝，{all_or_none}\n" in err
    out, _ = in_chinese(capsys, tmp_path / "data", *arguments, "--json")
    assert all_or_none in out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("cadre.regster", "cadre.regster"),
        ("\x1b[31mred", r"'\x1b[31mred'"),
        ("x" * 60, "'" + "x" * 36 + "…"),
        (" ", "—"),
    ],
)
def test_a_command_that_isnt_is_named_as_given(
    shiji: Program, file: Path, given: str, told: str
) -> None:
    found = shiji("do", write(file, line({"command": given, "by": "K"})))
    assert found.err.startswith(f"line 1 {told} refused: ")


# The circular


def logged(folder: Path, *logs: str) -> None:
    office = [unit(name="示例水利局"), *people("A", "B")[1:], policy(), roster("A", "B")]
    with Archive(folder, create=True) as archive:
        for command in (*office, *(enter(code, "2018-03-01") for code in logs)):
            archive.do(command)


def test_a_circular_names_the_unit_and_its_period(
    shiji: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logged(tmp_path / "data", "A", "B")
    out, _ = in_chinese(capsys, tmp_path / "data", "circular", "U1", "2018-H1")
    assert "关于示例水利局2018年上半年工作日志完成情况的通报\n" in out
    assert "，示例水利局名册2人共记日志2天，其中已评分0天；均有日志。" in out
    assert "关于示例水利局2018年上半年工作日志评分情况的通报\n" in out
    english = shiji("circular", "U1", "2018-H1").out
    assert "Circular to 示例水利局 on log completion, first half of 2018\n" in english
    assert "everybody has entries." in english


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        ("2018", "2018年", "2018"),
        ("2018-H2", "2018年下半年", "second half of 2018"),
        ("2018-Q2", "2018年第二季度", "second quarter of 2018"),
        ("2018-06", "2018年6月", "June 2018"),
        ("2018-12", "2018年12月", "December 2018"),
    ],
)
def test_periods_are_written_for_reading(
    shiji: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    period: str, chinese: str, english: str,
) -> None:  # fmt: skip
    logged(tmp_path / "data", "A")
    out, _ = in_chinese(capsys, tmp_path / "data", "circular", "U1", period)
    assert f"关于示例水利局{chinese}工作日志完成情况的通报\n" in out
    assert f"on log completion, {english}\n" in shiji("circular", "U1", period).out


def test_there_is_no_circular_about_nobody(shiji: Program, tmp_path: Path) -> None:
    logged(tmp_path / "data", "A")
    found = shiji("circular", "U404", "2018-Q1")
    assert found.out == "Nothing found.\n"
    assert "U404 is not registered" in found.err
    assert "示例水利局 has no roster of 2017." in shiji("circular", "U1", "2017").out


# Wrong choices


def test_a_wrong_choice_is_told_with_the_labels_of_the_right_ones(
    shiji: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, err = in_chinese(capsys, tmp_path, "eligible", "A", "--for", "fun")
    assert err == (
        "参数 --for 有误；应为 promotion（提拔）、commendation（表彰）、"
        "training（参训）、talent（优秀人才） 之一\n"
    )
    _, err = in_chinese(capsys, tmp_path, "rank", "2018", "--lang", "tlh")
    assert "应为 zh、en 之一" in err
