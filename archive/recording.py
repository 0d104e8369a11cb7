"""Recording commands: each accepted or refused on its own, saved many at a time.

A batch is decided against its streams and saved in one transaction. Whoever else wrote meanwhile to
a stream that was read, closed a year or used a command's id, makes the save fail whole; then the
batch is decided anew against what is stored now, and if others keep ahead of it, half by half.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain
from random import random
from time import sleep
from typing import NamedTuple

import msgspec
from eventsourcing.persistence import IntegrityError

from archive.clock import Clock
from archive.commands import COMMANDS
from archive.commands.decisions import CITING
from archive.commands.declare import Command
from archive.deciding import Allow, Batch, Outcome, Raw
from archive.store.guards import ClosedStream, CommandRepeated, StreamChanged
from archive.store.log import Log
from archive.store.mapper import FactMapper
from archive.streams import Cite, Streams
from domain.refusal import Refusal
from domain.sentence import say

BATCH_COMMANDS = 2_000
BATCH_EVENTS = 10_000
KEPT_STREAMS = 50_000
ATTEMPTS = 40
ATTEMPTS_WHOLE = 3
"""How often a batch is tried before its halves are: the less to decide, the fewer come between."""

NOT_ATTEMPTED = Outcome(refusal=Refusal(say("not_recorded_stopped")))
"""The outcome of every command behind the one at which recording stopped."""

_NAMING = ("position", "evidence", "because")
"""The fields that name positions in the log."""

_Conflict = (IntegrityError, ClosedStream, StreamChanged, CommandRepeated)


class Recording:
    """Decides and saves commands.

    Args:
        recorder: the log.
        mapper: from events to stored events.
        cite: what decisions cite findings by.
        server: the server's time, aware.
        saved: called after each commit, before anybody hears of it; it may not fail.
        declared: the commands that there are, by name.
        reopens: whether what is recorded opens an archive again that was restored.
    """

    def __init__(
        self,
        recorder: Log,
        mapper: FactMapper,
        cite: Cite,
        server: Callable[[], datetime] = lambda: datetime.now(UTC),
        saved: Callable[[], None] = lambda: None,
        declared: Mapping[str, Command] = COMMANDS,
        *,
        reopens: bool = False,
    ) -> None:
        self.recorder = recorder
        self.mapper = mapper
        self.clock = Clock(server)
        self.streams = Streams(recorder, mapper, cite)
        self.saved = saved
        self.declared = declared
        self.reopens = reopens
        self.seen = -1

    def record(
        self,
        commands: Iterable[Raw],
        *,
        atomic: bool = False,
        stop_at_first: bool = False,
        allow: Allow | None = None,
    ) -> Iterator[Outcome]:
        """Yield an outcome per command, in order, once its batch is saved.

        Args:
            commands: the commands as loaded from JSON.
            atomic: record all or none.
            stop_at_first: nothing after the first refused command is recorded.
            allow: refuses what whoever asks may not ask for; None where all may.
        """
        how = _How(atomic, stop_at_first, allow)
        batches = (
            iter([list(commands)]) if atomic else _batches(commands, self.recorder.last_position)
        )
        for batch in _gathered(batches):
            for outcome in self._save(batch, how):
                yield outcome
                if outcome.refusal and stop_at_first and not atomic:
                    return

    def rehearse(self, commands: Iterable[Raw], allow: Allow | None = None) -> list[Outcome]:
        """Return what would become of commands that are recorded all at once; nothing is recorded.

        What stands in a command's way may also come between this and its recording.

        Args:
            allow: as in ``record``.
        """
        try:
            self._refresh()
            of = (self.recorder, self.mapper, self.streams, self.clock, self.declared, allow)
            decided = Batch(*of)
            decided.decide([*commands], stop_at_first=False)
            return decided.rehearsed()
        finally:
            self.streams.forget_unsaved()

    def _save(self, batch: list[Raw], how: "_How") -> Iterator[Outcome]:
        """Yield the outcomes of a batch, whole or half by half, each once it is saved."""
        divisible = len(batch) > 1 and not how.atomic
        for attempt in range(1, (ATTEMPTS_WHOLE if divisible else ATTEMPTS) + 1):
            try:
                with _cycles_kept():
                    outcomes = self._try(batch, how)
            except _Conflict:
                if attempt == ATTEMPTS:
                    raise
                sleep(random() * 0.02 * attempt)  # noqa: S311 - only to step aside
            else:
                if any(outcome.positions for outcome in outcomes):
                    self.saved()
                yield from outcomes
                return
            finally:
                self.streams.forget_unsaved()
        half = len(batch) // 2
        yield from self._save(batch[:half], how)
        yield from self._save(batch[half:], how)

    def _try(self, batch: list[Raw], how: "_How") -> list[Outcome]:
        self._refresh()
        of = (self.recorder, self.mapper, self.streams, self.clock, self.declared, how.allow)
        decided = Batch(*of)
        decided.decide(batch, stop_at_first=how.stop_at_first)
        if how.atomic and decided.refused:
            return decided.outcomes(None)
        positions = decided.insert(self.seen, reopens=self.reopens)
        self.streams.saved()
        if positions:
            # Behind a gap somebody else wrote meanwhile: the streams are as old as before it.
            self.seen = positions[-1] if positions[0] == self.seen + 1 else -1
        return decided.outcomes(positions)

    def _refresh(self) -> None:
        """Forget the streams when somebody else wrote, or when they grow too many."""
        last = self.recorder.last_position()
        if last != self.seen or len(self.streams) > KEPT_STREAMS:
            self.streams.forget()
            self.seen = last
            if last:
                row = self.recorder.read([last])[0]
                with suppress(msgspec.DecodeError, TypeError):  # what can't be read tells no time
                    self.clock.passed(msgspec.json.decode(row[4], type=_Recorded).timestamp)


class _How(NamedTuple):
    """How commands are to be recorded."""

    atomic: bool
    stop_at_first: bool
    allow: Allow | None


def _gathered(batches: Iterator[list[Raw]]) -> Iterator[list[Raw]]:
    while True:
        with _cycles_kept():
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


@contextmanager
def _cycles_kept() -> Iterator[None]:
    """Look for no cycles among objects meanwhile: a batch makes many at once, and they all stay.

    Every so many new ones Python would go through all that there are, a quarter of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Recorded(msgspec.Struct):
    timestamp: datetime


