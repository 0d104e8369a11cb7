"""Tests as sentences: ``given(…commands…).when(command).then(events)`` or ``.refused(…)``.

The archive is a real one, in a folder of its own; nothing is faked but the clock, where a test
says so.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from archive.archive import Archive
from domain.refusal import Refusal
from domain.sentence import speak
from projections.as_of import parse_as_of
from projections.reader import Reader

Command = dict[str, Any]


@contextmanager
def an_archive(
    *commands: Command, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[Archive]:
    """Yield an archive in which ``commands`` were recorded, each accepted."""
    with TemporaryDirectory() as folder, Archive(Path(folder), create=True, clock=clock) as archive:
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
    """A command that was tried."""

    def __init__(
        self, before: tuple[Command, ...], command: Command, clock: Callable[[], datetime]
    ) -> None:
        with an_archive(*before, clock=clock) as archive:
            last = archive.log.last_position()
            (outcome,) = archive.record([command])
            self.refusal: Refusal | None = outcome.refusal
            rows = [row for page in archive.log.scan(last) for row in page]
            assert [row[0] for row in rows] == list(outcome.positions)
            self.events = [(row[1], row[3], msgspec.json.decode(row[4])) for row in rows]

    def then(self, *expected: tuple[str, str, Mapping[str, Any]]) -> None:
        """Expect these events: stream, topic, and some of the fields as stored."""
        assert self.refusal is None, str(self.refusal)
        found = [
            (stream, topic, {key: state.get(key) for key in wanted})
            for (stream, topic, state), (_, _, wanted) in zip(self.events, expected, strict=True)
        ]
        assert found == [(stream, topic, dict(wanted)) for stream, topic, wanted in expected]

    def refused(self, sentence: str, field: str | None = None, lang: str = "en") -> None:
        """Expect a refusal with this whole sentence and field, and nothing recorded."""
        assert self.refusal is not None, self.events
        assert self.events == []
        assert speak(self.refusal.sentence, lang) == sentence  # type: ignore[arg-type]
        assert self.refusal.field == field


class Given:
    """What was recorded before."""

    def __init__(self, before: tuple[Command, ...], clock: Callable[[], datetime]) -> None:
        self.before = before
        self.clock = clock

    def when(self, command: Command) -> When:
        """Try a command in a new archive with this past."""
        return When(self.before, command, self.clock)


def given(*before: Command, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Given:
    """Begin the sentence with what was recorded before."""
    return Given(before, clock)
