"""Uploaded workbooks (.xlsx): their first sheet as the text of a CSV file, of the same rows.

A small workbook can name a cell a million rows below, or one long text a million times, and
whoever reads it aborts with the memory gone. So it is read by a process of its own, whose memory
and time are limited, one at a time; what becomes of that is a sentence. Jobs wait for it, requests
never.
"""

import io
import json
import pickle
import subprocess
import sys
import threading
from zipfile import BadZipFile, ZipFile

from archive.web.settings import MOST_UPLOAD
from domain.refusal import Refusal
from domain.sentence import Sentence, say

ZIPPED, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How workbooks begin: today's, and those that are old or have a password."""
_MOST_UNPACKED = MOST_UPLOAD
_MOST_PARTS = 2_000
_SECONDS = 15
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = ("mimetype", "xl/workbook.bin", "content.xml")
"""Parts by which workbooks of other programs are known."""
_ONE_AT_A_TIME = threading.Lock()
_READ = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from archive.web.sheet import read_out
read_out()
"""


def text_of_workbook(data: bytes) -> str:
    """Return the first sheet of a workbook as CSV, each row where it stands in the sheet.

    Raises:
        Refusal: it is none of ours, has a password, is broken or too large, or a cell of it can't
            be taken for what it shows.
    """
    if data.startswith(COMPOUND):
        raise Refusal(say("web_workbook_locked" if _ENCRYPTED in data else "web_workbook_other"))
    with _ONE_AT_A_TIME:
        _must_be_ours(data)
        told = _read(data)
    if "text" not in told:
        raise Refusal(_wrong(told))
    return str(told["text"])


def _must_be_ours(data: bytes) -> None:
    """Look at what a workbook says of itself, before anything of it is unpacked."""
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refusal(say("web_workbook_broken")) from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Refusal(say("web_workbook_other" if names & {*_OTHERS} else "web_packed"))
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal(say("web_workbook_locked"))
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Refusal(say("web_workbook_large", most=_MOST_UNPACKED // 2**20))


def _read(data: bytes) -> dict[str, object]:
    """Return what the process that reads the sheet tells; it may die of what it reads."""
    try:
        done = subprocess.run(  # noqa: S603
            # -P: what lies in the working folder is nobody's module.
            [sys.executable, "-P", "-c", _READ],
            input=pickle.dumps(sys.path) + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, OSError, ValueError):
        told = {}
    return told if isinstance(told, dict) else {}


def _wrong(told: dict[str, object]) -> Sentence:
    row, column, cell = (told.get(name, "") for name in ("row", "column", "cell"))
    match told.get("wrong"):
        case "error":
            return say("web_cell_error", line=row, column=column, cell=cell)
        case "digits":
            return say("web_cell_digits", line=row, column=column)
        case "large":
            return say("web_too_large", most=MOST_UPLOAD // 2**20)
        case _:
            return say("web_workbook_broken")
