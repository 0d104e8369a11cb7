"""What a declaration of a question is, and what an answer is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from marshmallow import fields

from archive.archive import Archive
from projections.reader import Reader

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question is answered with.

    Args:
        rows: the lines, each with at least the keys.
        keys: the columns, in order.
        narrow: the columns where there is room for few; all where it is None.
        one: the answer as one object, where a list would not do; the lines are its findings.
        found: what the lines were made of, for those who draw it in a form of its own.
    """

    rows: Sequence[Row]
    keys: tuple[str, ...]
    narrow: tuple[str, ...] | None = None
    one: Row | None = None
    found: Any = None


Fetch = Callable[[Archive, Reader, SimpleNamespace], Answer]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be asked for.

    Args:
        field: what it may be; its name in the answer's declaration is its public name.
        about: what it does, for whoever looks it up.
        metavar: how its value is called there.
        argument: on the command line it stands by itself, without its name.
        flag: how it is called on the command line, where its name is a word of Python's.
    """

    field: fields.Field[Any]
    about: str = ""
    metavar: str | None = None
    argument: bool = False
    flag: str | None = None


class Question:
    """A question: what it is called, what may be asked, and who answers.

    Args:
        name: the public name, e.g. ``rank``.
        about: what it tells, in one sentence.
        fetch: reads the facts and returns the answer; what it notes goes to the reader.
        declared: its parameters.
    """

    def __init__(self, name: str, about: str, fetch: Fetch, /, **declared: Parameter) -> None:
        self.name = name
        self.about = about
        self.fetch = fetch
        self.parameters = declared

    def ask(self, archive: Archive, reader: Reader, **given: Any) -> Answer:
        """Return the answer; what isn't given doesn't limit."""
        return self.fetch(
            archive, reader, SimpleNamespace(**dict.fromkeys(self.parameters) | given)
        )
