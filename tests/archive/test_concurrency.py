"""Real processes that record into one archive at once, race its closings, and are killed."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from archive.archive import Archive
from archive.store.guards import RecordedCommand
from projections.as_of import AsOf
from projections.facts import scores
from projections.ranking import annual_ranking
from projections.standing import standing
from tests.archive.workers import (
    Outcomes,
    at_once,
    end,
    log_of,
    shiji_do,
    workers,
)
from tests.given import Command
from tests.said import cadre, close, paper, people, policy, post, roster, said, sheet, unit
from tests.stores import a_location

RATEES = ("C1", "C2", "C3")


def rater(number: int) -> str:
    return f"R{number}"


def city(raters: int, *units: str) -> Iterator[Command]:
    """Yield units with one roster and raters enough."""
    yield policy()
    yield from people(*RATEES)
    yield from (cadre(rater(number)) for number in range(raters))
    yield from (unit(code) for code in units if code != "U1")
    yield from (roster(*RATEES, unit=code) for code in units)


def founded(location: str, *commands: Command) -> str:
    with Archive(location, create=True) as archive:
        for outcome in archive.record(commands):
            assert outcome.refusal is None, str(outcome.refusal)
    return location


def ballot(number: int, **fields: Any) -> Command:
    given: dict[str, float] = dict.fromkeys(RATEES, 80 + number % 20)
    return sheet(rater(number), given, command_id=f"ballot-{number}", **fields)


def entry(number: int) -> Command:
    """Everybody writes into one cadre's log: one stream for all processes."""
    fields = {"cadre": "C1", "day": f"2018-{number % 12 + 1:02}-03", "text": f"第{number}件"}
    return said("work_log.enter", command_id=f"entry-{number}", **fields)


def must_hold(archive: Archive, commands: list[Command], outcomes: Outcomes) -> None:
    """Expect exactly each accepted command's events at the positions it was told."""
    stored = {row[0]: msgspec.json.decode(row[4]) for row in log_of(archive)}
    told: dict[str, list[int]] = {}
    for command, outcome in zip(commands, outcomes, strict=True):
        assert outcome["ok"], outcome
        before = told.setdefault(command["command_id"], outcome["positions"])
        assert before == outcome["positions"]
        expected = len(command.get("scores", "1"))
        assert len(outcome["positions"]) == expected
    by_id: dict[str, list[int]] = {}
    for position, state in stored.items():
        if state.get("command_id"):
            by_id.setdefault(state["command_id"], []).append(position)
    assert by_id == told


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_at_once_lose_nothing_and_record_nothing_twice(
    location: str, processes: int
) -> None:
    each = 120 // processes
    lists = [
        [make(own * each + n) for n in range(each) for make in (ballot, entry)]
        for own in range(processes)
    ]
    founded(location, *city(120, "U1"))
    with workers(processes) as team:
        outcomes = at_once(team, location, lists)
    with Archive(location) as archive:
        must_hold(archive, [command for own in lists for command in own], outcomes)
        with archive.ask(AsOf(date(2019, 1, 20))) as reader:
            (ranked, *_) = annual_ranking(reader, 2018)
            assert len(ranked.standing.member.scores) == 120


def test_the_same_commands_from_two_processes_are_recorded_once(location: str) -> None:
    commands = [ballot(number) for number in range(60)]
    shuffled = random.Random(5).sample(commands, len(commands))
    founded(location, *city(60, "U1"))
    with workers(2) as team:
        outcomes = at_once(team, location, [commands, shuffled])
    with Archive(location) as archive:
        must_hold(archive, [*commands, *shuffled], outcomes)


