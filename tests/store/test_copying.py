"""Copying between any two stores: everything as it was, compared, gone on with where it stopped."""

import json
from contextlib import ExitStack

import pytest
from eventsourcing.persistence import StoredEvent

from archive.copying import CopyDiffers, copy_log
from archive.store.guards import CommandRecord, RecordedCommand
from archive.store.location import open_log
from domain.refusal import Refusal
from tests.postgres import a_database

WAYS = [
    ("sqlite", "sqlite"),
    ("sqlite", "postgres"),
    ("postgres", "sqlite"),
    ("postgres", "postgres"),
]


@pytest.fixture
def new(tmp_path, postgres_server):
    """A function that opens a fresh log on a store."""
    with ExitStack() as stack:

        def made(store, name):
            if store == "sqlite":
                location = str(tmp_path / name)
            else:
                location = stack.enter_context(a_database(postgres_server))
            log = open_log(location, create=True, closing_topics=["toy.closed"])
            stack.callback(log.close)
            return log

        yield made


def fill(log, streams=3, events=7):
    for stream in range(streams):
        rows = [
            StoredEvent(f"toy/{stream}·单位", version, "toy.scored", bytes([0, 255, version]))
            for version in range(1, events + 1)
        ]
        log.insert_events(rows, commands=[CommandRecord(f"命令{stream}", b"\0d", [0, 2])])
    gap = log.last_position() + 5
    log.append_rows([(gap, "toy/gap", 1, "toy.unheard_of", b"poison")], [])
    log.insert_events([], commands=[CommandRecord("empty", b"", [])])


def everything(log):
    rows = [row for page in log.scan(0) for row in page]
    return rows, [command for page in log.scan_commands() for command in page]


@pytest.mark.parametrize(("first", "second"), WAYS)
def test_a_copy_holds_everything_as_it_was(new, first, second):
    source, target = new(first, "a"), new(second, "b")
    fill(source)
    report = copy_log(source, target)
    assert everything(target) == everything(source)
    assert (report.events, report.commands) == (22, 4)
    assert target.find_command("命令1") == RecordedCommand(b"\0d", (8, 10))
    assert target.insert_events([StoredEvent("x/1", 1, "toy.scored", b"")]) == [27]


@pytest.mark.parametrize(("first", "second"), WAYS)
def test_an_interrupted_copy_goes_on_where_it_stopped(new, first, second):
    source, target = new(first, "a"), new(second, "b")
    fill(source)
    rows, commands = everything(source)
    target.append_rows(rows[:9], commands[2:3])
    seen = []
    first_report = copy_log(source, target, lambda done, of: seen.append((done, of)))
    assert everything(target) == (rows, commands)
    assert seen[-1][1] == 2 * source.last_position()
    source.insert_events([StoredEvent("x/1", 1, "toy.scored", b"")])
    assert copy_log(source, target).sha256 != first_report.sha256
    assert everything(target) == everything(source)


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (lambda rows: [(*rows[0][:4], b"other"), *rows[1:5]], 1),
        (lambda rows: [*rows[:4], (*rows[4][:4], b"other")], 5),
        (lambda rows: [rows[0], rows[2]], 2),
        (lambda rows: [*rows, (99, "y/1", 1, "toy.scored", b"")], 99),
    ],
)
def test_a_difference_is_told_with_its_first_position(new, store, changed, named):
    source, target = new("sqlite", "a"), new(store, "b")
    fill(source)
    target.append_rows(changed(everything(source)[0]), [])
    with pytest.raises(CopyDiffers) as refused:
        copy_log(source, target)
    assert dict(refused.value.sentence.values)["position"] == named


def test_a_command_that_differs_is_told(new):
    source, target = new("sqlite", "a"), new("postgres", "b")
    fill(source)
    target.append_rows([], [("命令0", b"other", json.dumps([1, 3]))])
    with pytest.raises(CopyDiffers, match="命令0"):
        copy_log(source, target)


def test_an_archive_is_not_copied_onto_itself(location):
    one, same = open_log(location, create=True), open_log(location)
    with pytest.raises(Refusal) as refused:
        copy_log(one, same)
    assert refused.value.sentence.key == "copy_onto_itself"
    one.close()
    same.close()