def _batches(commands: Iterable[Raw], recorded: Callable[[], int]) -> Iterator[list[Raw]]:
    """Yield the commands in batches of about ``BATCH_EVENTS`` events, as they come.

    A decision begins a batch: everything before it is saved, so that it can be cited. So does a
    command that names a position which isn't recorded yet: it may be that of a line before.

    Args:
        recorded: returns the last position of the log.
    """
    batch: list[Raw] = []
    weight = 0
    for command in commands:
        named = _named(command)
        if batch and (_cites(command) or (named and named > recorded())):
            yield batch
            batch, weight = [], 0
        batch.append(command)
        weight += _weight(command)
        if weight >= BATCH_EVENTS:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _cites(raw: Raw) -> bool:
    name = raw.get("command") if isinstance(raw, Mapping) else None
    return isinstance(name, str) and name in CITING


def _named(raw: Raw) -> int:
    """Return the last of the positions that a command names, 0 where it names none."""
    if not isinstance(raw, Mapping) or raw.keys().isdisjoint(_NAMING):
        return 0
    given = [raw.get(field) for field in _NAMING]
    named = chain.from_iterable(each if isinstance(each, list) else [each] for each in given)
    return max((value for value in named if type(value) is int), default=0)


def _weight(raw: Raw) -> int:
    """Return about how much of a batch a command takes, in events."""
    weight = BATCH_EVENTS // BATCH_COMMANDS
    if isinstance(raw, Mapping):
        for value in raw.values():
            if isinstance(value, list) and len(value) > weight:
                weight = len(value)
    return weight
