"""Uploaded files of commands: kept while they are looked at, read line by line, imported once."""

import io
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from archive.commands import COMMANDS
from archive.json_text import parse
from archive.web.tables import Read, Table
from archive.web.workbooks import COMPOUND, ZIPPED, text_of_workbook
from domain.refusal import Refusal
from domain.sentence import say

_ID = re.compile(r"[A-Za-z0-9_-]{16}")
_DAYS_KEPT = 7
_PACKED = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh")
"""How files begin that hold others: but for workbooks none is unpacked, so none can grow."""
_WORKBOOK = "workbook"
_MOST_LINES = 1_000_000
MOST_COMMANDS = 200_000
"""Commands of a file; more, which take more memory than a desk should, come by ``shiji do``."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file.

    Args:
        name: what it was called; only shown.
        form: ``csv``, ``jsonl`` or ``workbook``.
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
        """Keep a file, of which no more is read than a table's heading: whoever sends it waits.

        Raises:
            Refusal: it is neither text nor a workbook, its heading has columns that are none of
                its command's or the same, or nobody can tell which command its rows are.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget()
        data = stream.read()
        if data.startswith((ZIPPED, COMPOUND)):
            form = _WORKBOOK
        else:
            text = _filled(_text(data))
            form = "jsonl" if text.lstrip()[:1] in ("{", "[") else "csv"
            data = text.encode()
        if form != "jsonl" and command is not None and command not in COMMANDS:
            raise Refusal(say("command_unknown", command=command, similar="ballot.submit"))
        if form == "csv":
            Table(text, command)
        shown = "".join(c for c in name if c.isprintable())[-80:]
        upload = Upload(secrets.token_urlsafe(12), shown, form, command, owner)
        own = self.folder / upload.id
        own.mkdir(mode=0o700)
        (own / "content").write_bytes(data)
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
            Refusal: it is a workbook that can't be read, nobody can tell which command its rows
                are, its columns are none of its command's, two of them are the same, or there
                are too many commands.
        """
        text = self._text_of(upload)
        table = upload.form != "jsonl"
        reads = Table(text, upload.command).commands() if table else _json_lines(text)
        made = [_identified(read, upload) for read in islice(reads, MOST_COMMANDS + 1)]
        if len(made) > MOST_COMMANDS:
            raise Refusal(say("web_commands", most=MOST_COMMANDS))
        return made

    def beside(self, upload: Upload, name: str) -> Path:
        """Return where something is kept that was found in a file."""
        return self.folder / upload.id / name

    def _text_of(self, upload: Upload) -> str:
        """Return a file's text: a workbook's is read once, by whoever looks at it first."""
        content = self.beside(upload, "content")
        if upload.form == _WORKBOOK:
            sheet = self.beside(upload, "sheet.csv")
            if not sheet.is_file():
                text = _filled(text_of_workbook(content.read_bytes()))
                sheet.write_bytes(text.encode())
            content = sheet
        return content.read_bytes().decode()  # as bytes, or systems would write their own line ends

    def _forget(self) -> None:
        for own in self.folder.iterdir():
            with suppress(FileNotFoundError):  # another process forgets, too
                if time.time() - own.stat().st_mtime > _DAYS_KEPT * 86_400:
                    shutil.rmtree(own, ignore_errors=True)


def _identified(read: Read, upload: Upload) -> Read:
    if not isinstance(read.command, dict) or read.command.get("command_id") is not None:
        return read
    own = {"command_id": f"import-{upload.id}-{read.line}"}
    return read._replace(command=read.command | own)


def _filled(text: str) -> str:
    if not text.strip():
        raise Refusal(say("web_empty_file"))
    return text


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
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            yield Read(number, parse(line))
