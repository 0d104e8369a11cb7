"""What a declaration of a question is, and what an answer is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from marshmallow import fields

from archive.archive import Archive
from archive.questions.sight import answered
from archive.who import NOBODY, Actor, Who
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
        who: who may ask, where the archive has accounts.
        raters: whether it shows who scored whom: always, or where this parameter is given.
        settled: whether who may see a part only sees it of a year that was closed: of an open one,
            the result from one event to the next would tell each single score.
        declared: its parameters.
    """

    def __init__(
        self,
        name: str,
        about: str,
        fetch: Fetch,
        who: Who = NOBODY,
        /,
        *,
        raters: bool | str = False,
        settled: bool = False,
        **declared: Parameter,
    ) -> None:
        self.name = name
        self.about = about
        self.fetch = fetch
        self.who = who
        self.raters = raters
        self.settled = settled
        self.parameters = declared

    def ask(
        self, archive: Archive, reader: Reader, actor: Actor | None = None, /, **given: Any
    ) -> Answer:
        """Return the answer; what isn't given doesn't limit.

        Args:
            actor: who asks, where the archive has accounts; the answer holds what they may see.

        Raises:
            SignInNeeded: the archive has accounts, and nobody is signed in.
            Denied: whoever asks may see nothing of it, which is recorded.
        """
        asked = SimpleNamespace(**dict.fromkeys(self.parameters) | given)
        return answered(self, archive, reader, archive.access.now(actor), asked)
