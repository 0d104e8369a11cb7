"""Imports: every bad row with its reason, and nothing half-done."""

import csv
import io
import json
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from archive.commands import COMMANDS
from archive.fields import Choice, Day, Moment, Points, Text, Whole
from archive.form import ListOf
from archive.web.meant import meant
from archive.web.pages.forms import nested_of
from archive.web.typed import typed
from domain.sentence import term
from tests.said import cadre, sheet, unit
from tests.web.conftest import last_position
from tests.web.desk import main_of

UNITS = "unit,name,kind,by,on\nU7,示例七,town,CLERK,2018-01-01\nU8,示例八,town,CLERK,2018-01-01\n"


def jsonl(*commands) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in commands) + "\n"


def told_of(page: str) -> list[str]:
    """Return the sentences about what is wrong."""
    return [unescape(one) for one in re.findall(r'<td class="told">([^<]*)</td>', page)]


def import_it(desk):
    """Send the form of the file that was looked at last, or of the one whose job is shown."""
    if desk.at.startswith("/jobs/"):
        code = desk.get(f"{desk.at}.json").get_json()["about"]["upload"]
    else:
        code = desk.at.rpartition("/")[2]
    form = {"csrf_token": desk.token("/import")}
    return desk.client.post(f"/import/{code}", data=form)


def test_a_file_is_looked_at_then_imported_whole_and_once(desk, small) -> None:
    before = last_position(small)
    looked = desk.upload(UNITS, "unit.register")
    assert "all 2 can be recorded" in main_of(looked)
    assert last_position(small) == before
    done = desk.follow(import_it(desk))
    assert f"positions #{before + 1} to #{before + 2}" in main_of(done)
    again = import_it(desk)
    assert again.status_code == 422
    assert last_position(small) == before + 2


def test_what_was_recorded_before_under_its_id_adds_nothing(desk, small) -> None:
    known = jsonl(unit("U7", command_id="c-1"), unit("U8", command_id="c-2"))
    desk.upload(known, name="a.jsonl")
    desk.follow(import_it(desk))
    after = last_position(small)
    desk.upload(known, name="a.jsonl")
    done = desk.follow(import_it(desk))
    assert "all 2 commands were recorded before" in main_of(done)
    assert last_position(small) == after


def test_every_bad_row_stands_there_with_its_line_and_reason(desk, small) -> None:
    before = last_position(small)
    bad = unit("U1"), cadre("X1"), {"command": "cadre.post"}, unit("U7"), unit("U7", name="again")
    looked = desk.upload(jsonl(*bad) + "{bad\n\n", name="x.jsonl")
    told = desk.get(f"{desk.at}.json").get_json()["preview"]
    assert [(row["line"], row["field"]) for row in told["rows"]] == [
        (1, "unit"),
        *((3, name) for name in ("by", "cadre", "unit", "post", "rank_level", "category")),
        (5, "unit"),
        (6, None),
    ]
    assert (told["count"], told["refused"], told["wrong"]) == (6, 4, 9)
    for row in told["rows"]:
        assert row["told"]["en"] in looked.get_data(as_text=True).replace("&#39;", "'")
    assert import_it(desk).status_code == 422
    assert last_position(small) == before


def test_a_bad_row_names_its_column_as_the_form_does_and_once(desk) -> None:
    desk.upload("unit,name,kind,by,on\nU7,示例七,town,X,9.1.2018\n", "unit.register")
    (told,) = told_of(desk.text(f"{desk.at}?lang=zh"))
    assert re.fullmatch("第2行 业务日期: .*9\\.1\\.2018.*", told)
    (told,) = told_of(desk.text(f"{desk.at}?lang=en"))
    assert told.startswith("row 2, on: ")


