"""The questions: the contract's keys, JSON only on stdout, bad arguments in one sentence."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.cli.main import main
from archive.cli.main import shiji as program
from archive.commands import COMMANDS, SUBJECTS
from archive.questions.eligible import reading_row
from archive.questions.values import plain
from domain.rules.eligibility import Interpretation
from domain.rules.finding import Verdict
from domain.rules.policy import OPEN
from domain.sentence import say, speak
from tests.cli.program import Program, as_a_process, in_process
from tests.commands.office import (
    PAST,
    ballot,
    grant,
    pool,
    rounds,
    talk,
)
from tests.commands.personnel import decision, result
from tests.said import close, paper, people, policy, roster, unit

KEYS = {
    "rank": "unit rank_level rank of cadre name performance annual half grade grade_status policy",
    "eligible": "verdict findings interpretations sensitive",
    "audit": "position source year unit round rater relation ratee dimension points on known_at "
    "recorded_at legacy document status by_position reason approver",
    "record": "position on known_at recorded_at event by legacy document summary",
    "event": "position stream version topic on known_at recorded_at by state",
    "talks": "unit cadre kind talkers status annual rank of",
    "spread": "unit rank_level pool paid spread findings",
    "appeals": "unit cadre stage filed_on file_by outcome decided_on decide_by received_on "
    "grade_before grade status findings",
    "units": "unit unit_name points deductions net talks reminders admonitions demoted "
    "to_non_leading circulars comments inspections feedback closed_on years_closed",
    "circular": "table unit period cadre name entered rated unrated completion ratings mean issued",
    "decisions": "decision kind cadre name unit on verdict_then verdict_now exception position",
    "dossier": "decision kind cadre unit on position cited exception findings interpretations "
    "sensitive verdict_then verdict_now peers changes events",
    "check": "check rule unit cadre year verdict found needed clause evidence",
    "policy": "document",
    "schemes": "unit unit_name scheme_state drafted screened resolved countersigned ratified "
    "returned sha256 evidence",
    "rebuild": "events seconds events_per_second views",
}
"""What commands.md promises of ``--json``; there may be more."""

ASKED = {
    "rank": ["rank", "2018"],
    "eligible": ["eligible", "A", "--for", "promotion", "--year", "2018"],
    "audit": ["audit", "--ratee", "B"],
    "record": ["record", "A"],
    "event": ["event", "1", "2"],
    "talks": ["talks", "2018"],
    "spread": ["spread", "2018"],
    "appeals": ["appeals", "2018"],
    "units": ["units", "2018"],
    "circular": ["circular", "U1", "2018-03"],
    "decisions": ["decisions"],
    "dossier": ["dossier", "D-commend"],
    "check": ["check", "2018"],
    "policy": ["policy", "shishou-2018"],
    "schemes": ["schemes", "2018"],
    "rebuild": ["rebuild"],
}
OBJECTS = ("eligible", "dossier", "rebuild")
LISTS = [name for name in ASKED if name not in OBJECTS]
PAST_AND_PAPER = [
    *PAST,
    rounds("midyear"),
    *paper("2016-01-20", *people("P1", "P2", unit_code="UP")),
    talk("A", "HEAD"),
    pool(),
    grant("A"),
    result("notify", "A"),
    result("reconsider", "A", grounds="漏计一项工作"),
    decision("commend"),
    ballot("correct", "A", ratee="B", points=70),
    close(),
]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("full")
    with Archive(folder, create=True) as archive:
        for command, outcome in zip(PAST_AND_PAPER, archive.record(PAST_AND_PAPER), strict=True):
            assert outcome.refusal is None, (command, str(outcome.refusal))
    return folder


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    Archive(folder, create=True).close()
    return folder


@pytest.fixture
def shiji(full: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return in_process(capsys, full)


@pytest.fixture
def shiji_of_nothing(empty: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return in_process(capsys, empty)


# What is printed


@pytest.mark.parametrize("name", LISTS)
def test_a_question_prints_a_list_of_objects_with_the_contracts_keys(
    shiji: Program, name: str
) -> None:
    found = shiji(*ASKED[name], "--json")
    assert found.status == 0
    rows = json.loads(found.out)
    assert rows
    for row in rows:
        assert set(KEYS[name].split()) <= row.keys()


@pytest.mark.parametrize("name", OBJECTS)
def test_some_print_one_object(shiji: Program, name: str) -> None:
    found = shiji(*ASKED[name], "--json")
    assert found.status == 0
    answer = json.loads(found.out)
    assert set(KEYS[name].split()) <= answer.keys()
    for finding in answer.get("findings", []):
        assert {"rule", "verdict", "found", "needed", "clause", "evidence"} <= finding.keys()
        assert all(isinstance(position, int) for position in finding["evidence"])


@pytest.mark.parametrize("name", LISTS)
def test_csv_parses_back_to_what_json_says(shiji: Program, name: str) -> None:
    rows = json.loads(shiji(*ASKED[name], "--json").out)
    found = shiji(*ASKED[name], "--csv")
    assert found.status == 0
    read = list(csv.DictReader(io.StringIO(found.out)))
    assert len(read) == len(rows)
    for cells, row in zip(read, rows, strict=True):
        assert set(KEYS[name].split()) <= cells.keys()
        for key, text in cells.items():
            assert text == as_cell(row[key]), (key, text, row[key])


def as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", ASKED)
def test_a_question_prints_a_table_for_people_too(shiji: Program, name: str) -> None:
    found = shiji(*ASKED[name])
    assert found.status == 0
    assert found.out.strip()


def test_the_keys_of_a_missing_score_are_those_of_a_score(shiji: Program) -> None:
    (row,) = json.loads(shiji("audit", "--missing", "--round", "midyear", "--json").out)
    assert set(KEYS["audit"].split()) <= row.keys()
    assert (row["rater"], row["ratee"], row["status"]) == ("A", "B", "missing")


def test_points_are_numbers_and_codes_stay_codes_in_json(shiji: Program) -> None:
    rows = json.loads(shiji("audit", "--rater", "A", "--ratee", "B", "--json").out)
    assert [(row["points"], row["status"], row["relation"]) for row in rows] == [
        (90.0, "corrected", "peer"),
        (70.0, "valid", "peer"),
    ]
    assert rows[0]["by_position"] == rows[1]["position"]
    assert rows[1]["reason"] == "录入有误"


# Nothing to show

NOTHING = {
    **{
        name: asked for name, asked in ASKED.items() if name not in ("rebuild", "policy", "dossier")
    },
    "audit --missing": ["audit", "--missing"],
    "rank of a unit": ["rank", "2018", "--unit", "U404"],
    "rank of a level": ["rank", "2018", "--level", "none"],
    "rank without": ["rank", "2018", "--without-rater", "X"],
    "rank --why": ["rank", "2018", "--why"],
    "record of a year": ["record", "A", "--year", "2018"],
    "spread --propose": ["spread", "2018", "--propose"],
    "appeals of a unit": ["appeals", "2018", "--unit", "U404"],
    "decisions of years": ["decisions", "2016-2018", "--unit", "U404"],
    "a strange id": ["record", "'; DROP TABLE x; --"],
}


@pytest.mark.parametrize("name", [name for name in NOTHING if name != "eligible"])
def test_with_nothing_to_show_json_is_an_empty_list(shiji_of_nothing: Program, name: str) -> None:
    found = shiji_of_nothing(*NOTHING[name], "--json")
    assert (found.status, found.out) == (0, "[]\n")
    assert shiji_of_nothing(*NOTHING[name], "--csv").out.count("\n") == 1
    assert shiji_of_nothing(*NOTHING[name]).status == 0


def test_with_nothing_to_show_eligible_prints_its_object(shiji_of_nothing: Program) -> None:
    found = shiji_of_nothing(*ASKED["eligible"], "--json")
    assert (found.status, found.err) == (0, "note: A is not registered as of that time\n")
    assert json.loads(found.out)["verdict"] == "INSUFFICIENT"


def test_rebuilding_nothing_prints_its_object(shiji_of_nothing: Program) -> None:
    assert json.loads(shiji_of_nothing("rebuild", "--json").out)["events"] == 0


def test_absent_events_are_noted_beside_the_answer(shiji: Program) -> None:
    found = shiji("event", "1", "99999", "--json")
    assert [row["position"] for row in json.loads(found.out)] == [1]
    assert found.err == "there are no events at these positions: 99999\n"


# Notes go to stderr


def test_notes_of_paper_history_go_to_stderr(shiji: Program) -> None:
    found = shiji("record", "P1", "--json", "--as-of", "2018-01-01")
    assert len(json.loads(found.out)) == 2
    assert found.err.splitlines() == [
        "note: 2 of the records were imported after that time",
        "note: 2 of the records rest on paper history's dates",
    ]


def test_a_note_is_told_once_however_often_what_it_is_about_is_fetched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = [
        *people("A", "B"),
        unit("U2"),
        policy(units=["U1"]),
        *paper("2017-02-01", roster("A", "B", unit="U2", year=2017)),
        *paper("2018-02-01", roster("A", "B")),
    ]
    with Archive(tmp_path, create=True) as archive:
        for command in history:
            archive.do(command)
    found = in_process(capsys, tmp_path)("eligible", "A", "--for", "promotion", "--year", "2018")
    assert len([line for line in found.err.splitlines() if "U2" in line]) == 1


# As of

AS_OF = {
    "a day, which is whole": ("2016-01-20", 2),
    "the day before": ("2016-01-19", 0),
    "its first moment": ("2016-01-20T00:00", 2),
    "a moment before": ("2016-01-19T23:59:59", 0),
    "that moment elsewhere": ("2016-01-19T16:00:00Z", 2),
    "with its zone": ("2016-01-20T00:00:00+08:00", 2),
    "long after": ("2200-12-31", 2),
    "before anything": ("1900-01-01", 0),
    "the log's beginning": ("#0", 0),
    "a far position": ("#999999999999999999", 2),
}


@pytest.mark.parametrize("name", AS_OF)
def test_as_of(shiji: Program, name: str) -> None:
    as_of, events = AS_OF[name]
    found = shiji("record", "P1", "--json", "--as-of", as_of)
    assert (found.status, len(json.loads(found.out))) == (0, events)


def test_as_of_a_position_is_the_log_up_to_there(shiji: Program) -> None:
    positions = [row["position"] for row in json.loads(shiji("record", "P1", "--json").out)]
    for count, position in enumerate(positions, start=1):
        found = shiji("record", "P1", "--json", "--as-of", f"#{position}")
        assert [row["position"] for row in json.loads(found.out)] == positions[:count]


@pytest.mark.parametrize(
    "as_of",
    [
        "yesterday", "", " ", "2018", "2018-13-01", "2018-02-30", "20180210", "2018-W07-6",
        "2018-W07", "2018-02-10T25:00", "2018-2-1", "２０１８-02-10", "0001-01-01", "9999-12-31",
        "9999-12-31T23:59Z", "2018-02-10T09:30+99:00", "#", "#-1", "#1.5", "#x", "1234", "#٣",
        "#" + "9" * 30,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["record", "policy"])
def test_as_of_what_is_no_time(shiji: Program, as_of: str, name: str) -> None:
    shiji(*ASKED[name], f"--as-of={as_of}").fails(
        f"--as-of {as_of} is no day, time or position; "
        "expected 2018-02-10, 2018-02-10T09:30 or #1234"
    )


# Bad arguments

BAD: dict[str, list[str]] = {
    "accounts of one": ["accounts", "sys"],
    "access log of what never happens": ["access-log", "--happened", "gossip"],
    "a user that does nothing": ["user", "praise"],
    "signing in as nobody": ["sign-in"],
    "signing out as somebody": ["sign-out", "sys"],
    "no such command": ["grade"],
    "no such option": ["rank", "2018", "--loud"],
    "rank without a year": ["rank"],
    "rank of two years": ["rank", "2018", "2019"],
    "rank of no year": ["rank", "this"],
    "rank too early": ["rank", "1948"],
    "rank too late": ["rank", "2201"],
    "rank of half a year": ["rank", "2018.5"],
    "eligible of nobody": ["eligible", "--for", "promotion"],
    "eligible for nothing": ["eligible", "A"],
    "eligible for fun": ["eligible", "A", "--for", "fun"],
    "eligible in no year": ["eligible", "A", "--for", "talent", "--year", "x"],
    "audit of no source": ["audit", "--source", "gossip"],
    "audit in no year": ["audit", "--year", "18"],
    "audit with more": ["audit", "B"],
    "record of nobody": ["record"],
    "record in no year": ["record", "A", "--year", "0"],
    "event of nothing": ["event"],
    "event zero": ["event", "0"],
    "event below": ["event", "--", "-1"],
    "event of a word": ["event", "first"],
    "event beyond": ["event", str(2**63)],
    "talks of no year": ["talks", "x"],
    "spread of no year": ["spread", "x"],
    "appeals of no year": ["appeals", "x"],
    "units of no year": ["units"],
    "circular of no unit": ["circular", "2018-03"],
    "circular of no period": ["circular", "U1", "2018-3"],
    "decisions of no years": ["decisions", "lately"],
    "decisions of half a range": ["decisions", "2018-"],
    "decisions backwards": ["decisions", "2019-2018"],
    "decisions too early": ["decisions", "1948-2018"],
    "decisions of a day": ["decisions", "2018-02-10"],
    "decisions of two ranges": ["decisions", "2016-2017", "2018"],
    "dossier of nothing": ["dossier"],
    "dossier nobody knows": ["dossier", "D404"],
    "dossier of two": ["dossier", "D-commend", "D-talent"],
    "check of no year": ["check"],
    "check of a word": ["check", "x"],
    "policy of no name": ["policy"],
    "policy nobody knows": ["policy", "mine"],
    "patterns of no kind": ["patterns", "--kind", "gossip"],
    "patterns of no years": ["patterns", "--year", "2018-"],
    "patterns with a seed below": ["patterns", "--seed", "-1"],
    "patterns of a missing table": ["patterns", "--scores", "nowhere.csv"],
    "patterns and a card of one": ["patterns", "--card", "A"],
    "patterns released by nobody": ["patterns", "--release", "L1"],
    "patterns of two things": ["patterns", "--self-test", "--again", "L1"],
    "leads of no release": ["leads", "--release", "L404"],
    "leads of what": ["leads", "2018"],
    "rebuild what": ["rebuild", "all"],
    "schemes of what": ["schemes"],
    "schemes of a word": ["schemes", "last"],
    "serve what": ["serve", "all"],
    "serve at no port": ["serve", "--port", "0"],
    "copy to nowhere": ["copy", "a"],
    "copy of nothing": ["copy", "nowhere", "elsewhere"],
    "grant to nobody": ["grant"],
    "grant in a folder": ["grant", "clerk"],
    "keys of whom": ["keys", "new"],
    "keys of another kind": ["keys", "old", "x"],
    "keys with another hash": ["keys", "new", "x", "--hash", "md5"],
    "seal what": ["seal", "all"],
    "seal without a ledger": ["seal"],
    "checkpoint of what": ["checkpoint", "import"],
    "checkpoint of no leaves": ["checkpoint", "--size", "0"],
    "prove nothing": ["prove"],
    "prove zero": ["prove", "0"],
    "prove a missing file": ["prove", "--check", "nowhere"],
    "witness what": ["witness", "old", "x"],
    "verify what": ["verify", "all"],
    "verify without a ledger": ["verify"],
    "verify against nothing": ["verify", "--against", "nowhere", "--key", "x"],
    "restore what": ["restore", "now"],
    "restore by nobody": ["restore", "open"],
    "restore against nothing": ["restore", "open", "--by", "A", "--against", "nowhere"],
    "bundle of nobody": ["bundle"],
    "commands of no name": ["commands", "nope"],
    "do what": ["do"],
    "do what else": ["do", "a", "b"],
    "demo of none": ["demo", "--units", "0"],
    "demo of too many": ["demo", "--units", "301"],
    "demo of no years": ["demo", "--years", "0"],
    "demo of words": ["demo", "--seed", "x"],
    "json and csv": ["rank", "2018", "--json", "--csv"],
    "not UTF-8": ["record", "\udcff"],
    "not UTF-8 for a unit": ["rank", "2018", "--unit", "\udcff"],
}


@pytest.mark.parametrize("name", BAD)
def test_bad_arguments_end_in_one_sentence(shiji: Program, tmp_path: Path, name: str) -> None:
    where = tmp_path if BAD[name][0] == "demo" else None
    (shiji(*BAD[name], archive=where) if where else shiji(*BAD[name])).fails()


def test_every_command_is_tried_with_bad_arguments() -> None:
    assert program.commands.keys() <= {arguments[0] for arguments in BAD.values()}
    others = {"do", "demo", "commands", "copy", "grant", "serve"}
    others |= {"keys", "seal", "checkpoint", "witness", "prove", "verify", "restore", "bundle"}
    others |= {"patterns", "leads"}  # whose answers have tests of their own
    others |= {"accounts", "access-log", "user", "sign-in", "sign-out"}  # tests/access
    assert program.commands.keys() - others == ASKED.keys()


@pytest.mark.parametrize("name", ASKED)
def test_without_an_archive_a_question_says_so(shiji: Program, tmp_path: Path, name: str) -> None:
    nowhere = tmp_path / "nowhere"
    found = shiji(*ASKED[name], archive=nowhere)
    if name == "policy":  # a shipped policy can be read without an archive
        assert found.status == 0
        assert 'name = "shishou-2018"' in found.out
    else:
        found.fails(f"there is no archive at {nowhere}")
    assert not nowhere.exists()


def test_the_demo_builds_only_where_nothing_is(shiji: Program) -> None:
    shiji("demo", "--units", "1", "--years", "1").fails("there is an archive at")


# The program itself


def test_in_a_process_of_its_own(full: Path, tmp_path: Path) -> None:
    given = ["--archive", str(full), "--json"]
    found = as_a_process("audit", "--ratee", "B", *given, cwd=tmp_path)
    assert found.status == 0
    assert [row["ratee"] for row in json.loads(found.out)] == ["B", "B"]
    as_a_process("rank", cwd=tmp_path, SHIJI_LANG="en").fails("bad arguments", "YEAR")
    as_a_process("rank", "2018", "--lang", "tlh", cwd=tmp_path).fails("--lang")
    as_a_process("rank", "2018", cwd=tmp_path, SHIJI_LANG="tlh").fails("--lang")
    as_a_process("rank", "2018", cwd=tmp_path).fails("shiji-data 处没有实绩档案")


def test_the_catalogue_lists_every_command_with_its_fields(shiji: Program) -> None:
    found = shiji("commands", archive=None)
    assert found.status == 0
    lines = found.out.splitlines()
    told = dict(line.strip().split(": ", 1) for line in lines if ": " in line)
    assert told.keys() == {*COMMANDS, "every command also has"}
    assert told["year.close"] == "unit, year"
    assert told["work_list.score"].endswith("scores [{item, points}], reason?, approver?")
    headings = [line for line in lines if ": " not in line]
    assert len(headings) == len({*headings}) == len(SUBJECTS)
    assert not any("_" in heading for heading in headings)


def test_the_catalogue_lists_one_command_or_those_of_a_kind(shiji: Program) -> None:
    assert shiji("commands", "year.close", archive=None).out.splitlines()[:2] == [
        "A unit's year",
        "  year.close: unit, year",
    ]
    talks = shiji("commands", "talk", archive=None).out
    assert all(name in talks for name in COMMANDS if name.startswith("talk."))
    assert "ballot" not in talks


def test_a_mistyped_id_is_told_apart_from_no_data(shiji: Program) -> None:
    found = shiji("rank", "2018", "--unit", "U404", "--json")
    assert (found.status, found.out) == (0, "[]\n")
    assert "U404 is not registered" in found.err


def test_eligibility_says_as_of_which_position_it_answered(shiji: Program) -> None:
    for asked, position in (("#0", 0), ("#7", 7)):
        found = shiji(*ASKED["eligible"], "--json", "--as-of", asked)
        assert json.loads(found.out)["position"] == position


READINGS = [(parameter, value) for parameter, values in OPEN.items() for value in values]


@pytest.mark.parametrize(("parameter", "value"), READINGS)
def test_a_reading_is_told_in_words_and_in_json_by_its_codes(parameter: str, value: str) -> None:
    row = reading_row(Interpretation(parameter, value, Verdict.PASS))
    for lang in ("zh", "en"):
        told = speak(say("read_otherwise", **row), lang)
        assert parameter not in told
        assert not re.search(r"\w_\w", told)
    assert plain(row, "zh") == {"parameter": parameter, "value": value, "verdict": "PASS"}


def test_eligibility_prints_each_other_reading_in_words(shiji: Program) -> None:
    found = shiji("eligible", "A", "--for", "commendation", "--year", "2018")
    assert "read otherwise (how the half is rounded: rounded up): " in found.out


def test_help_is_for_every_command(shiji: Program) -> None:
    for name in program.commands:
        found = shiji(name, "--help", archive=None)
        assert (found.status, found.err) == (0, "")
        assert found.out.startswith(f"Usage: shiji {name}")


def test_without_arguments_the_program_shows_its_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    for name in program.commands:
        assert name in captured.err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("shiji, version ")
