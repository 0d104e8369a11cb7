"""Views: caught up or rebuilt, they hold the same rows, and readers see them whole."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, Text, inspect, select, text

from archive.views import database_of
from domain.sentence import speak
from projections import engine as engine_module
from projections.database import RebuildRunning
from projections.engine import StaleViews
from projections.fold import PoisonEvent
from projections.view import View
from tests.projections.toy_views import another_log, contents, make_views, opened
from tests.store import toy
from tests.stores import a_location, drop_views, generations

HERE = Path(__file__).parents[2]


@pytest.fixture
def views(location):
    with opened(location) as views:
        yield views


def record(views, *events):
    return views.log.insert_events(toy.stored(*events))


def record_state(views, stream, version, topic, state):
    return views.log.insert_events([StoredEvent(stream, version, topic, state)])


def rebuilt_once_the_killed_one_is_gone(views):
    """Rebuild; a server notices a moment later that a process was killed."""
    for _ in range(100):
        try:
            return views.rebuild()
        except RebuildRunning:
            time.sleep(0.05)
    return views.rebuild()


# Declaring


def test_a_declared_field_that_the_event_lacks_fails_at_import():
    view = View("v", version=1, columns=())
    with pytest.raises(TypeError, match=r"Scored has no field 'mark'"):
        view.on(toy.Scored, "mark")


def test_an_event_has_one_handler_in_a_view():
    scores, _ = make_views()
    with pytest.raises(TypeError, match=r"handles toy.scored already"):
        scores.on(toy.Scored)


def test_an_index_of_a_missing_column_fails_at_import():
    with pytest.raises(TypeError, match="no column 'unit'"):
        View("v", version=1, columns=(), indexes=(("unit",),))


# Rows


def test_a_row_has_the_common_columns_first(views):
    views.ensure()
    event = replace(
        toy.scored("ballot/U1", 1),
        timestamp=toy.NOON + timedelta(days=1, microseconds=1),
        legacy=True,
        source="doc-1",
    )
    record(views, event)
    assert views.catch_up() == 1
    recorded_at = 1525147200123456 + 86_400_000_001
    assert contents(views)["scores"] == [
        (1, 1525147200123456, recorded_at, "2018-05-01", "R1", 1, "doc-1", "U1", "C1", 9150)
    ]


def test_an_event_may_make_several_rows_or_none(views):
    views.ensure()
    record(views, sheet(1, toy.Mark("C1", 1), toy.Mark("C2", 2)), sheet(2))
    views.catch_up()
    assert [row[0] for row in contents(views)["marks"]] == [1, 1]
    assert [row[-3:] for row in contents(views)["marks"]] == [
        ("C1", 1, "2018-05-02"),
        ("C2", 2, "2018-05-02"),
    ]
    assert views.position() == 2


def test_a_number_may_have_63_bits(views):
    views.ensure()
    record(views, toy.scored("ballot/U1", 1, 2**63 - 1))
    views.catch_up()
    assert [row[-1] for row in contents(views)["scores"]] == [2**63 - 1]


def test_a_handler_sees_its_declared_fields_only(location):
    seen = []
    view = View("v", version=1, columns=())
    view.on(toy.Scored, "points")(lambda stream, e: seen.append(e) or ())
    with opened(location, (view, *make_views())) as both:
        record(both, toy.scored("ballot/U1", 1))
        both.ensure()
    assert seen[0].points == 9150
    assert not hasattr(seen[0], "ratee")


def sheet(version, *marks):
    return toy.Sheet(
        "sheet/1",
        version,
        toy.NOON,
        marks,
        date(2018, 5, 2),
        by="R1",
        on=date(2018, 5, 2),
        known_at=toy.NOON,
    )


# Rebuilding is catching up

kinds = st.lists(
    st.tuples(st.sampled_from(["scored", "sheet", "noted", "poison"]), st.integers(0, 10_000)),
    max_size=25,
)


def event_of(kind, number, version):
    stamp = {"by": "R1", "on": date(2018, 5, 1), "known_at": toy.NOON}
    if kind == "sheet":
        return replace(
            sheet(version, *(toy.Mark(f"C{i}", number) for i in range(number % 4))),
            originator_id="toy/1",
        )
    if kind == "noted":
        return toy.Noted("toy/1", version, toy.NOON, "nothing", **stamp)
    return toy.scored("toy/1", version, -1 if kind == "poison" else number, seconds=number)


@given(kinds, st.lists(st.integers(1, 6), max_size=8))
@settings(max_examples=25, deadline=None)
def test_a_rebuild_gives_the_rows_of_catching_up(kinds, batches):
    with a_location() as place, opened(place) as live:
        live.ensure()
        events = [event_of(kind, number, i) for i, (kind, number) in enumerate(kinds, 1)]
        poison = [i for i, (kind, _) in enumerate(kinds, 1) if kind == "poison"]
        for size in [*batches, len(events)]:
            record(live, *events[:size])
            del events[:size]
            live.catch_up()
        assert [aside.position for aside in live.set_aside()] == poison
        assert live.position() == len(kinds)
        before = contents(live)
        if poison:
            with pytest.raises(PoisonEvent) as stopped:
                live.rebuild()
            assert stopped.value.position == poison[0]
        else:
            report = live.rebuild()
            assert report.events == len(kinds)
            assert report.rows == {name: len(rows) for name, rows in before.items()}
        assert contents(live) == before


def test_a_long_log_is_read_in_many_pages(views):
    views.ensure()
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 12_002)))
    assert views.catch_up() == 12_001
    before = contents(views)
    steps = []
    views.rebuild(lambda done, of: steps.append((done, of)))
    assert steps == [(5000, 12_001), (10_000, 12_001), (12_001, 12_001)]
    assert contents(views) == before


def test_every_index_stands_after_each_rebuild(views):
    views.ensure()
    views.rebuild()
    with views.engine.connect() as connection:
        found = inspect(connection).get_indexes("scores")
    columns = [index["column_names"] for index in found]
    assert sorted(columns) == [["points"], ["unit", "ratee"]]


def catch_up_from_a_process(location, barrier, counts):
    with opened(location) as views:
        barrier.wait()
        counts.put(views.catch_up())


def test_processes_that_catch_up_at_once_read_each_event_once(location, views):
    views.ensure()
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 20_001)))
    processes = get_context("spawn")
    barrier, counts = processes.Barrier(3), processes.Queue()
    running = [
        processes.Process(target=catch_up_from_a_process, args=(location, barrier, counts))
        for _ in range(3)
    ]
    for process in running:
        process.start()
    read = [counts.get(timeout=60) for _ in running]
    for process in running:
        process.join(60)
    assert sum(read) == 20_000
    assert [row[0] for row in contents(views)["scores"]] == list(range(1, 20_001))


def ensure_from_a_process(location, barrier):
    barrier.wait()
    with opened(location) as views:
        views.ensure()


def test_processes_that_open_fresh_views_at_once_all_find_them(location, views):
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 101)))
    processes = get_context("spawn")
    barrier = processes.Barrier(4)
    running = [
        processes.Process(target=ensure_from_a_process, args=(location, barrier)) for _ in range(4)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0] * 4
    assert len(contents(views)["scores"]) == 100


# Changing places


def test_an_open_reader_sees_the_old_rows_or_the_new_never_half(location, views):
    record(views, toy.scored("ballot/U1", 1))
    views.ensure()
    scores = views.views[0].table
    with views.engine.connect() as reader:
        before = reader.execute(select(scores)).all()
        record(views, toy.scored("ballot/U1", 2))
        views.rebuild()
        assert reader.execute(select(scores)).all() == before
    with views.engine.connect() as reader:
        assert len(reader.execute(select(scores)).all()) == 2


def test_live_catching_up_goes_on_during_a_rebuild(views):
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 6001)))
    views.ensure()
    live = []

    def meanwhile(done, of):
        record(views, toy.scored("ballot/U2", len(live) + 1))
        live.append(views.catch_up())

    views.rebuild(meanwhile)
    assert live == [1, 1]
    assert views.position() == 6002
    assert [row[0] for row in contents(views)["scores"]] == list(range(1, 6003))


KILLED = """
import sys, time
from tests.projections.toy_views import opened
def halt(done, of):
    print("halfway", flush=True)
    time.sleep(60)
