"""The entries whose hashes are the tree's leaves, byte for byte.

An entry is a line that says what it is, then fields one after another:

- a number is 8 bytes, unsigned, big-endian;
- a text is its length in bytes, as a number, then its UTF-8 bytes;
- bytes are their length, as a number, then themselves.

==================  ==================================================================
``es-event/v1\\n``   stream id (text), version (number), topic (text), state (bytes)
``es-head/v1\\n``    stream id (text), version (number)
``es-heads/v1\\n``   day (text, ``YYYY-MM-DD``), size (number), root (bytes)
==================  ==================================================================

Two different things never make the same entry: the first line tells the kinds apart, and every
field is read back by its length. The state is what is stored, never decoded, so that neither
upcasting nor a new codec touches an old leaf. Neither the log's position nor an event's index in
the tree is part of it: the tree's order is the order.
"""

import struct
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from archive.integrity.hashing import LEAF, Hashing
from domain.refusal import Refusal
from domain.sentence import say
from projections.log import Row

EVENT: Final = b"es-event/v1\n"
HEAD: Final = b"es-head/v1\n"
HEADS: Final = b"es-heads/v1\n"

_number = struct.Struct(">Q").pack


class NoEntry(Refusal):
    """A stored row can't be an event, so that nothing honest was ever hashed of it."""


class Head(NamedTuple):
    """The latest version of a stream."""

    stream_id: str
    version: int


def event_entry(stream_id: str, version: int, topic: str, state: bytes) -> bytes:
    """Return an event's entry.

    Args:
        stream_id: the stream, e.g. ``cadre/C00123``.
        version: the event's version in it.
        topic: the event's name as stored.
        state: the stored bytes.

    Raises:
        NoEntry: a value isn't of these types, as of a row that was edited by hand.
    """
    try:
        stream, name = stream_id.encode(), topic.encode()
        return b"".join(
            (
                EVENT,
                _number(len(stream)),
                stream,
                _number(version),
                _number(len(name)),
                name,
                _number(len(state)),
                state,
            )
        )
    except (AttributeError, TypeError, UnicodeEncodeError, struct.error):
        raise _no_entry(stream_id, version) from None


def leaves_of_events(hashing: Hashing, rows: Sequence[Row]) -> list[bytes]:
    """Return the leaves' hashes of many events: ``hashing.leaf`` of each one's entry.

    As ``event_entry`` has it, with as few calls and copies as a million of them want.

    Raises:
        NoEntry: a value isn't of these types.
    """
    digest, named, leaves = hashing.digest, dict[str, bytes](), list[bytes]()
    begin, number = LEAF + EVENT, _number
    stream_id, version = "", 0
    try:
        for _, stream_id, version, topic, state in rows:
            stream, name = stream_id.encode(), named.get(topic)
            if name is None:
                name = named[topic] = _text(topic)
            size = number(len(stream))
            parts = begin, size, stream, number(version), name, number(len(state)), state
            leaves.append(digest(b"".join(parts)).digest())
    except (AttributeError, TypeError, UnicodeEncodeError, struct.error):
        raise _no_entry(stream_id, version) from None
    return leaves


def leaves_of_heads(hashing: Hashing, heads: Iterable[tuple[str, int]]) -> list[bytes]:
    """Return the leaves' hashes of many heads: ``hashing.leaf`` of each one's entry.

    Raises:
        NoEntry: a value isn't of these types.
    """
    digest, begin, number, leaves = hashing.digest, LEAF + HEAD, _number, list[bytes]()
    stream_id, version = "", 0
    try:
        for stream_id, version in heads:
            stream = stream_id.encode()
            entry = b"".join((begin, number(len(stream)), stream, number(version)))
            leaves.append(digest(entry).digest())
    except (AttributeError, TypeError, UnicodeEncodeError, struct.error):
        raise _no_entry(stream_id, version) from None
    return leaves


def head_entry(head: Head) -> bytes:
    """Return the entry of a stream's latest version: a leaf of a day's tree of heads.

    Raises:
        NoEntry: a value isn't of these types.
    """
    try:
        return HEAD + _text(head.stream_id) + _number(head.version)
    except (AttributeError, TypeError, UnicodeEncodeError, struct.error):
        raise _no_entry(head.stream_id, head.version) from None


def heads_entry(day: date, size: int, root: bytes) -> bytes:
    """Return a day's entry: a leaf of the archive's tree, which commits to every stream's head.

    It tells of all events whose leaves stand before its own, and of no others.

    Args:
        day: the day that is committed to.
        size: how many streams there are.
        root: the root of the tree of heads.
    """
    return HEADS + _text(day.isoformat()) + _number(size) + _number(len(root)) + root


def _no_entry(stream_id: object, version: object) -> NoEntry:
    return NoEntry(say("entry_types", stream=repr(stream_id), version=repr(version)))


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _number(len(encoded)) + encoded
