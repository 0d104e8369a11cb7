"""Imports of workbooks: cells as a clerk means them, and files that are none or too much."""

import io
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook

from archive.web import workbooks
from archive.web.sheet import WrongCell, text_of_sheet
from tests.web.conftest import last_position
from tests.web.desk import main_of
from tests.web.test_importing import import_it, told_of

DAY, MOMENT, CHINESE = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", 'yyyy"年"m"月"d"日"'
HEADING = ["单位", "年度", "轮次", "评分人", "关系", "评分_被评人", "评分_分数", "记录人", "on"]


def book(*rows: list[Any], formats: str = DAY) -> bytes:
    """Return a workbook whose first sheet has these rows, and whose second has other things."""
    file = io.BytesIO()
    made = Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = made.add_worksheet("数据")
    made.add_worksheet("说明").write_row(0, 0, ["none", "of", "this"])
    days = made.add_format({"num_format": formats})
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date | time):
                sheet.write_datetime(at, column, value, days)
            elif isinstance(value, tuple):
                sheet.write_formula(at, column, value[0], None, value[1])
            else:
                sheet.write(at, column, value)
    made.close()
    return file.getvalue()


def rewritten(edit: Callable[[str, bytes], bytes]) -> bytes:
    """Return a workbook with its parts changed."""
    made = io.BytesIO()
    with (
        ZipFile(io.BytesIO(book(["unit"], ["U7"]))) as old,
        ZipFile(made, "w", ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, edit(part.filename, old.read(part)))
    return made.getvalue()


def with_sheet(rows: bytes, shared: bytes = b"", prefixes: bytes = b"") -> bytes:
    """Return a workbook with another first sheet, and other shared texts."""
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    opened = b"<worksheet %s %s>" % (namespace, prefixes)
    sheet = b"%s<sheetData>%s</sheetData></worksheet>" % (opened, rows)
    texts = b"<sst %s><si><t>%s</t></si></sst>" % (namespace, shared)
    parts = {"xl/worksheets/sheet1.xml": sheet} | (
        {"xl/sharedStrings.xml": texts} if shared else {}
    )
    return rewritten(lambda name, old: parts.get(name, old))


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return made.getvalue()


def locked() -> bytes:
    """Return a workbook whose parts say that they are encrypted."""
    data = bytearray(book(["unit"]))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


CELLS: list[tuple[Any, str, str]] = [
    (92.0, "", "92"),
    (91.5, "", "91.5"),
    (91.55, "", "91.55"),
    (0.1 + 0.2, "", "0.3"),
    (1e-7, "", "0.0000001"),
    (2018, "", "2018"),
    (123456789012345, "", "123456789012345"),
    (-3, "", "-3"),
    (True, "", "true"),
    ("001", "", "001"),
    ("=1+1", "", "=1+1"),
    (("=1+1", 2), "", "2"),
    (date(2018, 12, 20), DAY, "2018-12-20"),
    (date(2018, 12, 20), CHINESE, "2018-12-20"),
    (datetime(2018, 12, 20), MOMENT, "2018-12-20"),
    (datetime(2018, 12, 20, 15, 30), MOMENT, "2018-12-20T15:30:00+08:00"),
    (time(15, 30), "hh:mm", "15:30:00"),
]


@pytest.mark.parametrize(("value", "formats", "text"), CELLS)
def test_a_cell_is_read_as_it_would_be_typed(value: Any, formats: str, text: str) -> None:
    assert text_of_sheet(book([value, "behind"], formats=formats)) == f"{text},behind\r\n"


def test_a_workbook_is_imported_as_a_table_is(desk, small) -> None:
    before = last_position(small)
    same = ["U1", 2018.0, "annual", "B", "peer"]
    rows = [*same, "A", 88.5, "B", date(2018, 12, 20)], [*same, "C", 70.0, "B", date(2018, 12, 20)]
    looked = desk.upload(book(HEADING, [], *rows), "ballot.submit", name="b.xlsx")
    assert "all 1 can be recorded" in main_of(looked)
    assert last_position(small) == before
    desk.follow(import_it(desk))
    told = desk.get("/api/audit?rater=B").get_json()["rows"]
    assert [(row["ratee"], row["points"], row["on"]) for row in told] == [
        ("A", 88.5, "2018-12-20"),
        ("C", 70.0, "2018-12-20"),
    ]


def test_rows_are_counted_as_the_sheet_counts_them(desk) -> None:
    heading = ["unit", "name", "kind", "by", "on"]
    desk.upload(book(heading, [], ["U7", "七", "town", "X", 43454]), "unit.register")
    (told,) = told_of(desk.text(f"{desk.at}?lang=zh"))
    assert told.startswith("第3行 业务日期: ")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "another format"),
    "one with a password": (
        lambda: b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "has a password",
    ),
    "one whose parts have": (locked, "has a password"),
    "an OpenDocument": (
        lambda: zipped(mimetype=b"x", **{"content.xml": b"<x/>"}),
        "another format",
    ),
    "a binary workbook": (lambda: zipped(**{"xl/workbook.bin": b"x"}), "another format"),
    "an archive": (lambda: zipped(**{"a.csv": b"unit\n"}), "is an archive"),
    "no archive": (lambda: b"PK\x03\x04zip", "can't be read"),
    "half of one": (lambda: book(["unit"])[:3_000], "can't be read"),
    "a damaged one": (lambda: rewritten(lambda name, old: old[: len(old) // 2]), "can't be read"),
    "no sheet that is XML": (lambda: with_sheet(b"</row>"), "can't be read"),
    "an empty one": (lambda: book([]), "is empty"),
    "a cell a million rows below": (
        lambda: with_sheet(
            b'<row r="1"><c r="A1"><v>1</v></c></row>'
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "can't be read",
    ),
    "one long text, two hundred thousand times": (
        lambda: with_sheet(
            b'<row r="1">' + b'<c t="s"><v>0</v></c>' * 200_000 + b"</row>", b"a" * 32_000
        ),
        "can't be read",
    ),
    "more text than a file may have": (
        lambda: with_sheet(b'<row><c t="s"><v>0</v></c></row>' * 4_000, b"a" * 16_000),
        "too large",
    ),
    "a formula that failed": (
        lambda: book(["unit", "name"], ["U7", ("=NA()", "#N/A")]),
        "row 2, name: the cell shows the error #N/A",
    ),
    "a number that lost its digits": (
        lambda: book(["unit", "", "name"], ["U7", 110101199001011234]),
        "row 2, B: of a number of more than 15 digits",
    ),
    "an unknown column": (lambda: book(["unit", "colour"], ["U7", "red"]), "no column colour"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_workbook_of_ours_is_refused_in_a_sentence(desk, case: str) -> None:
    make, sentence = REFUSED[case]
    response = desk.upload(make(), "unit.register", name="b.xlsx")
    assert sentence in main_of(response)
    assert import_it(desk).status_code == 422


ERRORS: dict[str, tuple[bytes, str | None]] = {
    "in single quotes": (b"<c r='B1' t='e'><v>#N/A</v></c>", "B1 #N/A"),
    "of a formula": (b'<c r="B1" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', "B1 #DIV/0!"),
    "of a long formula": (
        b'<c t="e" r="B1"><f>%s</f><v>#REF!</v></c>' % (b"&quot;" * 4_000),
        "B1 #REF!",
    ),
    "with a prefix and spaces": (
        b'<x:c r = "B1" t = "e" ><x:v xml:space="preserve">#N/A</x:v></x:c>',
        "B1 #N/A",
    ),
    "behind one of which nothing is kept": (
        b'<c r="A1" t="e"/><c r="B1"><v>7</v></c><c r="C1" t="e"><v>#N/A</v></c>',
        "C1 #N/A",
    ),
    "of which nothing is kept": (
        b'<c r="A1" t="e"/><c r="B1" t="e"></c><c r="C1"><v>7</v></c>',
        None,
    ),
    "of which a text only speaks": (b'<c r="A1" t="str"><v> t="e" #N/A</v></c>', None),
}


@pytest.mark.parametrize("case", ERRORS)
def test_a_cell_that_failed_is_told_and_no_other(case: str) -> None:
    cells, told = ERRORS[case]
    data = with_sheet(b'<row r="1">%s</row>' % cells, prefixes=b'xmlns:x="urn:x"')
    if told is None:
        text_of_sheet(data)
        return
    with pytest.raises(WrongCell) as wrong:
        text_of_sheet(data)
    named = wrong.value.told
    assert f"{named['column']}{named['row']} {named['cell']}" == told


def test_no_request_waits_for_a_workbook(desk, small) -> None:
    with workbooks._ONE_AT_A_TIME:
        form = {"csrf_token": desk.token("/import"), "command": "unit.register"}
        file = io.BytesIO(book(["unit", "name", "kind", "by"], ["U7", "七", "town", "X"])), "b.xlsx"
        left = desk.client.post("/import", data=form | {"file": file})
        desk.at = left.headers["Location"]
        assert "<progress" in desk.text(desk.at)
        early = import_it(desk)
        assert early.status_code == 422
        assert "look at the file first" in main_of(early)
    assert "all 1 can be recorded" in main_of(desk.follow(left))


def test_a_bomb_is_told_by_what_it_says_of_itself(desk, monkeypatch) -> None:
    monkeypatch.setattr(workbooks, "_MOST_UNPACKED", 2**20)
    monkeypatch.setattr(workbooks, "_read", None)  # nothing of it is unpacked
    response = desk.upload(with_sheet(b" " * 2**21), "unit.register", name="b.xlsx")
    assert "unpacked, this workbook is too large" in main_of(response)
