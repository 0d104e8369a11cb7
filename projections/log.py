"""The log, as views read it."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Protocol

import msgspec

from domain.times import micros

Row = tuple[int, str, int, str, bytes]
"""Position, stream id, version, topic, state."""


class Log(Protocol):
    """Whatever can be read in order, page by page."""

    def scan(self, after: int, upto: int | None = None, page: int = ...) -> Iterator[list[Row]]:
        """Yield pages of the rows behind position ``after``, up to and with ``upto``."""
        ...

    def last_position(self) -> int:
        """Return the position of the last event; 0 when there is none."""
        ...


class _Known(msgspec.Struct, gc=False):
    known_at: datetime


_known = msgspec.json.Decoder(_Known).decode


def known_at(state: bytes) -> int | None:
    """Return when an event became known, in microseconds; None for one that stands in no view."""
    try:
        return micros(_known(state).known_at)
    except msgspec.DecodeError:
        return None


def fingerprint(row: Row) -> str:
    """Return what tells an event from any other that might stand at its position."""
    _, stream, version, topic, state = row
    return sha256(f"{stream}\n{version}\n{topic}\n".encode() + state).hexdigest()


def fingerprint_at(log: Log, position: int) -> str:
    """Return the fingerprint of the log's event at ``position``; empty where there is none."""
    page = next(log.scan(position - 1, position), None)
    return fingerprint(page[0]) if page else ""
