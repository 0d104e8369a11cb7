"""Recording commands: each accepted or refused on its own, saved many at a time.

A batch is decided against its streams and saved in one transaction. Whoever else wrote to one of
these streams meanwhile, closed a year or used a command's id, makes the save fail whole; then the
batch is decided anew against what is stored now, and if others keep ahead of it, half by half.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from hashlib import sha256
from random import random
from time import sleep
from types import SimpleNamespace
from typing import Any

import msgspec
from eventsourcing.persistence import IntegrityError
from marshmallow import ValidationError

from archive.commands import COMMANDS
from archive.fields import shown
from archive.form import first_error
from archive.store.guards import ClosedStream, CommandRecord, CommandRepeated
from archive.store.mapper import FactMapper
from archive.store.sqlite import ArchiveSQLiteRecorder
from archive.streams import Streams
from domain.fact import Fact, Stamp
from domain.history import History
from domain.refusal import Refusal
from domain.sentence import Sentence, say
from domain.times import day_of

Raw = Mapping[str, Any]
"""A command as loaded from JSON."""

BATCH_COMMANDS = 2_000
BATCH_EVENTS = 10_000
KEPT_STREAMS = 50_000
ATTEMPTS = 40
ATTEMPTS_WHOLE = 3
"""How often a batch is tried before its halves are: the less to decide, the fewer come between."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one command: the positions of its events, or why it was refused."""

    positions: tuple[int, ...] = ()
    refusal: Refusal | None = None


NOT_ATTEMPTED = Outcome(refusal=Refusal(say("not_recorded_stopped")))
"""The outcome of every command behind the one at which recording stopped."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """What stands in a command's place when its line is no JSON."""

    reason: Sentence


@dataclass(slots=True)
class _Decision:
    """One decided command: its events among the batch's, or its refusal."""

    events: range = range(0)
    refusal: Refusal | None = None
    repeats: tuple[int, ...] = ()
    same_as: int | None = None


