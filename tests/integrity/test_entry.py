"""Entries: their exact bytes, and that no two things share one."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.entry import Head, NoEntry, event_entry, head_entry, heads_entry

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(0, 2**64 - 1)


def read_back(entry: bytes, kinds: str) -> tuple[object, ...]:
    """Return the fields behind an entry's first line: t(ext), n(umber), b(ytes)."""
    rest, found = entry[entry.index(b"\n") + 1 :], []
    for kind in kinds:
        number, rest = int.from_bytes(rest[:8], "big"), rest[8:]
        if kind == "n":
            found.append(number)
            continue
        field, rest = rest[:number], rest[number:]
        found.append(field.decode() if kind == "t" else field)
    assert rest == b""
    return tuple(found)


def test_an_event_is_its_stream_version_topic_and_stored_state() -> None:
    assert event_entry("cadre/C1", 1, "干部", b'{"a":1}') == (
        b"es-event/v1\n"
        b"\x00\x00\x00\x00\x00\x00\x00\x08cadre/C1"
        b"\x00\x00\x00\x00\x00\x00\x00\x01"
        b"\x00\x00\x00\x00\x00\x00\x00\x06\xe5\xb9\xb2\xe9\x83\xa8"
        b'\x00\x00\x00\x00\x00\x00\x00\x07{"a":1}'
    )


def test_a_day_is_the_number_of_streams_and_the_root_of_their_heads() -> None:
    assert head_entry(Head("unit/U1", 258)) == (
        b"es-head/v1\n\x00\x00\x00\x00\x00\x00\x00\x07unit/U1\x00\x00\x00\x00\x00\x00\x01\x02"
    )
    assert heads_entry(date(2018, 12, 31), 3, b"\xaa" * 32) == (
        b"es-heads/v1\n\x00\x00\x00\x00\x00\x00\x00\x0a2018-12-31"
        b"\x00\x00\x00\x00\x00\x00\x00\x03"
        b"\x00\x00\x00\x00\x00\x00\x00\x20" + b"\xaa" * 32
    )


@given(TEXTS, NUMBERS, TEXTS, st.binary(max_size=12))
def test_every_entry_reads_back_to_what_it_was_made_of(
    stream: str, number: int, topic: str, state: bytes
) -> None:
    event = event_entry(stream, number, topic, state)
    assert read_back(event, "tntb") == (stream, number, topic, state)
    assert read_back(head_entry(Head(stream, number)), "tn") == (stream, number)
    day = heads_entry(date.min, number, state)
    assert read_back(day, "tnb") == ("0001-01-01", number, state)


NEVER_WRITTEN: dict[str, tuple[Any, ...]] = {
    "a version that is text": ("cadre/C1", "1", "cadre.posted", b"{}"),
    "a version with a fraction": ("cadre/C1", 1.5, "cadre.posted", b"{}"),
    "a version below zero": ("cadre/C1", -1, "cadre.posted", b"{}"),
    "a version that is beyond any": ("cadre/C1", 2**64, "cadre.posted", b"{}"),
    "no version": ("cadre/C1", None, "cadre.posted", b"{}"),
    "a state that is text": ("cadre/C1", 1, "cadre.posted", "{}"),
    "no state": ("cadre/C1", 1, "cadre.posted", None),
    "a topic of bytes": ("cadre/C1", 1, b"cadre.posted", b"{}"),
    "no stream": (None, 1, "cadre.posted", b"{}"),
    "a stream that is no text": ("cadre/\ud800", 1, "cadre.posted", b"{}"),
}


@pytest.mark.parametrize("row", NEVER_WRITTEN.values(), ids=NEVER_WRITTEN)
def test_a_row_edited_into_other_types_is_refused(row: tuple[Any, ...]) -> None:
    with pytest.raises(NoEntry, match="不合类型"):
        event_entry(*row)


@pytest.mark.parametrize("head", [("cadre/\ud800", 1), ("cadre/C1", -1), (1, 1)])
def test_a_head_of_other_types_is_refused(head: tuple[Any, Any]) -> None:
    with pytest.raises(NoEntry, match="不合类型"):
        head_entry(Head(*head))
