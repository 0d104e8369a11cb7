"""Facts as bytes and back."""

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from eventsourcing.compressor import ZlibCompressor
from eventsourcing.persistence import JSONTranscoder, MapperDeserialisationError, StoredEvent
from eventsourcing.utils import TopicError
from hypothesis import given
from hypothesis import strategies as st

from archive.store.mapper import FactMapper
from domain import wire
from tests.store import toy

texts = st.text(max_size=20)
moments = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
    min_value=datetime(1949, 10, 1),
    max_value=datetime(2200, 1, 1),
)
stamps = {
    "originator_id": texts,
    "originator_version": st.integers(1, 10**6),
    "timestamp": moments,
    "by": texts,
    "on": st.dates(),
    "known_at": moments,
    "legacy": st.booleans(),
    "command_id": st.none() | texts,
    "source": st.none() | texts,
}
integers = st.integers(-(2**63), 2**63 - 1)
marks = st.builds(toy.Mark, texts, integers, st.none() | st.dates())
events = st.one_of(
    st.builds(toy.Scored, **stamps, ratee=texts, dimension=texts, points=integers, round_=texts),
    st.builds(
        toy.Sheet,
        **stamps,
        marks=st.lists(marks, max_size=3).map(tuple),
        day=st.dates(),
        note=st.none() | texts,
    ),
)


@given(events)
def test_every_event_comes_back_as_it_was(event):
    back = toy.MAPPER.to_domain_event(toy.MAPPER.to_stored_event(event))
    assert back == event
    assert vars(back).keys() == vars(event).keys()


def test_defaults_are_not_written():
    (stored,) = toy.stored(toy.scored("ballot/2018/U1/annual/R1", 1))
    assert stored.topic == "toy.scored"
    assert stored.state == (
        b'{"timestamp":"2018-05-01T04:00:00.123456Z","by":"R1","on":"2018-05-01",'
        b'"known_at":"2018-05-01T04:00:00.123456Z","ratee":"C1","dimension":"work","points":9150}'
    )


FIRST_SHAPE = StoredEvent(
    "sheet/1",
    1,
    "toy.sheet",
    b'{"timestamp":"2018-05-01T04:00:00.123456Z","by":"R1","on":"2018-05-02",'
    b'"known_at":"2018-05-01T04:00:00.123456Z","scores":[{"ratee":"C1","points":9150}]}',
)
SHEET = toy.Sheet(
    "sheet/1",
    1,
    toy.NOON,
    (toy.Mark("C1", 9150),),
    date(2018, 5, 2),
    by="R1",
    on=date(2018, 5, 2),
    known_at=toy.NOON,
)


def test_an_old_shape_is_upcast_step_by_step():
    assert toy.MAPPER.to_domain_event(FIRST_SHAPE) == SHEET


def test_a_grown_class_writes_its_version():
    (stored,) = toy.stored(SHEET)
    assert stored.state.startswith(b'{"class_version":3,')
    assert toy.MAPPER.to_domain_event(stored) == SHEET


def test_a_slim_event_is_upcast_too_and_has_only_the_declared_fields():
    slim = wire.slim(toy.Sheet, ("day",))(FIRST_SHAPE.state)
    assert slim.day == date(2018, 5, 2)
    assert slim.known_at == toy.NOON
    assert not hasattr(slim, "marks")
    assert not hasattr(slim, "command_id")


def test_a_slim_event_of_an_unknown_field_can_not_be_declared():
    with pytest.raises(TypeError, match=r"Scored has no field 'mark'; it has .*points"):
        wire.slim(toy.Scored, ("mark",))


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{}",
        b"[]",
        b"not json",
        FIRST_SHAPE.state.replace(b'"scores"', b'"sores"'),
        FIRST_SHAPE.state.replace(b"{", b'{"class_version":4,', 1),
        FIRST_SHAPE.state.replace(b"{", b'{"class_version":"3",', 1),
        FIRST_SHAPE.state.replace(b"9150", b'"9150"'),
        FIRST_SHAPE.state.replace(b'"by"', b'"stray":1,"by"'),
    ],
)
def test_a_state_of_another_shape_is_an_error_that_names_the_event(state):
    with pytest.raises(MapperDeserialisationError, match=r"toy.sheet, version 1 of sheet/1"):
        toy.MAPPER.to_domain_event(dataclasses.replace(FIRST_SHAPE, state=state))


def test_a_newer_shape_is_refused_by_a_class_that_never_grew():
    (stored,) = toy.stored(toy.scored("s/1", 1))
    newer = stored.state.replace(b"{", b'{"class_version":2,', 1)
    with pytest.raises(MapperDeserialisationError):
        toy.MAPPER.to_domain_event(dataclasses.replace(stored, state=newer))


def test_an_unknown_topic_is_an_error():
    with pytest.raises(TopicError):
        toy.MAPPER.to_domain_event(StoredEvent("s/1", 1, "toy.unheard_of", b"{}"))


def test_facts_are_stored_plain():
    with pytest.raises(ValueError, match="plain"):
        FactMapper(JSONTranscoder(), compressor=ZlibCompressor())
