"""One reader for a page: its answer, names and choices are of one state of the views."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from archive.web.choices import Choices
from archive.web.current import archive, kept
from projections.as_of import AsOf
from projections.reader import Reader


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page is made from.

    Args:
        reader: of the facts as of the time asked for.
        beside: the same for what stands around the answer (names, choices), which what the reader
            of it must know isn't told of.
        choices: what may be chosen then.
    """

    reader: Reader
    beside: Reader
    choices: Choices


@contextmanager
def reading(as_of: AsOf) -> Iterator[Reading]:
    """Yield what a page as of this time is made from."""
    position = archive().log.last_position()
    with archive().ask(as_of) as reader:
        beside = Reader(reader.connection, reader.as_of)
        yield Reading(reader, beside, kept().choices.of(beside, position))
