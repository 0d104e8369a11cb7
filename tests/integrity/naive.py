"""The tree over a log's entries as the RFC defines it, days' heads and all; slow and plain."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

import msgspec

from archive.integrity.entry import Head, event_entry, head_entry, heads_entry
from archive.integrity.heads import order
from domain.times import day_of, parse_moment
from projections.log import Row
from tests.integrity.rfc import Oracle


def entries(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the entry of each leaf: events, and where a later day begins the last one's heads."""
    latest: dict[str, int] = {}
    today = None
    for day, of_it in groupby(rows, key=lambda row: _day(row[4])):
        if today is not None and day > today:
            yield _heads(today, latest)
        today = day if today is None else max(day, today)
        for _, stream, version, topic, state in of_it:
            latest[stream] = max(version, latest.get(stream, 0))
            yield event_entry(stream, version, topic, state)


def naive_root(rows: Iterable[Row]) -> bytes:
    """Return the root over a log's entries."""
    found = list(entries(rows))
    return Oracle(found).mth(0, len(found))


def naive_heads_root(latest: Mapping[str, int]) -> bytes:
    """Return the root over the latest versions of streams, in the order of heads."""
    heads = [Head(stream, latest[stream]) for stream in sorted(latest, key=order)]
    return Oracle([head_entry(head) for head in heads]).mth(0, len(heads))


def _heads(day: date, latest: Mapping[str, int]) -> bytes:
    return heads_entry(day, len(latest), naive_heads_root(latest))


def _day(state: bytes):  # type: ignore[no-untyped-def]
    moment = parse_moment(msgspec.json.decode(state)["timestamp"])
    assert moment is not None
    return day_of(moment)
