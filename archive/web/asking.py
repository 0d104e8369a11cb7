"""A question as it is asked in a URL: its parameters, the time, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from archive.archive import Archive
from archive.form import first_error
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.notes import notes_of
from archive.web.typed import typed
from archive.who import Actor
from domain.sentence import Sentence, say
from projections.as_of import AsOf, parse_as_of
from projections.reader import Reader

AS_OF = "as_of"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it is asked.

    Args:
        typed: what stands in the URL, by the parameters' public names.
        given: the parameters as the question takes them.
        wrong: what is wrong, by public name.
        as_of: the time; None where it is wrong.
        as_of_text: as it stands in the URL; None for now.
    """

    question: Question
    typed: Mapping[str, str]
    given: Mapping[str, Any]
    wrong: Mapping[str, Sentence]
    as_of: AsOf | None
    as_of_text: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with what the reader should know beside it, and the log's last position."""

    answer: Answer
    notes: tuple[Sentence, ...]
    position: int


def public_name(name: str, parameter: Parameter) -> str:
    """Return how a parameter is called in URLs: as on the command line, with ``_``."""
    return parameter.flag or name


def asking_of(question: Question, arguments: MultiDict[str, str]) -> Asking:
    """Read a question's parameters and the time from a URL's arguments."""
    given, wrong = {}, {}
    publics = [public_name(name, one) for name, one in question.parameters.items()]
    texts = {public: ",".join(arguments.getlist(public)) for public in publics}
    for name, parameter in question.parameters.items():
        public = public_name(name, parameter)
        value = typed(parameter.field, texts[public])
        try:
            if value is not None:
                given[name] = parameter.field.deserialize(value)
            elif parameter.field.required:
                wrong[public] = say("field_missing")
        except ValidationError as error:
            wrong[public] = first_error(error.messages)[0]
    text = (arguments.get(AS_OF) or "").strip() or None
    as_of = parse_as_of(text, datetime.now(UTC))
    if as_of is None:
        wrong[AS_OF] = say("web_not_an_as_of")
    return Asking(question, texts, given, wrong, as_of, text)


def tell(archive: Archive, asking: Asking, actor: Actor | None) -> Told:
    """Return the answer as whoever asks may see it.

    Raises:
        Refusal: it can't be answered.
    """
    assert asking.as_of is not None
    with archive.ask(asking.as_of) as reader:
        return tell_from(reader, archive, asking, actor)


def tell_from(reader: Reader, archive: Archive, asking: Asking, actor: Actor | None) -> Told:
    """Return the answer as whoever asks may see it, by a reader that is open already.

    Raises:
        Refusal: it can't be answered.
    """
    answer = asking.question.ask(archive, reader, actor, **asking.given)
    return Told(answer, tuple(notes_of(archive, reader)), archive.log.last_position())
