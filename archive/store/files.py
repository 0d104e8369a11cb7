"""Small files that are there whole or not at all, whatever falls."""

import os
from pathlib import Path


def put_in_place(path: Path, data: bytes) -> None:
    """Write a file in place of the one that there may be; either of them is there, whole.

    Raises:
        OSError: it can't be written.
    """
    beside = path.with_name(path.name + ".next")
    with open(beside, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