class Recording:
    """Decides and saves commands.

    Args:
        recorder: the log.
        mapper: from events to stored events.
        clock: the server's time, aware.
    """

    def __init__(
        self,
        recorder: ArchiveSQLiteRecorder,
        mapper: FactMapper,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.recorder = recorder
        self.clock = clock
        self.streams = Streams(recorder, mapper)
        self.mapper = mapper
        self.seen = -1
        self.last_time = datetime.min.replace(tzinfo=UTC)

    def record(
        self, commands: Iterable[Raw], *, atomic: bool = False, stop_at_first: bool = False
    ) -> Iterator[Outcome]:
        """Yield an outcome per command, in order, once its batch is saved.

        Args:
            commands: the commands as loaded from JSON.
            atomic: record all or none.
            stop_at_first: nothing after the first refused command is recorded.
        """
        batch: list[Raw] = []
        weight = 0
        for command in commands:
            batch.append(command)
            weight += _weight(command)
            if weight >= BATCH_EVENTS and not atomic:
                outcomes = self._save(batch, atomic, stop_at_first)
                yield from outcomes
                if stop_at_first and any(outcome.refusal for outcome in outcomes):
                    return
                batch, weight = [], 0
        yield from self._save(batch, atomic, stop_at_first)

    def _save(self, batch: list[Raw], atomic: bool, stop_at_first: bool) -> list[Outcome]:
        divisible = len(batch) > 1 and not atomic
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._try(batch, atomic, stop_at_first)
            except (IntegrityError, ClosedStream, CommandRepeated):
                if attempt == ATTEMPTS:
                    raise
                sleep(random() * 0.02 * attempt)  # noqa: S311 - only to step aside
            finally:
                self.streams.forget_unsaved()
            if divisible and attempt == ATTEMPTS_WHOLE:
                return self._save_halves(batch, stop_at_first)
        raise AssertionError("the last attempt returns or raises")

    def _save_halves(self, batch: list[Raw], stop_at_first: bool) -> list[Outcome]:
        half = len(batch) // 2
        first = self._save(batch[:half], False, stop_at_first)
        if stop_at_first and any(outcome.refusal for outcome in first):
            return first
        return first + self._save(batch[half:], False, stop_at_first)

    def _try(self, batch: list[Raw], atomic: bool, stop_at_first: bool) -> list[Outcome]:
        self._refresh()
        decided = _Batch(self)
        for raw in batch:
            if decided.decide(raw) and stop_at_first:
                break
        if atomic and decided.refused:
            return decided.outcomes(None)
        positions = decided.insert()
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
                recorded = msgspec.json.decode(row[4], type=_Recorded).timestamp
                self.last_time = max(self.last_time, recorded)

    def now(self) -> datetime:
        """Return the server's time, always later than any recorded before."""
        self.last_time = max(self.clock(), self.last_time + timedelta(microseconds=1))
        return self.last_time

    def is_behind(self, stamp: Stamp) -> bool:
        """Tell if the streams hold what was recorded later; the next time is later still."""
        self.last_time = max(self.last_time, self.streams.latest)
        return self.streams.latest > stamp.timestamp


class _Recorded(msgspec.Struct):
    timestamp: datetime


class _Batch:
    """The decisions of one attempt."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.events: list[Fact] = []
        self.guards: set[str] = set()
        self.commands: dict[str, tuple[CommandRecord, int]] = {}
        self.decisions: list[_Decision] = []

    @property
    def refused(self) -> bool:
        """Tell if any command was refused."""
        return any(decision.refusal for decision in self.decisions)

    def decide(self, raw: Raw) -> bool:
        """Decide one command; return True if it was refused."""
        try:
            decision = self._decide(raw)
        except Refusal as refusal:
            decision = _Decision(refusal=refusal)
        self.decisions.append(decision)
        return decision.refusal is not None

    def _decide(self, raw: Raw) -> _Decision:
        name, given = load(raw)
        command_id = given["command_id"]
        if command_id is not None:
            digest = _digest(given)
            before = self._before(command_id, digest)
            if before is not None:
                return before
        streams = self.recording.streams
        while True:
            stamp = _stamp(given, self.recording.now())
            try:
                _carry_out(name, given, streams, stamp)
                break
            except Refusal:
                # What was read may have been written after the stamp was made: then once more.
                if not self.recording.is_behind(stamp):
                    raise
        first = len(self.events)
        self.events.extend(streams.collect())
        self.guards |= streams.guards
        events = range(first, len(self.events))
        if command_id is not None:
            record = CommandRecord(command_id, digest, events)
            self.commands[command_id] = (record, len(self.decisions))
        return _Decision(events)

    def _before(self, command_id: str, digest: bytes) -> _Decision | None:
        if command_id in self.commands:
            record, index = self.commands[command_id]
            decision = _Decision(same_as=index)
            known = record.digest
        else:
            recorded = self.recording.recorder.find_command(command_id)
            if recorded is None:
                return None
            decision = _Decision(repeats=recorded.positions)
            known = recorded.digest
        if known != digest:
            raise Refusal(say("command_id_reused", command_id=command_id), "command_id")
        return decision

    def insert(self) -> list[int]:
        """Save the batch's events, or none of them."""
        if not self.events:
            return []
        mapper = self.recording.mapper
        return list(
            self.recording.recorder.insert_events(
                [mapper.to_stored_event(event) for event in self.events],
                require_open=sorted(self.guards),
                commands=[record for record, _ in self.commands.values()],
            )
        )

    def outcomes(self, positions: list[int] | None) -> list[Outcome]:
        """Return an outcome per decision; without positions none was recorded."""
        return [self._outcome(decision, positions) for decision in self.decisions]

    def _outcome(self, decision: _Decision, positions: list[int] | None) -> Outcome:
        if decision.refusal:
            return Outcome(refusal=decision.refusal)
        if positions is None:
            return Outcome(refusal=Refusal(say("not_recorded_atomic")))
        if decision.same_as is not None:
            return self._outcome(self.decisions[decision.same_as], positions)
        if decision.repeats:
            return Outcome(decision.repeats)
        return Outcome(tuple(positions[index] for index in decision.events))


def load(raw: Raw) -> tuple[str, dict[str, Any]]:
    """Return the command's name and its fields as the domain takes them.

    Raises:
        Refusal: no such command, or a field that is missing, unknown or wrong.
    """
    if isinstance(raw, Malformed):
        raise Refusal(say("line_malformed", reason=raw.reason))
    if not isinstance(raw, Mapping):
        raise Refusal(say("not_an_object"))
    name = raw.get("command")
    if not isinstance(name, str):
        raise Refusal(say("command_missing"), "command")
    command = COMMANDS.get(name)
    if command is None:
        similar = (*get_close_matches(name, COMMANDS, 1, 0.0), "ballot.submit")[0]
        raise Refusal(say("command_unknown", command=shown(name), similar=similar), "command")
    try:
        return name, dict(command.form.load(raw))
    except ValidationError as error:
        sentence, field = first_error(error.messages)
        if field:
            sentence = say("field_named", field=field, sentence=sentence)
        raise Refusal(sentence, field) from None


def _carry_out(name: str, given: Mapping[str, Any], streams: Streams, stamp: Stamp) -> None:
    streams.begin_command()
    if stamp.legacy:
        history = streams.get(History, "archive")
        history.must_be_open()
        streams.guards.add(history.id)
    COMMANDS[name].decide(streams, stamp, SimpleNamespace(**given))


def _stamp(given: Mapping[str, Any], now: datetime) -> Stamp:
    legacy, known_at = bool(given["legacy"]), given["known_at"]
    if legacy and known_at is None:
        raise Refusal(say("legacy_without_known_at"), "known_at")
    if known_at is not None and not legacy:
        raise Refusal(say("known_at_without_legacy"), "known_at")
    if known_at is not None and known_at > now:
        raise Refusal(say("known_at_in_future", known_at=known_at), "known_at")
    return Stamp(
        by=given["by"],
        on=given["on"] or day_of(now),
        timestamp=now,
        known_at=known_at or now,
        legacy=legacy,
        command_id=given["command_id"],
        source=given["source"],
    )


def _digest(given: Mapping[str, Any]) -> bytes:
    content = {key: value for key, value in given.items() if key != "command_id"}
    return sha256(msgspec.json.encode(content, order="deterministic")).digest()


def _weight(raw: Raw) -> int:
    """Return about how much of a batch a command takes, in events."""
    least = BATCH_EVENTS // BATCH_COMMANDS
    if not isinstance(raw, Mapping):
        return least
    lists = (value for value in raw.values() if isinstance(value, list))
    return max(least, max(map(len, lists), default=0))
