"""Tests as sentences: ``given(…commands…).when(command).then(events)`` or ``.refused(…)``.

The archive is a real one, in a place of its own; nothing is faked but the clock, where a test
says so.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from archive.archive import Archive
from domain.refusal import Refusal
from domain.sentence import speak
from projections.as_of import parse_as_of
from projections.reader import Reader
from tests.stores import a_location

Command = dict[str, Any]


@contextmanager
def an_archive(
    *commands: Command, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[Archive]:
    """Yield an archive in which ``commands`` were recorded, each accepted."""
    with a_location() as location, Archive(location, create=True, clock=clock) as archive:
        for command, outcome in zip(commands, archive.record(commands), strict=True):
            assert outcome.refusal is None, (command, str(outcome.refusal))
        yield archive


@contextmanager
def asked(archive: Archive, as_of: str | None = None) -> Iterator[Reader]:
    """Yield a reader of the archive's facts, as of a time written as on the command line."""
    moment = parse_as_of(as_of, archive.clock())
    assert moment is not None, as_of
    with archive.ask(moment) as reader:
        yield reader


class When:
    """A command that was tried in an archive; one that is refused leaves it as it was."""

    def __init__(self, archive: Archive, command: Command) -> None:
        last = archive.log.last_position()
        (outcome,) = archive.record([command])
        self.refusal: Refusal | None = outcome.refusal
        rows = [row for page in archive.log.scan(last) for row in page]
        self.repeated = bool(outcome.positions) and not rows
        assert self.repeated or [row[0] for row in rows] == list(outcome.positions)
        self.positions = outcome.positions
        self.events = [(row[1], row[3], msgspec.json.decode(row[4])) for row in rows]

    def then(self, *expected: tuple[str, str, Mapping[str, Any]]) -> None:
        """Expect these events: stream, topic, and some of the fields as stored."""
        assert self.refusal is None, str(self.refusal)
        found = [
            (stream, topic, {key: state.get(key) for key in fields})
            for (stream, topic, state), (_, _, fields) in zip(self.events, expected, strict=True)
        ]
        wanted = [(stream, topic, dict(fields)) for stream, topic, fields in expected]
        assert found == wanted, found

    def refused(self, sentence: str, field: str | None = None, lang: str = "en") -> None:
        """Expect a refusal with this whole sentence and field, and nothing recorded."""
        assert self.refusal is not None, self.events
        assert self.events == []
        found = speak(self.refusal.sentence, lang)  # type: ignore[arg-type]
        assert (found, self.refusal.field) == (sentence, field), (found, self.refusal.field)


class Given:
    """What was recorded before."""

    def __init__(self, before: tuple[Command, ...], clock: Callable[[], datetime]) -> None:
        self.before = before
        self.clock = clock

    def when(self, command: Command) -> When:
        """Try a command in a new archive with this past."""
        with an_archive(*self.before, clock=self.clock) as archive:
            return When(archive, command)


def given(*before: Command, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Given:
    """Begin the sentence with what was recorded before."""
    return Given(before, clock)
