"""Uploaded files of commands: kept while they are looked at, read line by line, imported once."""

import csv
import io
import json
import re
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from marshmallow import fields

from archive.commands import COMMANDS
from archive.commands.declare import Command
from archive.deciding import Malformed
from archive.json_text import parse
from archive.web.pages.forms import label_of, nested_of
from archive.web.typed import typed
from archive.web.workbooks import COMPOUND, ZIPPED, text_of_workbook
from domain.refusal import Refusal
from domain.sentence import say

_ID = re.compile(r"[A-Za-z0-9_-]{16}")
_DAYS_KEPT = 7
_PACKED = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh")
"""How files begin that hold others: but for workbooks none is unpacked, so none can grow."""
_MOST_COLUMNS = 200
_MOST_LINES = 1_000_000
MOST_COMMANDS = 200_000
"""Commands of a file; more, which take more memory than a desk should, come by ``shiji do``."""
_JOINED = "_"


class Read(NamedTuple):
    """A command of a file, and where it stands.

    Args:
        lines: of a table, the row of each object in its lists, as spreadsheets count rows; of
            JSON lines, None.
    """

    line: int
    command: Any
    lines: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file.

    Args:
        name: what it was called; only shown.
        command: the command of each row of a CSV file that has no column ``command``.
        owner: the account that brought it; None in an open archive.
    """

    id: str
    name: str
    form: str
    command: str | None
    owner: str | None


class Uploads:
    """The uploaded files of a desk, each in a folder of its own.

    Args:
        folder: where the folders are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, stream: IO[bytes], name: str, command: str | None, owner: str | None) -> Upload:
        """Keep a file.

        Raises:
            Refusal: it is neither text nor a workbook of ours, or nobody can tell which command
                its rows are.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget()
        data = stream.read()
        sheet = data.startswith((ZIPPED, COMPOUND))
        text = text_of_workbook(data) if sheet else _text(data)
        if not text.strip():
            raise Refusal(say("web_empty_file"))
        form = "jsonl" if not sheet and text.lstrip()[:1] in ("{", "[") else "csv"
        if form == "csv" and command is not None and command not in COMMANDS:
            raise Refusal(say("command_unknown", command=command, similar="ballot.submit"))
        shown = "".join(c for c in name if c.isprintable())[-80:]
        upload = Upload(secrets.token_urlsafe(12), shown, form, command, owner)
        own = self.folder / upload.id
        own.mkdir(mode=0o700)
        (own / "content").write_text(text, "utf-8")
        (own / "about.json").write_text(json.dumps(asdict(upload)), "utf-8")
        return upload

    def find(self, code: str, owner: str | None) -> Upload | None:
        """Return somebody's file; None where there is none."""
        if not _ID.fullmatch(code):
            return None
        try:
            about = json.loads((self.folder / code / "about.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        upload = Upload(**about)
        return upload if upload.owner == owner else None

    def commands(self, upload: Upload) -> list[Read]:
        """Return the commands of a file, each with an id, so that it is recorded once.

        However often, and by whatever process, the file is imported: a process may go away between
        recording it and telling so.

        Raises:
            Refusal: its columns are none of its command's, two of them are the same, or there are
                too many commands.
        """
        text = (self.folder / upload.id / "content").read_text("utf-8")
        reads = _json_lines(text) if upload.form == "jsonl" else _csv_rows(text, upload.command)
        made = [_identified(read, upload) for read in islice(reads, MOST_COMMANDS + 1)]
        if len(made) > MOST_COMMANDS:
            raise Refusal(say("web_commands", most=MOST_COMMANDS))
        return made

    def beside(self, upload: Upload, name: str) -> Path:
        """Return where something is kept that was found in a file."""
        return self.folder / upload.id / name

    def _forget(self) -> None:
        for own in self.folder.iterdir():
            with suppress(FileNotFoundError):  # another process forgets, too
                if time.time() - own.stat().st_mtime > _DAYS_KEPT * 86_400:
                    shutil.rmtree(own, ignore_errors=True)


def header_of(command: Command) -> list[str]:
    """Return the columns of a CSV file of a command; those of a list are joined with its name."""
    columns: list[str] = []
    for name, field in {**command.common, **command.fields}.items():
        inner = nested_of(field)
        columns += [name] if inner is None else [f"{name}{_JOINED}{own}" for own in inner]
    return columns


def _identified(read: Read, upload: Upload) -> Read:
    if not isinstance(read.command, dict) or read.command.get("command_id") is not None:
        return read
    own = {"command_id": f"import-{upload.id}-{read.line}"}
    return read._replace(command=read.command | own)


def _text(data: bytes) -> str:
    if data.startswith(_PACKED):
        raise Refusal(say("web_packed"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refusal(say("web_no_text"))
    if "\x00" in text:
        raise Refusal(say("web_no_text"))
    if text.count("\n") > _MOST_LINES:
        raise Refusal(say("web_lines", most=_MOST_LINES))
    return text


def _json_lines(text: str) -> Iterator[Read]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield Read(number, parse(line))


def _csv_rows(text: str, command: str | None) -> Iterator[Read]:
    """Yield the commands of a table; neighbouring rows that differ in a list only are one."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        heading = next(reader, [])
        if len(heading) > _MOST_COLUMNS:
            raise Refusal(say("web_columns", most=_MOST_COLUMNS))
        columns = _Columns([cell.strip() for cell in heading], command)
        last: Read | None = None
        for number, row in enumerate(reader, start=2):
            if len(row) <= len(heading) and not any(cell.strip() for cell in row):
                continue
            read = columns.read(number, row)
            if last is not None and columns.joins(last.command, read.command):
                last = last._replace(lines=(*(last.lines or ()), number))
                continue
            if last is not None:
                yield last
            last = read
        if last is not None:
            yield last
    except csv.Error as error:
        raise Refusal(say("web_csv_broken", line=reader.line_num, reason=error)) from None


class _Columns:
    """Which field each column of a table is."""

    def __init__(self, heading: Sequence[str], command: str | None) -> None:
        self.heading = heading
        self.command = command
        self.known: dict[str, Mapping[str, tuple[str, str | None]]] = {}
        if command is None and not set(heading) & _labels("command"):
            raise Refusal(say("web_which_command"))
        if command is not None:
            self._must_be_known(COMMANDS[command])

    def read(self, line: int, row: Sequence[str]) -> Read:
        """Return the command of a row."""
        if any(cell.strip() for cell in row[len(self.heading) :]):
            return Read(line, Malformed(say("web_row_long", n=len(self.heading))))
        cells = dict(zip(self.heading, row, strict=False))
        if cells.pop("", "").strip():
            return Read(line, Malformed(say("web_cell_unheaded")))
        name = self.command or next(
            (cells[one].strip() for one in _labels("command") if cells.get(one)), ""
        )
        if name not in COMMANDS:
            return Read(line, {"command": name})
        return Read(line, self._raw(COMMANDS[name], cells), (line,))

    def joins(self, before: Any, after: Any) -> bool:
        """Tell if a row goes on with the command before, and join it then."""
        if not (isinstance(before, dict) and isinstance(after, dict)):
            return False
        lists = [name for name, value in after.items() if isinstance(value, list) and value
                 and isinstance(value[0], dict)]  # fmt: skip
        if not lists or before.keys() != after.keys():
            return False
        if any(before[name] != after[name] for name in after if name not in lists):
            return False
        for name in lists:
            before[name] += after[name]
        return True

    def _raw(self, command: Command, cells: Mapping[str, str]) -> dict[str, Any]:
        raw: dict[str, Any] = {"command": command.name}
        rows: dict[str, dict[str, Any]] = {}
        places, declared = self._places(command), {**command.common, **command.fields}
        for column, text in cells.items():
            if not text.strip():
                continue
            if column not in places:
                raw[column] = text  # which the form refuses: nothing that was typed is passed over
                continue
            name, own = places[column]
            if own is None:
                raw[name] = typed(declared[name], text)
            else:
                inner = nested_of(declared[name]) or {}
                rows.setdefault(name, {})[own] = typed(inner[own], text)
        return raw | {name: [row] for name, row in rows.items()}

    def _places(self, command: Command) -> Mapping[str, tuple[str, str | None]]:
        if command.name not in self.known:
            places = self.known[command.name] = _places(command)
            found = Counter(places[one] for one in self.heading if one in places)
            if twice := [one for one in self.heading if found[places.get(one, ("", None))] > 1]:
                raise Refusal(say("web_column_twice", columns=tuple(twice)))
        return self.known[command.name]

    def _must_be_known(self, command: Command) -> None:
        unknown = [one for one in self.heading if one and one not in self._places(command)]
        if unknown:
            raise Refusal(
                say("web_column_unknown", column=unknown[0], known=tuple(header_of(command)))
            )


def _places(command: Command) -> dict[str, tuple[str, str | None]]:
    """Return the field that each column is, by its name and by its labels."""
    found: dict[str, tuple[str, str | None]] = {}
    for name, field in {**command.common, **command.fields}.items():
        inner = nested_of(field)
        for label in _labels(name):
            if inner is None:
                found[label] = (name, None)
                continue
            for own in inner:
                found |= {f"{label}{_JOINED}{one}": (name, own) for one in _labels(own)}
    return found


def _labels(name: str) -> set[str]:
    return {name, label_of(name, "zh"), label_of(name, "en")}


Declared = Mapping[str, fields.Field[Any]]
