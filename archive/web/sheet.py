"""Reading a workbook's first sheet in a process that may die of it; see ``workbooks``.

It imports nothing of ours but a number, so that it starts quickly.
"""

import contextlib
import csv
import io
import json
import re
import sys
from datetime import date, datetime, time
from decimal import Decimal
from posixpath import normpath
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from archive.web.settings import MOST_UPLOAD

_MEMORY = 1 << 30  # bytes
_SECONDS = 15  # of a processor
_EXACT = 10**15
"""Spreadsheets keep 15 digits of a number, so of a longer one the last are lost already."""
_SHANGHAI = "+08:00"
_FAILED = re.compile(
    rb"""<(?:\w+:)?c\b([^<>]*\bt\s*=\s*["']e["'][^<>]*)(?<!/)>"""
    rb"""[^<]*(?:<(?!/?(?:\w+:)?[cv]\b)[^<]*)*"""  # anything but another cell
    rb"""<(?:\w+:)?v\b[^<>]*>([^<]{0,20})"""
)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")


class WrongCell(Exception):  # noqa: N818 - it ends the reading with what is wrong
    """A cell that can't be taken for what it shows."""

    def __init__(self, wrong: str, row: int, column: str, cell: str = "") -> None:
        super().__init__(wrong)
        self.told = {"wrong": wrong, "row": row, "column": column, "cell": cell}


def read_out() -> None:
    """Read a workbook from the standard input and write what stands in it to the output."""
    _limit()
    data = sys.stdin.buffer.read()
    try:
        told: dict[str, Any] = {"text": text_of_sheet(data)}
    except WrongCell as wrong:
        told = wrong.told
    sys.stdout.buffer.write(json.dumps(told).encode("ascii"))


def text_of_sheet(data: bytes) -> str:
    """Return the first sheet of a workbook as CSV.

    Raises:
        WrongCell: a formula in it failed, or a number has lost its last digits.
    """
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    heading = [str(cell) for cell in rows[0]] if rows else []
    if failed := _failed(data):
        number, at, cell = failed
        raise WrongCell("error", number, _named(heading, at), cell)
    made = io.StringIO()
    writer = csv.writer(made)
    for number, row in enumerate(rows, start=1):
        writer.writerow([_text(one, number, heading, at) for at, one in enumerate(row)])
        if made.tell() > MOST_UPLOAD:
            raise WrongCell("large", number, "")
    return made.getvalue()


def _text(value: Any, row: int, heading: list[str], at: int) -> str:
    """Return a cell as it is typed: no float's artefacts, days and times as they are written."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            if abs(value) >= _EXACT:
                raise WrongCell("digits", row, _named(heading, at))
            return format(Decimal(format(value, ".15g")), "f")
        case datetime():
            day = value.time() == time()
            return value.date().isoformat() if day else value.isoformat() + _SHANGHAI
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _named(heading: list[str], at: int) -> str:
    return heading[at] if at < len(heading) and heading[at] else _letters(at)


def _letters(at: int) -> str:
    """Return a column as spreadsheets call it: 0 is A, 26 is AA."""
    made = ""
    while at >= 0:
        at, rest = at // 26 - 1, at % 26
        made = chr(65 + rest) + made
    return made


def _failed(data: bytes) -> tuple[int, int, str] | None:
    """Return the first formula of the first sheet that failed: its row, column and what it says.

    Calamine reads such a cell (``#N/A``) as if nothing stood there.
    """
    with ZipFile(io.BytesIO(data)) as packed:
        found = _FAILED.search(packed.read(_first_sheet(packed)))
    if found is None:
        return None
    at = _PLACE.search(found[1])
    column, row = (at[1].decode(), int(at[2])) if at else ("A", 1)
    return row, _number(column), found[2].decode("ascii", "replace")


def _number(letters: str) -> int:
    """Return which column, from 0, spreadsheets call so."""
    made = 0
    for letter in letters:
        made = made * 26 + ord(letter) - 64
    return made - 1


def _first_sheet(packed: ZipFile) -> str:
    """Return the part of a workbook that is its first sheet."""
    ids = [
        next((value for key, value in one.items() if _local(key) == "id"), "")
        for one in _elements(packed.read("xl/workbook.xml"), "sheet")
    ]
    relations = _elements(packed.read("xl/_rels/workbook.xml.rels"), "Relationship")
    targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
    target = targets[ids[0]]
    return normpath(f"xl/{target}").lstrip("/") if target[:1] != "/" else target[1:]


def _elements(data: bytes, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == wanted:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(data, True)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _limit() -> None:
    """Limit this process, where the system can."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
