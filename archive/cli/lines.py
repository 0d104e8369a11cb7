"""A file of commands, read line by line; twice, so that a wrong encoding records nothing."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from archive.cli.options import Failure
from archive.cli.text_file import TextFile
from archive.deciding import Malformed
from archive.fields import shown
from domain.sentence import say


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


def parse(text: str) -> Any:
    """Return the command on a line; a line that isn't JSON is a refused command.

    Numbers stay exact, and a key that stands twice is refused: nobody could tell which was meant.
    """
    try:
        command = _loads(text)
        if "\\u" in text:  # half a character can be escaped, but neither stored nor shown
            json.dumps(command, ensure_ascii=False, default=str).encode("utf-8")
    except _WrongLine as error:
        return Malformed(error.sentence)
    except json.JSONDecodeError as error:
        return Malformed(say("json_broken", column=error.colno))
    except UnicodeEncodeError:
        return Malformed(say("json_half_character"))
    except ArithmeticError:
        return Malformed(say("json_number_out_of_bounds"))
    except RecursionError:
        return Malformed(say("json_too_deep"))
    return command


class _WrongLine(Failure):
    """What JSON allows and a command doesn't."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _WrongLine(say("json_key_twice", name=shown(twice)))
    return made


def _no_number(constant: str) -> Any:
    raise _WrongLine(say("json_no_number", constant=constant))


def _whole(digits: str) -> int:
    if len(digits) > 1_000:  # Python itself writes no more than 4,300
        raise _WrongLine(say("json_number_out_of_bounds"))
    return int(digits)


_loads = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=Decimal, parse_int=_whole, parse_constant=_no_number
).decode
