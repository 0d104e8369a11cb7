"""Copying a log into another location, with positions, versions, times and commands as they are."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, zip_longest
from typing import Any

import msgspec
from eventsourcing.persistence import IntegrityError

from archive.store.log import PAGE, CommandRow, Log
from domain.refusal import Refusal
from domain.sentence import say
from projections.log import Row

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What was copied and compared.

    Args:
        events, commands: how many both logs hold.
        seconds: how long it took.
        sha256: over every event and every command, each as a MessagePack array of its columns.
    """

    events: int
    commands: int
    seconds: float
    sha256: str


class CopyDiffers(Refusal):
    """The target holds something else than the source."""


def copy_log(source: Log, target: Log, progress: Progress | None = None) -> CopyReport:
    """Copy what the target lacks, then compare both from the first event to the last.

    What is recorded in the source meanwhile isn't copied; the next copy goes on from there.

    Args:
        source: the log to be copied.
        target: an empty log, or one that holds the first part of the source.
        progress: told (done, of) in events; copying and comparing are half of it each.

    Raises:
        Refusal: both are one log.
        CopyDiffers: the target holds something else than the source.
    """
    if source.identity() == target.identity():
        raise Refusal(say("copy_onto_itself"))
    begun = time.monotonic()
    upto = source.last_position()
    tell = progress or (lambda done, of: None)
    _copy_events(source, target, upto, lambda done: tell(done, 2 * upto))
    _copy_commands(source, target, upto)
    report = _compare(source, target, upto, lambda done: tell(upto + done, 2 * upto))
    return CopyReport(*report[:2], time.monotonic() - begun, report[2])


def _copy_events(source: Log, target: Log, upto: int, tell: Callable[[int], None]) -> None:
    after = target.last_position()
    _must_stand_in(source, target, after)
    for page in source.scan(after, upto):
        try:
            target.append_rows(page, ())
        except IntegrityError:  # somebody else wrote to the target
            raise CopyDiffers(say("copy_differs", position=page[0][0])) from None
        tell(page[-1][0])


def _must_stand_in(source: Log, target: Log, last: int) -> None:
    """Refuse a target whose last event isn't the source's; all are compared when done."""
    if last and source.read([last]) != target.read([last]):
        raise CopyDiffers(say("copy_differs", position=last))


def _copy_commands(source: Log, target: Log, upto: int) -> None:
    missing: list[CommandRow] = []
    for command in _lacking(_commands(source, upto), _commands(target)):
        missing.append(command)
        if len(missing) == PAGE:
            target.append_rows((), missing)
            missing = []
    target.append_rows((), missing)


def _lacking(wanted: Iterator[CommandRow], present: Iterator[CommandRow]) -> Iterator[CommandRow]:
    """Yield the commands that aren't present; both come in order of their ids."""
    there = next(present, None)
    for command in wanted:
        while there is not None and there[0] < command[0]:
            there = next(present, None)
        if there is None or there[0] != command[0]:
            yield command


def _commands(log: Log, upto: int | None = None) -> Iterator[CommandRow]:
    for command in chain.from_iterable(log.scan_commands()):
        if upto is None or max(json.loads(command[2]), default=0) <= upto:
            yield command


def _compare(
    source: Log, target: Log, upto: int, tell: Callable[[int], None]
) -> tuple[int, int, str]:
    digest = sha256()
    events = 0
    for ours, theirs in _pairs(_events(source, upto), _events(target)):
        if ours != theirs:
            raise CopyDiffers(say("copy_differs", position=(ours or theirs)[0]))
        digest.update(_encode(ours))
        events += 1
        if events % PAGE == 0:
            tell(ours[0])
    commands = 0
    for ours, theirs in _pairs(_commands(source, upto), _commands(target)):
        if ours != theirs:
            raise CopyDiffers(say("copy_differs_command", command=(ours or theirs)[0]))
        digest.update(_encode(ours))
        commands += 1
    return events, commands, digest.hexdigest()


def _events(log: Log, upto: int | None = None) -> Iterator[Row]:
    return chain.from_iterable(log.scan(0, upto))


def _pairs(ours: Iterable[Any], theirs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    return zip_longest(ours, theirs)


_encode = msgspec.msgpack.Encoder().encode