def test_a_command_recorded_just_after_its_id_was_looked_up_is_told_as_its_repeat(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(location, *city(1, "U1"))
    with Archive(location) as archive, Archive(location) as another:
        look_up = archive.log.find_commands

        def find_commands(ids: Sequence[str]) -> dict[str, RecordedCommand]:
            found = look_up(ids)
            another.do(ballot(0))
            return found

        monkeypatch.setattr(archive.log, "find_commands", find_commands)
        assert archive.do(ballot(0)) == another.do(ballot(0))


def test_large_batches_that_meet_in_one_stream_are_all_recorded(
    location: str, tmp_path: Path
) -> None:
    founded(location, *city(0, "U1"))
    files = []
    for own in range(4):
        file = tmp_path / f"{own}.jsonl"
        lines = (json.dumps(entry(own * 400 + n)) for n in range(400))
        file.write_text("\n".join(lines), "utf-8")
        files.append(file)
    running = [shiji_do(location, file) for file in files]
    try:
        outcomes = [json.loads(line) for p in running for line in p.stdout or ()]
        assert [process.wait() for process in running] == [0] * 4
    finally:
        for process in running:
            end(process)
    with Archive(location) as archive:
        must_hold(archive, [entry(number) for number in range(1600)], outcomes)


def test_a_score_that_races_a_closing_is_inside_or_refused(location: str) -> None:
    rng = random.Random(7)
    rounds, sheets = 24, 16
    units = [f"U{n}" for n in range(1, rounds + 1)]
    founded(location, *city(sheets, *units))
    numbers = count()
    outcomes: Outcomes = []
    with workers(2) as team:
        for code in units:
            given = [sheet(rater(n), {"C1": 90, "C2": 80}, unit=code) for n in range(sheets)]
            wait = [unit(f"W{next(numbers)}") for _ in range(rng.randrange(sheets))]
            outcomes += at_once(team, location, [given, [*wait, close(code)]])
    accepted = Counter(outcome["ok"] for outcome in outcomes)
    assert accepted[True] > rounds  # the closings, and scores before them
    assert accepted[False] > 0
    closed: set[str] = set()
    with Archive(location) as archive:
        for _, stream, _, topic, _ in log_of(archive):
            kind, *parts = stream.split("/")
            if topic == "year.closed":
                closed.add(parts[1])
            assert kind != "ballot" or parts[1] not in closed
    assert closed == set(units)


def test_paper_history_that_races_its_end_is_inside_or_refused() -> None:
    rng = random.Random(8)
    accepted: Counter[bool] = Counter()
    with workers(2) as team, ExitStack() as stack:
        for _ in range(12):
            location = founded(stack.enter_context(a_location()), unit())
            imported = paper("2012-01-01", *(cadre(f"C{n}") for n in range(12)))
            wait = [unit(f"W{n}") for n in range(rng.randrange(12))]
            end_of_history = [*wait, said("history.close")]
            outcomes = at_once(team, location, [imported, end_of_history])
            accepted.update(outcome["ok"] for outcome in outcomes[: len(imported)])
            with Archive(location) as archive:
                rows = log_of(archive)
            (end_position,) = (row[0] for row in rows if row[3] == "history.closed")
            legacy = [row[0] for row in rows if msgspec.json.decode(row[4]).get("legacy")]
            assert max(legacy, default=0) < end_position
    assert accepted[True]
    assert accepted[False]


def test_what_a_killed_process_acknowledged_is_recorded_whole(
    location: str, tmp_path: Path
) -> None:
    rng = random.Random(9)
    kills, sheets = 16, 1500
    founded(location, *city(sheets, "U1"))
    file = tmp_path / "ballots.jsonl"
    commands = [ballot(number) for number in range(sheets)]
    file.write_text("\n".join(map(json.dumps, commands)), "utf-8")
    acknowledged: dict[int, list[int]] = {}
    for kill in range(kills + 1):
        process = shiji_do(location, file)
        dying = kill < kills
        patience = rng.randrange(len(acknowledged) + 1, len(acknowledged) + sheets // kills)
        try:
            for seen, line in enumerate(process.stdout or (), start=1):
                if dying and seen >= patience:
                    process.kill()
                    dying = False
                if not line.endswith("\n"):
                    break  # torn by the kill: nobody was told
                told = json.loads(line)
                assert told["ok"], told
                assert acknowledged.setdefault(told["line"], told["positions"]) == told["positions"]
        finally:
            end(process)
        _must_be_whole(location, acknowledged)
    assert len(acknowledged) == sheets


def _must_be_whole(location: str, acknowledged: dict[int, list[int]]) -> None:
    with Archive(location) as archive:
        rows = log_of(archive)
        given = Counter(row[1] for row in rows if row[3] == "ballot.scored")
        assert set(given.values()) <= {len(RATEES)}
        stream_of = {row[0]: row[1] for row in rows}
        for line, positions in acknowledged.items():
            streams = [stream_of[position] for position in positions]
            assert streams == [f"ballot/2018/U1/annual/{rater(line - 1)}"] * len(RATEES)
        with archive.ask(AsOf(date(2019, 1, 20))) as reader:
            (first, *_) = annual_ranking(reader, 2018)
        assert len(first.standing.member.scores) == len(given)


def test_a_reader_beside_a_writer_always_sees_whole_states(location: str) -> None:
    founded(location, *city(300, "U1"))
    asked = AsOf(date(2019, 1, 20))
    seen: set[int] = set()
    with workers(1) as (writer,), Archive(location) as archive:
        writer.prepare(location, [ballot(number) for number in range(300)])
        first = archive.log.last_position()
        writer.go()
        while (last := max(seen, default=0)) < first + 300 * len(RATEES):
            with archive.ask(asked) as reader:
                stands = standing(reader.connection)
                rows = reader.connection.execute(select(func.count()).select_from(scores.table))
                found = rows.scalar_one()
            assert stands is not None
            assert stands.position >= last
            assert found == max(0, stands.position - first)
            assert found % len(RATEES) == 0
            seen.add(stands.position)
        assert all(outcome["ok"] for outcome in writer.outcomes())
    assert len(seen) > 1


class Clock:
    """The real clock; what is in ``meanwhile`` happens one by one, right after each reading."""

    def __init__(self) -> None:
        self.meanwhile: list[Callable[[], object]] = []

    def __call__(self) -> datetime:
        now = datetime.now(UTC)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return now


def test_what_another_wrote_in_between_is_seen_by_the_next_command(location: str) -> None:
    founded(location, unit())
    clock = Clock()
    with Archive(location) as other, Archive(location, clock=clock) as archive:
        (refused,) = archive.record([post("C1")])
        assert refused.refusal is not None
        clock.meanwhile = [lambda: other.do(cadre("C1"))]
        archive.do(cadre("C2"))
        archive.do(post("C1"))


def test_what_another_wrote_after_the_time_was_read_refuses_nothing(location: str) -> None:
    founded(location, *city(0, "U1"))
    clock = Clock()
    with Archive(location) as other, Archive(location, clock=clock) as archive:
        clock.meanwhile = [lambda: other.do(entry(1))]
        archive.do(entry(2))


def test_a_batch_that_others_keep_ahead_of_is_recorded_piece_by_piece(location: str) -> None:
    founded(location, *city(0, "U1"))
    clock, numbers = Clock(), count(1000)
    with Archive(location) as other, Archive(location, clock=clock) as archive:

        def every_fifth_time() -> None:
            number = next(numbers)
            if number % 5 == 0:
                other.do(entry(number))
            clock.meanwhile.append(every_fifth_time)

        clock.meanwhile = [every_fifth_time]
        outcomes = list(archive.record(entry(number) for number in range(40)))
        assert not any(outcome.refusal for outcome in outcomes)
        assert len({position for outcome in outcomes for position in outcome.positions}) == 40
        log_of(archive)
