"""Small files that are there whole or not at all, whatever falls."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def put_in_place(path: Path, data: bytes) -> None:
    """Write a file in place of the one that there may be; either of them is there, whole.

    Of several who do so at once one is the last.

    Raises:
        OSError: it can't be written.
    """
    beside = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