with opened(sys.argv[1]) as views:
    views.rebuild(halt)
"""


def test_a_killed_rebuild_leaves_the_old_views_and_the_next_one_completes(location, views):
    views.ensure()
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 6001)))
    views.catch_up()
    before = contents(views)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, location], cwd=HERE, stdout=subprocess.PIPE, text=True
    ) as rebuilding:
        assert rebuilding.stdout.readline() == "halfway\n"
        with pytest.raises(RebuildRunning):
            views.rebuild()
        os.kill(rebuilding.pid, signal.SIGKILL)
        rebuilding.wait()
    assert contents(views) == before
    assert generations(location) == {"2", "next"}
    rebuilt_once_the_killed_one_is_gone(views)
    assert contents(views) == before
    assert generations(location) == {"3"}


def test_a_second_rebuild_is_refused_with_a_sentence(location, views):
    with database_of(location).rebuilding(), pytest.raises(RebuildRunning) as refused:
        views.rebuild()
    assert speak(refused.value.sentence, "en").startswith("another process is rebuilding")
    views.rebuild()


def test_opening_does_not_wait_forever_for_another_rebuild(location, views, monkeypatch):
    monkeypatch.setattr(engine_module, "_PATIENCE", 0.2)
    with database_of(location).rebuilding(), pytest.raises(RebuildRunning):
        views.ensure()


# Poison


@pytest.mark.parametrize(
    ("topic", "state", "reason"),
    [
        ("toy.scored", b"not json", "DecodeError"),
        ("toy.scored", b"{}", "missing required field"),
        ("toy.unheard_of", b"{}", "不认识"),
        ("toy.scored", toy.stored(toy.scored("b/1", 1, -5))[0].state, "negative points"),
        (
            "toy.scored",
            toy.stored(toy.scored("b/1", 1, 2**63))[0].state,
            "OverflowError|OutOfRange",
        ),
    ],
)
def test_a_poison_event_is_set_aside_live_and_stops_a_rebuild(views, topic, state, reason):
    views.ensure()
    record(views, toy.scored("ballot/U1", 1))
    record_state(views, "ballot/U2", 1, topic, state)
    record(views, toy.scored("ballot/U1", 2))
    assert views.catch_up() == 3
    assert views.catch_up() == 0
    assert [row[0] for row in contents(views)["scores"]] == [1, 3]
    (aside,) = views.set_aside()
    assert (aside.position, aside.topic) == (2, topic)
    assert re.search(reason, aside.reason)
    before = contents(views)
    with pytest.raises(PoisonEvent) as stopped:
        views.rebuild()
    assert (stopped.value.position, stopped.value.topic) == (2, topic)
    assert speak(stopped.value.sentence, "en").startswith(f"event 2 ({topic}) can't be read")
    assert contents(views) == before


def test_a_row_of_another_length_is_poison_and_writes_nothing_in_any_view(location):
    long = View("long", version=1, columns=(Column("points", Integer),))
    long.on(toy.Scored, "points")(lambda stream, e: (e.points,) * (1 + (e.points == 7)))
    with opened(location, (*make_views(), long)) as views:
        views.ensure()
        record(views, *(toy.scored("ballot/U1", i, points=i) for i in range(1, 12)))
        views.catch_up()
        expected = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11]
        assert [aside.position for aside in views.set_aside()] == [7]
        assert [row[0] for row in contents(views)["long"]] == expected
        assert [row[0] for row in contents(views)["scores"]] == expected


def test_a_rebuild_by_a_program_that_reads_the_poison_empties_what_was_set_aside(location, views):
    views.ensure()
    record(views, toy.scored("ballot/U1", 1, -5))
    views.catch_up()
    assert len(views.set_aside()) == 1
    scores, marks = make_views()
    scores.handlers.clear()
    with opened(location, (scores, marks), views.log) as mended:
        mended.rebuild()
        assert mended.set_aside() == []


def test_an_event_set_aside_for_its_topic_is_read_by_the_first_program_that_knows_it(
    location, views
):
    with opened(location, views.views[:1], views.log, known_topics={"toy.scored"}) as old:
        old.ensure()
        record(views, toy.scored("ballot/U1", 1), toy.scored("ballot/U1", 2, -5), sheet(1))
        record_state(views, "toy/1", 1, "toy.noted", b"{}")
        old.catch_up()
        old.ensure()
        assert [aside.position for aside in old.set_aside()] == [2, 3, 4]
    with opened(location, views.views[:1], views.log) as newer:
        for _ in range(2):
            newer.ensure()
            assert [aside.position for aside in newer.set_aside()] == [2]


# Versions


def test_views_of_another_version_are_rebuilt(location, views):
    record(views, toy.scored("ballot/U1", 1))
    views.ensure()
    with opened(location, make_views(version=2), views.log) as newer:
        with pytest.raises(StaleViews):
            newer.catch_up()
        newer.ensure()
        assert newer.catch_up() == 0
    with pytest.raises(StaleViews):
        views.catch_up()


def test_views_with_other_columns_are_rebuilt_and_those_gone_are_dropped(location, views):
    record(views, toy.scored("ballot/U1", 1))
    views.ensure()
    wider = View("scores", version=1, columns=(Column("points", Integer), Column("by_whom", Text)))
    wider.on(toy.Scored, "points", "by")(lambda stream, e: (e.points, e.by))
    with opened(location, (wider,), views.log) as newer:
        newer.ensure()
        assert contents(newer)["scores"][0][-2:] == (9150, "R1")
        with newer.engine.connect() as connection:
            assert not inspect(connection).has_table("marks")


def test_views_that_read_other_events_or_fields_are_rebuilt_without_a_new_version(location, views):
    def view(*fields, of=toy.Scored):
        marks = View("marks", version=1, columns=(Column("said", Text),))
        marks.on(of, *fields)(lambda stream, e: (str(getattr(e, fields[0], ""))[:2],))
        return marks

    record(views, toy.scored("ballot/U1", 1), sheet(1))
    rows = []
    both = view("points")
    both.on(toy.Sheet)(lambda stream, e: ("none",))
    for declared in (view("points"), view("ratee"), view("day", of=toy.Sheet), both):
        with opened(location, (declared,), views.log) as newer:
            newer.ensure()
            rows.append([row[-1] for row in contents(newer)["marks"]])
    assert rows == [["91"], ["C1"], ["20"], ["91", "none"]]


def test_in_which_order_fields_and_events_are_declared_changes_nothing():
    one, other = (View("v", version=1, columns=()) for _ in range(2))
    one.on(toy.Scored, "points", "ratee")(lambda stream, e: ())
    one.on(toy.Sheet)(lambda stream, e: ())
    other.on(toy.Sheet)(lambda stream, e: ())
    other.on(toy.Scored, "ratee", "points")(lambda stream, e: ())
    assert one.shape == other.shape


def test_views_far_behind_are_rebuilt(location, views, monkeypatch):
    monkeypatch.setattr(engine_module, "FAR_BEHIND", 3)
    views.ensure()
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 4)))
    steps = []
    views.ensure(lambda done, of: steps.append(done))
    assert steps == []
    record(views, *(toy.scored("ballot/U1", i) for i in range(4, 8)))
    views.ensure(lambda done, of: steps.append(done))
    assert steps == [7]


def test_views_far_behind_but_not_by_half_of_what_was_read_are_caught_up(
    location, views, monkeypatch
):
    monkeypatch.setattr(engine_module, "FAR_BEHIND", 3)
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 11)))
    views.ensure()
    steps = []
    record(views, *(toy.scored("ballot/U1", i) for i in range(11, 16)))
    views.ensure(lambda done, of: steps.append(done))
    assert (steps, views.position()) == ([], 15)
    record(views, *(toy.scored("ballot/U1", i) for i in range(16, 25)))
    views.ensure(lambda done, of: steps.append(done))
    assert steps == [24]


def test_views_of_a_longer_log_are_rebuilt(location, views):
    views.ensure()
    record(views, *(toy.scored("ballot/U1", i) for i in range(1, 4)))
    views.catch_up()
    with another_log() as shorter, opened(location, log=shorter) as restored:
        shorter.insert_events(toy.stored(toy.scored("ballot/U1", 1)))
        with pytest.raises(StaleViews, match="超过"):
            restored.catch_up()
        restored.ensure()
        assert [row[0] for row in contents(restored)["scores"]] == [1]


def test_deleting_the_views_file_loses_nothing(location, views):
    record(views, toy.scored("ballot/U1", 1))
    views.ensure()
    before = contents(views)
    drop_views(location)
    with opened(location) as again:
        again.ensure()
        assert contents(again) == before


def test_trouble_of_the_database_is_no_poison(views):
    views.ensure()
    record(views, toy.scored("ballot/U1", 1))
    with views.engine.begin() as connection:
        connection.execute(text("DROP TABLE marks"))
        connection.execute(text("DROP TABLE scores"))
    with pytest.raises(Exception, match=r"no such table|does not exist"):
        views.catch_up()
    assert views.position() == 0
    assert views.set_aside() == []


# Of which log


def test_views_of_a_lost_history_are_rebuilt_though_the_restored_log_has_outgrown_them(
    location, views
):
    views.ensure()
    record(views, *(toy.scored("ballot/U1", i, points=i) for i in range(1, 4)))
    views.catch_up()
    with another_log() as restored, opened(location, log=restored) as grown:
        restored.insert_events(toy.stored(toy.scored("ballot/U1", 1, points=1)))
        outgrown = (toy.scored("ballot/U2", i, points=7) for i in range(1, 5))
        restored.insert_events(toy.stored(*outgrown))
        with pytest.raises(StaleViews):
            grown.catch_up()
        grown.ensure()
        assert [row[-1] for row in contents(grown)["scores"]] == [1, 7, 7, 7, 7]
        assert grown.catch_up() == 0


def test_views_copied_from_another_archive_are_rebuilt(location, views):
    record(views, toy.scored("ballot/U1", 1))
    with a_location() as other:
        with opened(other) as copied:
            record(copied, toy.scored("ballot/U9", 1))
            copied.ensure()
        with opened(other, log=views.log) as ours:
            ours.ensure()
            assert contents(ours)["scores"][0][-3] == "U1"


def test_a_log_restored_to_nothing_empties_the_views(location, views):
    record(views, toy.scored("ballot/U1", 1))
    views.ensure()
    with another_log() as empty, opened(location, log=empty) as restored:
        restored.ensure()
        assert contents(restored)["scores"] == []
        empty.insert_events(toy.stored(toy.scored("ballot/U2", 1)))
        assert restored.catch_up() == 1


def test_the_views_file_of_an_older_program_is_rebuilt(location, views):
    record(views, toy.scored("ballot/U1", 1))
    views.ensure()
    before = contents(views)
    with views.engine.begin() as connection:
        connection.execute(text("ALTER TABLE views_standing DROP COLUMN fingerprint"))
    with opened(location, log=views.log) as newer:
        newer.ensure()
        assert contents(newer) == before
