"""Tables as files, all rows: CSV, and XLSX a row at a time.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula. In CSV such
text gets an apostrophe before it; in XLSX text is stored as text, which no program evaluates.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from archive.questions.declare import Row
from archive.questions.values import Points, cell, csv_cell, plain
from domain.sentence import Lang, Term, term

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MOST_TEXT = 32_767  # characters of a cell, of which XLSX holds no more
MOST_LINES = 1_048_575  # of a sheet, beside its heading


def csv_lines(rows: Iterable[Row], keys: Sequence[str], lang: Lang) -> Iterator[str]:
    """Yield the lines of a CSV file, with the mark by which spreadsheets know UTF-8."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    made.write("\ufeff")
    writer.writerow(keys)
    for row in rows:
        yield _taken(made)
        writer.writerow([harmless(csv_cell(row.get(key), lang)) for key in keys])
    yield _taken(made)


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet evaluates."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def xlsx_file(
    rows: Iterable[Row], keys: Sequence[str], lang: Lang, labels: Mapping[str, str] | None = None
) -> IO[bytes]:
    """Return a workbook with one sheet, its columns by their labels; a file that goes by itself.

    Args:
        labels: what columns are called that the vocabulary doesn't have.
    """
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Shiji")
        heading = book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        for column, key in enumerate(keys):
            label = (labels or {}).get(key) or term(key, lang)
            sheet.write_string(0, column, label, heading)
        points = book.add_format({"num_format": "0.00"})
        for line, row in enumerate(rows, start=1):
            if line > MOST_LINES:
                break
            for column, key in enumerate(keys):
                _write(sheet, line, column, row.get(key), points, lang)
    file.seek(0)
    return file


def _write(sheet: Worksheet, line: int, column: int, value: Any, points: Any, lang: Lang) -> None:
    if value is None or value == []:
        return
    if isinstance(value, Points):
        sheet.write_number(line, column, value / 100, points)
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53:
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, _text(value, lang)[:_MOST_TEXT])


def _text(value: Any, lang: Lang) -> str:
    if isinstance(value, Term | bool | date | datetime):
        return cell(value, lang)
    made = plain(value, lang)
    return made if isinstance(made, str) else str(csv_cell(value, lang))


def _taken(made: io.StringIO) -> str:
    text = made.getvalue()
    made.seek(0)
    made.truncate()
    return text