BALLOTS = "unit,year,round,rater,relation,scores_ratee,scores_points,by,on\n"
SHEET = "U1,2018,annual,B,peer,{},{},B,2018-12-20\n"
WRONG: dict[str, tuple[str, str, list[str]]] = {
    "each bad field of a row": (
        "unit,name,kind,by,on\n\nU 7,,hamlet,X,2018-01-01\n",
        "unit.register",
        ["第3行 单位", "第3行 名称", "第3行 种类"],
    ),
    "a list's column, at its own row": (
        BALLOTS + SHEET.format("A", "88") + SHEET.format("C", "101") + SHEET.format("", "7"),
        "ballot.submit",
        ["第3行 评分_分数", "第4行 评分_被评人"],
    ),
    "what the domain refuses in a list, at its row": (
        BALLOTS + SHEET.format("A", "88") + SHEET.format("B", "90"),
        "ballot.submit",
        ["第3行 评分_被评人"],
    ),
    "a row with a cell of several lines counts once": (
        'unit,name,kind,by,on\nU7,"七\n七",town,X,2018-01-01\nU8,八,town,X,x\n',
        "unit.register",
        ["第2行 名称", "第3行 业务日期"],
    ),
    "lines that end in two characters": (
        "unit,name,kind,by,on\r\nU7,七,town,X,2018-01-01\r\nU8,八,town,X,x\r\n",
        "unit.register",
        ["第3行 业务日期"],
    ),
    "a cell under one of several empty headings": (
        "unit,name,kind,by,,\nU7,七,town,X,remark,\nU8,八,town,X,,remark\n",
        "unit.register",
        ["第2行", "第3行"],
    ),
    "another command than the one that was chosen": (
        "command,unit,name,kind,by\ncadre.register,U7,七,town,X\nunit.register,U8,八,town,X\n",
        "unit.register",
        ["第2行"],
    ),
    "a column of another command": (
        "command,unit,cadre,name,kind,by\ncadre.register,U1,X2,二,,X\n",
        "",
        ["第2行 单位"],
    ),
    "a line of JSON goes on behind a separator within a text": (
        jsonl({"command": "unit.register", "unit": "U\u2028 7"}) + "{broken",
        "",
        ["第1行 记录人", "第1行 单位", "第1行 名称", "第1行 种类", "第2行"],
    ),
    "a list in JSON, by its number": (
        jsonl(sheet("B", {"A": 101, "C": 7})),
        "",
        ["第1行 评分第1项分数"],
    ),
    "a line that is no command": ("{bad\n", "", ["第1行"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_bad_field_is_one_sentence_with_its_row_and_column(desk, case: str) -> None:
    content, command, expected = WRONG[case]
    desk.upload(content, command)
    told = told_of(desk.text(f"{desk.at}?lang=zh"))
    assert [one.partition(": ")[0] for one in told] == expected, told
    rows = desk.get(f"{desk.at}.json").get_json()["preview"]["rows"]
    assert [row["told"]["zh"] for row in rows] == told
    files = [desk.get(f"{desk.at}/refused.{form}?lang=zh") for form in ("txt", "csv", "xlsx")]
    text, table, book = (file.data for file in files)
    every = desk.get(f"{desk.at}/refused.json?lang=zh").get_json()["rows"]
    assert [row["told"] for row in every] == told
    assert text.decode("utf-8-sig").splitlines() == told
    read = [*csv.DictReader(io.StringIO(table.decode("utf-8-sig")))]
    assert [row["told"] for row in read] == told
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[-1] for row in sheet[1:]] == told


POST = COMMANDS["cadre.post"].fields["category"]
CELLS: list[tuple[Any, str, Any]] = [
    (POST, " 其他干部 ", "other"),
    (POST, term("other", "en"), "other"),
    (POST, "other", "other"),
    (POST, "其他", "其他"),
    (Day(), "2026/11/2", "2026-11-02"),
    (Day(), "2026-11-2", "2026-11-02"),
    (Day(), "2026年11月2日", "2026-11-02"),
    (Day(), "２０２６年１１月２日", "2026-11-02"),
    (Moment(), "2026/11/2", "2026-11-02"),
    (Day(), "2026/2/30", "2026/2/30"),
    (Day(), "2026/11-2", "2026/11-2"),
    (Day(), "11/2/2026", "11/2/2026"),
    (Day(), "26/11/2", "26/11/2"),
    (Points(), "８８．５", Decimal("88.5")),
    (Points(), "8．8．5", "8.8.5"),
    (Points(), "八十", "八十"),
    (Whole(1, 9), "７", 7),
    (ListOf(Whole(1, 9)), "１、２", [1, 2]),
    (Text(), "２０２６/11/2", "２０２６/11/2"),
]


@pytest.mark.parametrize(("field", "cell", "value"), CELLS)
def test_a_cell_is_read_as_a_clerk_means_it_or_as_it_stands(field, cell: str, value) -> None:
    read = typed(field, meant(field, cell))
    assert (read, type(read)) == (value, type(value))


def test_every_label_that_a_form_shows_is_its_codes_own_in_a_table() -> None:
    for command in COMMANDS.values():
        every = {**command.fields}
        for field in command.fields.values():
            every |= nested_of(field) or {}
        for field in every.values():
            for code in field.choices if isinstance(field, Choice) else ():
                assert meant(field, code) == code
                for lang in ("zh", "en"):
                    assert meant(field, term(field.concept + code, lang)) == code


def test_a_table_as_clerks_write_it_is_imported_and_json_stays_strict(desk) -> None:
    names = "干部,姓名,joined,记录人,业务日期\n"
    row = "X7,示例,2001/7/1,CLERK,2018年1月1日\n"
    assert "all 1 can be recorded" in main_of(desk.upload(names + row, "cadre.register"))
    told = main_of(desk.upload("单位,姓名,种类,by\nU7,七,town,X\n", "unit.register"))
    assert "no column 姓名" in told
    told = main_of(desk.upload("cadre,name,姓名,by\nX7,七,七,X\n", "cadre.register"))
    assert "columns of the same field: name, 姓名" in told
    desk.upload(jsonl(cadre("X7", joined="2001/7/1")), name="x.jsonl")
    assert len(told_of(desk.text(desk.at))) == 1


def test_what_came_between_lets_nothing_be_imported(desk, small) -> None:
    desk.upload(UNITS, "unit.register")
    desk.client.post("/api/commands/unit.register", json=unit("U8"))
    between = last_position(small)
    done = desk.follow(import_it(desk))
    assert "1 of 2 can't be recorded" in main_of(done)
    assert last_position(small) == between


def test_rows_of_a_list_are_one_command_under_chinese_headings_too(desk, small) -> None:
    heading = "单位,年度,轮次,评分人,关系,评分_被评人,评分_分数,记录人,业务日期"
    rows = "U1,2018,annual,B,peer,A,88.5,B,2018-12-20\nU1,2018,annual,B,peer,C,70,B,2018-12-20\n"
    looked = desk.upload((heading + "\n" + rows).encode("gb18030"), "ballot.submit")
    assert "all 1 can be recorded" in main_of(looked)
    desk.follow(import_it(desk))
    told = desk.get("/api/audit?rater=B").get_json()["rows"]
    assert [(row["ratee"], row["points"]) for row in told] == [("A", 88.5), ("C", 70.0)]


def test_a_columns_command_tells_each_row_its_own(desk) -> None:
    table = (
        "command,unit,cadre,name,kind,by\nunit.register,U7,,七,town,X\ncadre.register,,X2,二,,X\n"
    )
    assert "all 2 can be recorded" in main_of(desk.upload(table))


@pytest.mark.parametrize(
    ("content", "command", "sentence"),
    [
        (b"\x1f\x8b\x08gzip", "", "is an archive"),
        (
            b"unit,\xe5\x8d\x95\xe4\xbd\x8d\nU7,U7\n",
            "unit.register",
            "columns of the same field: unit, 单位",
        ),
        (b"\x00\x01\x02", "", "is no text"),
        (b"\xff\xfe\xfd\x80", "", "is no text"),
        (b"  \n", "", "is empty"),
        (b"unit,colour\nU7,red\n", "unit.register", "no column colour"),
        (b"unit,name\nU7,x\n", "", "choose which command"),
        (
            b"command,hue,hue\nunit.register,,\n",
            "",
            "columns of the same field: hue, hue",
        ),
        (b'unit,"na"me\n', "unit.register", "is no CSV"),
        (b"unit\nU7\n", "no.such", "no.such"),
    ],
)
def test_what_is_no_file_of_commands_is_refused(desk, content, command, sentence) -> None:
    response = desk.upload(content, command)
    assert response.status_code == 422
    assert sentence in main_of(response)


def test_nothing_is_imported_that_was_not_looked_at_to_the_end(desk, small, tmp_path) -> None:
    before = last_position(small)
    failed = desk.upload('unit,name\n"U7,x\n', "unit.register")
    assert "line 2 is no CSV" in main_of(failed)
    refused = import_it(desk)
    assert refused.status_code == 422
    assert "look at the file first" in main_of(refused)
    desk.upload(UNITS, "unit.register")
    kept = (tmp_path / "state" / "jobs").rglob("*.json")
    (path,) = [one for one in kept if re.search('"preview".*"state": "done"', one.read_text())]
    cut = {"state": "running", "result": None}  # as of a process that went away
    path.write_text(json.dumps(json.loads(path.read_text()) | cut))
    refused = import_it(desk)
    assert refused.status_code == 422
    assert "look at the file first" in main_of(refused)
    assert last_position(small) == before


@pytest.mark.parametrize("name", ["ballot.submit", "unit.register", "roster.freeze"])
def test_a_template_has_the_columns_that_are_understood(desk, name: str) -> None:
    response = desk.get(f"/import/template.csv?command={name}")
    heading = response.get_data(as_text=True).lstrip("\ufeff")
    assert "no column" not in main_of(desk.upload(heading + "," * heading.count(",") + "\n", name))


def test_the_name_of_a_file_is_text_only(desk) -> None:
    looked = desk.upload(UNITS, "unit.register", name="../../<b>x</b>.csv")
    assert "<b>x</b>" not in looked.get_data(as_text=True)


def test_a_sheet_over_a_closed_year_is_refused_by_line(desk) -> None:
    looked = desk.upload(jsonl(sheet("C", {"A": 1}), sheet("C", {"A": 2})), name="a.jsonl")
    assert "1 of 2" in main_of(looked)
