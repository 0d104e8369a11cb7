"""``shiji do``: every kind of line and file, told line by line, never a traceback."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from archive.archive import Archive
from archive.store.schema import APPLICATION_ID, FORMAT
from tests.cli.program import ROOT, Program, Run, as_a_process, in_process
from tests.said import Command, cadre, close, people, policy, roster, said, sheet


@pytest.fixture
def shiji(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return in_process(capsys, tmp_path / "data")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "commands.jsonl"


def line(command: Command) -> str:
    return json.dumps(command, ensure_ascii=False)


def write(file: Path, *commands: Command | str) -> str:
    lines = [command if isinstance(command, str) else line(command) for command in commands]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return str(file)


def recorded(folder: Path) -> int:
    with Archive(folder) as archive:
        return archive.log.last_position()


# Lines

A = line(cadre("A"))
ZWJ = '{"command":"cadre.register","by":"K","cadre":"👩\u200d🌾","name":"农"}'


def scored(points: str) -> str:
    given = line(sheet("A", {"B": 777}))
    assert "777" in given
    return given.replace("777", points)


def points(shown: str) -> tuple[str, str]:
    return f"scores.0.points: points {shown} are not allowed", "scores.0.points"


JSON = "not whole and valid JSON: "  # and the reason, in the parser's own words
LINES = (
    ("a word", "hello", JSON, None),
    ("half a line", A[:-20], JSON, None),
    ("two objects", A + A, JSON, None),
    ("a comma too much", A[:-1] + ",}", JSON, None),
    ("an array", "[1, 2]", "expected a JSON object", None),
    ("a key twice", A[:-1] + ', "name": "乙"}', JSON + "the key 'name' stands twice", None),
    ("a number", "7", "expected a JSON object", None),
    ("a text", '"cadre.register"', "expected a JSON object", None),
    ("null", "null", "expected a JSON object", None),
    ("an empty object", "{}", "command is missing", "command"),
    ("a command that isn't", '{"command": "cadre.regster"}',
     "there is no command 'cadre.regster'; see the catalogue, such as cadre.register", "command"),
    ("a command that is an object", '{"command": {}}', "command is missing", "command"),
    ("nobody's command", '{"command": "history.close"}', "by: this field is missing", "by"),
    ("an unknown field", A[:-1] + ', "age": 5}', "age: there is no such field", "age"),
    ("a wrong type", line(cadre("A", name=5)), "name: 5 is not text", "name"),
    ("NaN", scored("NaN"), JSON, None),
    ("Infinity", scored("-Infinity"), JSON, None),
    ("three decimals", scored("91.555"), *points("91.555")),
    ("a number beyond all numbers", scored("1e400"), *points("1E+400")),
    ("a number beyond Python's", scored("1e99999999999999999999"), JSON, None),
    ("a number next to nothing", scored("1e-99999999"), *points("1E-99999999")),
    ("a number of 400 digits", scored("9" * 400), *points("9" * 37 + "…")),
    ("a number of 5,000 digits", scored("9" * 5000), JSON, None),
    ("a name of 10,000 characters", line(cadre("A", name="长" * 10_000)),
     "name: the text has 10000 characters; expected at most 100", "name"),
    ("a control character", line(cadre("A", name="张\x1b[2J")),
     "name: the text holds the control character U+001B; expected none", "name"),
    ("a raw control character", A.replace("干部", "\x01"), JSON, None),
    ("half a character", A.replace("干部", "\\ud800"), "", ...),
    ("a joined emoji for an id", ZWJ,
     "cadre: id '👩\\u200d🌾' holds the character U+200D", "cadre"),
    ("deep nesting", "[" * 100_000, JSON + "it is nested too deeply", None),
    ("deep nesting in a field", A[:-1] + ', "school": ' + "[" * 900 + "]" * 900 + "}",
     "school: […] is not text", "school"),
    ("an object in place of a list", line(sheet("A", {}) | {"scores": {"B": 1}}),
     "scores: expected a list", "scores"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "sentence", "field"), [row[1:] for row in LINES],
                         ids=[row[0] for row in LINES])  # fmt: skip
def test_a_refused_line_says_why_and_the_others_go_on(
    shiji: Program, file: Path, text: str, sentence: str, field: Any
) -> None:
    found = shiji("do", write(file, text, cadre("Z")), "--json")
    assert (found.status, found.err) == (1, "")
    refused, accepted = found.lines
    assert refused["line"] == 1
    assert refused["ok"] is False
    assert sentence in refused["error"]
    assert field is ... or refused.get("field") == field
    assert accepted == {"line": 2, "ok": True, "positions": [1]}


def test_without_json_refusals_go_to_stderr_with_their_line_and_command(
    shiji: Program, file: Path
) -> None:
    terrible = {"command": "\x1b[31mred", "by": "K"}
    found = shiji("do", write(file, cadre("A"), cadre("A"), "{", terrible))
    assert found.status == 1
    assert found.out == "1 commands recorded (1 events), 3 refused\n"
    first, second, third = found.err.splitlines()
    assert first == (
        "line 2 cadre.register refused: "
        "cadre A was already registered on 2010-01-01; expected a new id"
    )
    assert second.startswith("line 3 — refused: not whole and valid JSON")
    assert third.startswith(r"line 4 '\x1b[31mred' refused: there is no command '\x1b[31mred'")


# Files


def test_all_recorded_exits_0(shiji: Program, file: Path) -> None:
    found = shiji("do", write(file, *people("A", "B")))
    assert found == Run(0, "5 commands recorded (5 events), 0 refused\n", "")


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (f"{A}\r\n{line(cadre('B'))}\r\n".encode(), [1, 2]),
        (f"\ufeff{A}\n".encode(), [1]),
        (f"{A}\n\n   \n{line(cadre('B'))}".encode(), [1, 4]),
        (b"", []),
        (b"\xef\xbb\xbf", []),
        (b"\n\r\n \n", []),
    ],
    ids=["CRLF", "a byte order mark", "blank lines", "empty", "only a mark", "only blank lines"],
)
def test_files_as_they_come(shiji: Program, file: Path, content: bytes, numbers: list[int]) -> None:
    file.write_bytes(content)
    found = shiji("do", str(file), "--json")
    assert (found.status, found.err) == (0, "")
    assert [told["line"] for told in found.lines] == numbers
    assert all(told["ok"] for told in found.lines)


def test_a_file_in_chinese_national_encoding_wants_to_be_told(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    file.write_bytes(f"{line(cadre('A', name='A'))}\n{line(cadre('B'))}\n".encode("gbk"))
    shiji("do", str(file)).fails(f"line 2 of {file} is not utf-8", "--encoding gbk")
    assert not (tmp_path / "data").exists()
    assert shiji("do", str(file), "--encoding", "gbk").status == 0
    (told,) = json.loads(shiji("record", "B", "--json").out)
    assert told["summary"] == "cadre B registered (干部B)"


@pytest.mark.parametrize("encoding", ["klingon", "", "rot13", "undefined", "base64"])
def test_an_encoding_that_isnt(shiji: Program, file: Path, encoding: str) -> None:
    shiji("do", write(file, cadre("A")), "--encoding", encoding).fails("there is no encoding")


def test_files_that_cant_be_read(shiji: Program, tmp_path: Path) -> None:
    shiji("do", str(tmp_path / "nowhere.jsonl")).fails("nowhere.jsonl", "No such file")
    shiji("do", str(tmp_path)).fails("Is a directory")
    assert not (tmp_path / "data").exists()


def test_standard_input_is_a_file_too(tmp_path: Path) -> None:
    found = as_a_process("do", "-", "--json", cwd=tmp_path, stdin=A.encode() + b"\n{\n")
    assert found.status == 1
    assert [told["ok"] for told in found.lines] == [True, False]
    assert recorded(tmp_path / "shiji-data") == 1


def test_the_archive_is_that_of_the_environment(tmp_path: Path, file: Path) -> None:
    there = tmp_path / "there"
    found = as_a_process("do", write(file, cadre("A")), cwd=tmp_path, SHIJI_ARCHIVE=str(there))
    assert (found.status, found.err) == (0, "")
    assert "1 条命令" in found.out
    assert recorded(there) == 1


# All or none, and until the first


def oks(found: Run) -> list[bool]:
    return [told["ok"] for told in found.lines]


def test_atomic_records_nothing_when_one_line_is_refused_then_or_later(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    commands = [cadre("A", command_id="c-1"), cadre("B"), cadre("B"), cadre("C")]
    found = shiji("do", write(file, *commands), "--atomic", "--json")
    assert found.status == 1
    assert [told["line"] for told in found.lines] == [1, 2, 3, 4]
    assert oks(found) == [False] * 4
    reasons = [told["error"] for told in found.lines]
    assert reasons[2].startswith("cadre B was already registered")
    assert {reasons[0], reasons[1], reasons[3]} == {
        "not recorded: another command of the file was refused, and --atomic takes all or none"
    }
    assert recorded(tmp_path / "data") == 0
    assert shiji("do", write(file, cadre("Z"))).status == 0
    assert recorded(tmp_path / "data") == 1
    whole = shiji("do", write(file, *commands[:2]), "--atomic", "--json")
    assert whole.lines == [
        {"line": 1, "ok": True, "positions": [2]},
        {"line": 2, "ok": True, "positions": [3]},
    ]


def test_stop_at_first_records_what_came_before_and_tells_of_every_line(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    commands = [cadre("A"), "{", cadre("B"), cadre("C")]
    found = shiji("do", write(file, *commands), "--stop-at-first", "--json")
    assert found.status == 1
    assert oks(found) == [True, False, False, False]
    stopped = "not attempted: stopped at the first refused command (--stop-at-first)"
    assert [told["error"] for told in found.lines[2:]] == [stopped] * 2
    assert recorded(tmp_path / "data") == 1
    again = shiji("do", str(file), "--stop-at-first", "--atomic", "--json")
    assert oks(again) == [False] * 4
    assert recorded(tmp_path / "data") == 1


def test_more_lines_than_a_batch_takes_are_each_told_once(shiji: Program, file: Path) -> None:
    commands: list[Any] = [cadre(f"C{n}") for n in range(2_100)]
    commands[2_050] = "{"
    found = shiji("do", write(file, *commands), "--json")
    assert [told["line"] for told in found.lines] == list(range(1, 2_101))
    assert [told["line"] for told in found.lines if not told["ok"]] == [2_051]
    stopped = shiji("do", write(file, "{", *commands), "--json", "--stop-at-first")
    assert oks(stopped) == [False] * 2_101


def test_the_same_command_id_twice_is_one_record(shiji: Program, file: Path) -> None:
    once = cadre("A", command_id="c-1")
    found = shiji("do", write(file, once, once, once | {"name": "他"}), "--json")
    assert found.lines[0] == {"line": 1, "ok": True, "positions": [1]}
    assert found.lines[1] == {"line": 2, "ok": True, "positions": [1]}
    assert found.lines[2]["field"] == "command_id"
    assert shiji("do", write(file, once), "--json").lines[0]["positions"] == [1]


def test_a_closed_year_refuses_on_the_command_line_too(shiji: Program, file: Path) -> None:
    office = [policy(), *people("A", "B"), roster("A", "B")]
    sheets = [sheet("A", {"B": 90}), close(), sheet("B", {"A": 80})]
    found = shiji("do", write(file, *office, *sheets), "--json")
    assert found.status == 1
    assert oks(found) == [True] * 9 + [False]
    assert found.lines[-1]["error"].startswith("U1's year 2018 was closed on 2019-01-20")
    assert found.lines[-1]["field"] == "year"


# Archives that aren't ours


def in_place_of_the_log(folder: Path, *statements: str) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / "events.sqlite")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("question", [["do"], ["rank", "2018"]], ids=["do", "rank"])
def test_archives_that_arent_ours_are_left_alone(
    shiji: Program, file: Path, tmp_path: Path, question: list[str]
) -> None:
    asked = [*question, write(file, cadre("A"))] if question == ["do"] else question
    newer = tmp_path / "newer"
    in_place_of_the_log(
        newer,
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {FORMAT + 1}",
        "CREATE TABLE t (x)",
    )
    shiji(*asked, archive=newer).fails(f"has format {FORMAT + 1}", "upgrade the program")
    foreign = tmp_path / "foreign"
    in_place_of_the_log(foreign, "CREATE TABLE somebody_elses (x)")
    shiji(*asked, archive=foreign).fails("is a database of other software")
    text = tmp_path / "text"
    text.mkdir()
    (text / "events.sqlite").write_text("Dear archive, " * 100)
    shiji(*asked, archive=text).fails("is not an SQLite database file")
    folder = tmp_path / "folder"
    (folder / "events.sqlite").mkdir(parents=True)
    shiji(*asked, archive=folder).fails("is not an SQLite database file")
    shiji(*asked, archive="mysql://x").fails("is not supported; expected a folder")


def test_a_place_where_no_folder_can_be(shiji: Program, file: Path, tmp_path: Path) -> None:
    commands = write(file, cadre("A"))
    shiji("do", commands, archive=file).fails("can't create the archive's folder")
    shiji("do", commands, archive=file / "below").fails("can't create the archive's folder")
    shiji("do", commands, archive="/proc/nowhere").fails("can't create the archive's folder")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cant_be_written(shiji: Program, file: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert shiji("do", write(file, cadre("A")), archive=locked / "data").status == 2
    assert shiji("do", str(file), archive=locked).status == 2


@pytest.mark.parametrize("wreck", ["no database " * 100, "", None])
def test_broken_views_are_made_anew(
    shiji: Program, file: Path, tmp_path: Path, wreck: str | None
) -> None:
    assert shiji("do", write(file, cadre("A"))).status == 0
    views = tmp_path / "data" / "views"
    rmtree(views)
    if wreck is not None:
        views.mkdir()
        (views / "7.sqlite").write_text(wreck)
    assert shiji("do", write(file, cadre("B"))).status == 0
    assert len(json.loads(shiji("record", "A", "--json").out)) == 1
    assert json.loads(shiji("rebuild", "--json").out)["events"] == 2


def test_an_event_that_cannot_be_read_stops_only_its_own_stream(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    assert shiji("do", write(file, cadre("A"), cadre("B"))).status == 0
    with closing(sqlite3.connect(tmp_path / "data" / "events.sqlite")) as log, log:
        log.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " VALUES ('cadre/A', 2, 'cadre.knighted', '{}')"
        )
    gone = [said("cadre.leave", cadre=code, reason="retired") for code in "AB"]
    found = shiji("do", write(file, *gone), "--json")
    assert [told["ok"] for told in found.lines] == [False, True]
    assert found.lines[0]["error"].startswith("cadre/A holds an event that can't be read")
    rmtree(tmp_path / "data" / "views")
    answer = shiji("record", "B", "--json")
    assert (answer.status, len(json.loads(answer.out))) == (0, 2)
    assert "1 events can't be read and were set aside (the first at 3)" in answer.err
    shiji("rebuild").fails("event 3 (cadre.knighted)")
    assert json.loads(shiji("event", "3", "--json").out)[0]["topic"] == "cadre.knighted"


def test_recording_goes_on_when_nobody_listens(file: Path, tmp_path: Path) -> None:
    write(file, *(cadre(f"C{n}") for n in range(4_500)))
    program = subprocess.Popen(
        [sys.executable, "-c", "from archive.cli import main; main()", "do", str(file), "--json",
         "--archive", str(tmp_path / "data")],
        stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert program.stdout is not None
    program.stdout.close()
    program.wait()
    assert recorded(tmp_path / "data") == 4_500


@pytest.mark.parametrize("name", ["档 案", "a?b", "a#b", "a%20b", "file:x"])
def test_an_archive_lies_in_a_folder_of_any_name(
    shiji: Program, file: Path, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    assert shiji("do", write(file, cadre("A")), archive=folder).status == 0
    assert json.loads(shiji("record", "A", "--json", archive=folder).out)[0]["position"] == 1
    assert list((folder / "views").glob("*.sqlite"))
