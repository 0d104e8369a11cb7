"""Deciding a batch of commands: each is loaded, decided against its streams, or refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import msgspec
from marshmallow import ValidationError

from archive.clock import Clock
from archive.commands import COMMANDS
from archive.commands.declare import Command
from archive.fields import shown
from archive.form import first_error
from archive.store.guards import CommandRecord, RecordedCommand, Unchanged
from archive.store.log import Log
from archive.store.mapper import FactMapper
from archive.streams import STREAMS, Streams
from domain.fact import Fact, Stamp
from domain.history import History
from domain.refusal import Refusal
from domain.sentence import Sentence, say
from domain.times import day_of

Raw = Mapping[str, Any]
"""A command as loaded from JSON."""

Loaded = tuple[str, dict[str, Any]]
"""A command's name and its fields as the domain takes them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one command: the positions of its events, or why it was refused."""

    positions: tuple[int, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """What stands in a command's place when its line is no JSON."""

    reason: Sentence


Allow = Callable[[Command, Mapping[str, Any], Streams, Stamp], None]
"""Raises a refusal for a command that whoever asks may not ask for."""


@dataclass(slots=True)
class _Decision:
    """One decided command: its events among the batch's, or its refusal."""

    events: range = range(0)
    refusal: Refusal | None = None
    repeats: tuple[int, ...] = ()
    same_as: int | None = None


class Batch:
    """The decisions of one attempt to save some commands, which are of those declared.

    Args:
        allow: refuses what whoever asks may not ask for; None where all may.
    """

    def __init__(
        self,
        recorder: Log,
        mapper: FactMapper,
        streams: Streams,
        clock: Clock,
        declared: Mapping[str, Command] = COMMANDS,
        allow: Allow | None = None,
    ) -> None:
        self.declared = declared
        self.allow = allow
        self.recorder = recorder
        self.mapper = mapper
        self.streams = streams
        self.clock = clock
        self.events: list[Fact] = []
        self.guards: set[str] = set()
        self.commands: dict[str, tuple[CommandRecord, int]] = {}
        self.recorded: dict[str, RecordedCommand] = {}
        self.decisions: list[_Decision] = []

    @property
    def refused(self) -> bool:
        """Tell if any command was refused."""
        return any(decision.refusal for decision in self.decisions)

    def decide(self, commands: Iterable[Raw], *, stop_at_first: bool) -> None:
        """Decide the commands, one after another; with ``stop_at_first``, up to a refused one."""
        loaded = [_loaded(raw, self.declared) for raw in commands]
        accepted = [each for each in loaded if not isinstance(each, Refusal)]
        ids = (given["command_id"] for _, given in accepted)
        if identified := [command_id for command_id in ids if command_id is not None]:
            self.recorded = self.recorder.find_commands(identified)
        self.streams.begin_batch(filter(None, (_own_stream(*each) for each in accepted)))
        for each in loaded:
            self.decisions.append(self._decision(each))
            if stop_at_first and self.decisions[-1].refusal:
                return

    def _decision(self, loaded: Loaded | Refusal) -> _Decision:
        if isinstance(loaded, Refusal):
            return _Decision(refusal=loaded)
        try:
            return self._decide(*loaded)
        except Refusal as refusal:
            return self._repeated_since(loaded[1]) or _Decision(refusal=refusal)

    def _repeated_since(self, given: Mapping[str, Any]) -> _Decision | None:
        """Return what repeats a command that somebody recorded after its id was looked up.

        What refused it may be its own first carrying out.
        """
        command_id = given["command_id"]
        if command_id is None or command_id in self.commands or command_id in self.recorded:
            return None
        found = self.recorder.find_command(command_id)
        if found is None or found.digest != _digest(given):
            return None
        return _Decision(repeats=found.positions)

    def _decide(self, name: str, given: dict[str, Any]) -> _Decision:
        command_id = given["command_id"]
        if command_id is not None:
            digest = _digest(given)
            before = self._before(command_id, digest)
            if before is not None:
                return before
        while True:
            stamp = _stamp(given, self.clock.now())
            try:
                self._carry_out(self.declared[name], given, stamp)
                break
            except Refusal:
                # What was read may have been written after the stamp was made: then once more.
                if self.streams.latest <= stamp.timestamp:
                    raise
                self.clock.passed(self.streams.latest)
        first = len(self.events)
        self.events.extend(self.streams.collect())
        self.guards |= self.streams.guards
        events = range(first, len(self.events))
        if command_id is not None:
            record = CommandRecord(command_id, digest, events)
            self.commands[command_id] = (record, len(self.decisions))
        return _Decision(events)

    def _carry_out(self, command: Command, given: Mapping[str, Any], stamp: Stamp) -> None:
        streams = self.streams
        streams.begin_command()
        if self.allow is not None:
            self.allow(command, given, streams, stamp)
        if stamp.legacy:
            history = streams.get(History, "archive")
            history.must_be_open()
            streams.guards.add(history.id)
        command.decide(streams, stamp, SimpleNamespace(**given))

    def _before(self, command_id: str, digest: bytes) -> _Decision | None:
        if command_id in self.commands:
            record, index = self.commands[command_id]
            decision = _Decision(same_as=index)
            known = record.digest
        else:
            recorded = self.recorded.get(command_id)
            if recorded is None:
                return None
            decision = _Decision(repeats=recorded.positions)
            known = recorded.digest
        if known != digest:
            raise Refusal(say("command_id_reused", command_id=command_id), "command_id")
        return decision

    def insert(self, seen: int, *, reopens: bool = False) -> list[int]:
        """Save the batch's events, or none of them.

        Args:
            seen: the position behind which nothing of what was read may have been written.
            reopens: whether they open an archive again that was restored.
        """
        if not self.events:
            return []
        return list(
            self.recorder.insert_events(
                [self.mapper.to_stored_event(event) for event in self.events],
                require_open=sorted(self.guards),
                unchanged=Unchanged(self.streams.read, seen),
                commands=[record for record, _ in self.commands.values()],
                reopens=reopens,
            )
        )

    def rehearsed(self) -> list[Outcome]:
        """Return an outcome per decision, as far as deciding tells it; none has positions."""
        return [Outcome(refusal=decision.refusal) for decision in self.decisions]

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
        return Outcome(tuple(positions[decision.events.start : decision.events.stop]))


def _own_stream(name: str, given: Mapping[str, Any]) -> str | None:
    """Return the id of the stream that a command is likely to write to; None where it isn't told.

    Streams are named like the commands about them, and the segments of their ids like fields.
    """
    stream = STREAMS.get(name.partition(".")[0].replace("_", "-"))
    if stream is None:
        return None
    parts = [given.get(part) for part in stream.PARTS]
    if None in parts and stream.PARTS[0] == "year" and given.get("day"):
        parts[0] = given["day"].year
    return None if None in parts else "/".join((stream.TOPIC, *map(str, parts)))


def _loaded(raw: Raw, declared: Mapping[str, Command]) -> Loaded | Refusal:
    try:
        return load(raw, declared)
    except Refusal as refusal:
        return refusal


def load(raw: Raw, declared: Mapping[str, Command] = COMMANDS) -> Loaded:
    """Return the command's name and its fields as the domain takes them.

    Args:
        raw: the command as loaded from JSON.
        declared: the commands that there are, by name.

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
    command = declared.get(name)
    if command is None:
        similar = (*get_close_matches(name, COMMANDS, 1, 0.0), "ballot.submit")[0]
        raise Refusal(say("command_unknown", command=shown(name), similar=similar), "command")
    try:
        return name, command.form.load(raw)
    except ValidationError as error:
        sentence, field = first_error(error.messages)
        if field:
            sentence = say("field_named", field=field, sentence=sentence)
        raise Refusal(sentence, field) from None


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
    content = {**given}
    del content["command_id"]
    return sha256(msgspec.json.encode(content, order="deterministic")).digest()
