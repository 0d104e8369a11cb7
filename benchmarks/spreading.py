"""A log as it would be had its events been recorded over many days, and commands with ids."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Final

import msgspec

from archive.store.log import CommandRow, Log
from projections.log import Row

BEGUN: Final = datetime(2020, 1, 1, tzinfo=UTC)
_TIMESTAMP: Final = re.compile(rb'"timestamp":"[^"]*"')
_encode = msgspec.json.encode


def spread(source: Log, target: Log, days: int, *, ids: bool) -> None:
    """Copy a log, as many events to a day.

    Args:
        source: any log.
        target: an empty one.
        days: over how many its events are recorded.
        ids: give each command an id; neighbours in a stream are taken for one's events.
    """
    events = source.last_position()
    for page in source.scan(0):
        moved = [_recorded(row, BEGUN + timedelta(days=days * row[0] / events)) for row in page]
        if ids:
            told = list(_identified(moved))
            target.append_rows([row for rows, _ in told for row in rows], [c for _, c in told])
        else:
            target.append_rows(moved, ())


def _recorded(row: Row, at: datetime) -> Row:
    """Return an event as recorded at another time."""
    return (*row[:4], _TIMESTAMP.sub(b'"timestamp":' + _encode(at), row[4], count=1))


def _identified(rows: Sequence[Row]) -> Iterator[tuple[list[Row], CommandRow]]:
    """Yield the events of each command with its id in them, and its record."""
    for _, of_it in groupby(rows, key=itemgetter(1)):
        events = list(of_it)
        id_ = f"command-{events[0][0]}"
        field = b'{"command_id":' + _encode(id_) + b","
        positions = _encode([row[0] for row in events]).decode()
        record = (id_, sha256(id_.encode()).digest(), positions)
        yield [(*row[:4], field + row[4][1:]) for row in events], record
