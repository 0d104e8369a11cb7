"""A text file in whatever encoding, or standard input, whose lines may be read twice."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.cli.options import Failure
from domain.sentence import Sentence, say


class TextFile:
    """The lines of a file, or of standard input where it is named ``-``.

    Args:
        encoding: the file's encoding; a byte order mark is passed over.
    """

    def __init__(self, file: str, encoding: str = "utf-8") -> None:
        self.file = file
        # Of the national encodings each holds the one before: files rarely say which they are.
        self.encoding = "gb18030" if encoding.lower() in ("gb2312", "gbk") else encoding
        self._typed: bytes | None = None

    def texts(self) -> Iterator[str]:
        """Yield the lines with their ends.

        Raises:
            Failure: the file can't be read, or isn't in this encoding.
        """
        try:
            with self._open() as data, io.TextIOWrapper(data, self.encoding, newline="\n") as file:
                for number, text in enumerate(file):
                    yield text if number else text.removeprefix("\ufeff")
        except OSError as error:
            sentence = say("file_unreadable", file=self.file, reason=error.strerror)
            raise Failure(sentence) from None
        except UnicodeDecodeError:
            raise Failure(self._not_encoded()) from None
        except (LookupError, ValueError):  # none, or one of Python's own that isn't for files
            raise Failure(say("encoding_unknown", encoding=self.encoding)) from None

    def _open(self) -> BinaryIO:
        if self._typed is None and self._once():
            typed = self.file == "-"
            self._typed = sys.stdin.buffer.read() if typed else Path(self.file).read_bytes()
        return Path(self.file).open("rb") if self._typed is None else io.BytesIO(self._typed)

    def _once(self) -> bool:
        """Tell if it can't be read twice: standard input or a pipe."""
        path = Path(self.file)
        return self.file == "-" or path.is_fifo() or path.is_char_device()

    def _not_encoded(self) -> Sentence:
        """Say which line is wrong; what the reader told was relative to its buffer."""
        with self._open() as file:
            data = file.read()
        line = 1
        try:
            data.decode(self.encoding)
        except UnicodeDecodeError as error:
            line += data.count(b"\n", 0, error.start)
        return say("file_not_encoded", file=self.file, encoding=self.encoding, line=line)
