"""Recording an event is the library's triggering of it, apart from what that checks of topics."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.ballot import Ballot
from domain.cadre import Cadre
from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.work_log import WorkLog
from domain.year import Year

MOMENT = datetime(2018, 12, 20, 9, tzinfo=UTC)
RATED = {"unit": "U1", "day": date(2018, 3, 1), "rater": "C2", "relation": "leader", "points": 900}
LINE = {"cadre": "C1", "rank_level": "R6", "category": "other", "participates": "yes"}

Events = list[tuple[type[Fact], dict[str, Any]]]

HISTORIES: list[tuple[type[Stream], str, Events]] = [
    (
        Ballot,
        "ballot/2018/U1/annual/C2",
        [
            (Ballot.Scored, {"ratee": "C1", "points": 9150, "relation": "peer"}),
            (Ballot.Scored, {"ratee": "C3", "points": 0, "relation": "peer", "dimension": "德"}),
            (
                Ballot.Voided,
                {"ratee": "C1", "relation": "peer", "reason": "串通", "approver": "C9"},
            ),
        ],
    ),
    (
        WorkLog,
        "work-log/2018/C1",
        [
            (WorkLog.Entered, {"unit": "U1", "day": date(2018, 3, 1), "text": "走访"}),
            (WorkLog.Rated, RATED),
            (WorkLog.Rated, {**RATED, "points": 800, "reason": "笔误", "approver": "C9"}),
        ],
    ),
    (Cadre, "cadre/C1", [(Cadre.Registered, {"name": "张三"})]),
    (Year, "year/2018/U1", [(Year.Listed, LINE), (Year.Listed, {**LINE, "cadre": "C2"})]),
]


@pytest.mark.parametrize(("cls", "stream_id", "events"), HISTORIES)
@pytest.mark.parametrize("given", [{}, {"legacy": True, "command_id": "c", "source": "卷一"}])
def test_events_and_state_are_as_the_library_triggers_them(
    cls: type[Stream], stream_id: str, events: Events, given: dict[str, Any]
) -> None:
    ours, theirs = cls.fold(stream_id), cls.fold(stream_id)
    stamp = Stamp("C2", date(2018, 12, 20), MOMENT, MOMENT, **given)
    for event, fields in events:
        ours.record(event, stamp, **fields)
        common = {name: getattr(stamp, name) for name in Stamp.__slots__}
        theirs.trigger_event(event, **common, **fields)
        theirs.known_until = stamp.known_at
    assert ours.pending_events == theirs.pending_events
    assert ours == theirs
    assert cls.fold(stream_id, ours.collect_events()) == cls.fold(
        stream_id, theirs.collect_events()
    )


def test_what_is_no_event_of_this_class_changes_nothing() -> None:
    cadre = Cadre.fold("cadre/C1")
    stamp = Stamp("C2", date(2018, 12, 20), MOMENT, MOMENT)
    for fields in ({}, {"name": "张三", "age": 40}):
        with pytest.raises(TypeError):
            cadre.record(Cadre.Registered, stamp, **fields)
    assert cadre == Cadre.fold("cadre/C1")


def test_known_at_never_goes_back_within_a_stream() -> None:
    cadre = Cadre.fold("cadre/C1")
    earlier = MOMENT.replace(year=2017)
    cadre.record(Cadre.Registered, Stamp("C2", MOMENT.date(), MOMENT, MOMENT), name="张三")
    with pytest.raises(Refusal):
        cadre.record(Cadre.Left, Stamp("C2", MOMENT.date(), MOMENT, earlier), reason="retired")
    assert cadre.version == 1
