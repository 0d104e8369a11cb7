"""A file of commands, read line by line; twice, so that a wrong encoding records nothing."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from archive.cli.text_file import TextFile
from archive.json_text import parse


class Line(NamedTuple):
    """A line that isn't blank: its number, from 1, and its command."""

    number: int
    command: Any


class CommandFile:
    """The commands of a file, or of standard input where it is named ``-``.

    Args:
        encoding: the file's encoding; a byte order mark is passed over.

    Raises:
        Failure: it can't be read, or isn't in this encoding.
    """

    def __init__(self, file: str, encoding: str = "utf-8") -> None:
        self._file = TextFile(file, encoding)
        self.count = sum(1 for _ in self._texts())

    def lines(self) -> Iterator[Line]:
        """Yield the lines with their commands."""
        for number, text in self._texts():
            yield Line(number, parse(text))

    def _texts(self) -> Iterator[tuple[int, str]]:
        for number, text in enumerate(self._file.texts(), start=1):
            line = text.rstrip("\r\n")
            if line.strip():
                yield number, line
