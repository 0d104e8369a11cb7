"""The archive as a whole: its clock, and its views, which may go at any time."""

from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import msgspec

from archive.archive import Archive
from projections.audit import Which, who_scored_whom
from projections.ranking import annual_ranking
from tests.archive.workers import log_of
from tests.given import an_archive, asked
from tests.said import component, correction, paper, people, policy, post, roster, said, unit
from tests.stores import drop_views

NOON = datetime(2019, 1, 10, 4, tzinfo=UTC)


def test_a_clock_that_steps_back_refuses_nothing_and_keeps_the_order(location: str) -> None:
    steps = (0, 5, -3600, -3599, -86_400, 60, 60, -1)
    ticks = (NOON + timedelta(seconds=step) for step in steps)
    clock = chain(ticks, repeat(NOON - timedelta(days=9))).__next__
    commands = [
        *people("C1"),
        *(post("C1", post=f"第{n}岗", on="2018-01-02") for n in range(4)),
    ]
    with Archive(location, create=True, clock=clock) as archive:
        for command in commands:
            archive.do(command)
    with Archive(location, clock=clock) as archive:  # a new process, and the clock still behind
        archive.do(post("C1", post="后岗", on="2018-01-03"))
        archive.do(said("cadre.leave", cadre="C1", reason="retired", on="2018-01-04"))
        states = [msgspec.json.decode(row[4]) for row in log_of(archive)]
    recorded = [datetime.fromisoformat(state["timestamp"]) for state in states]
    assert recorded == sorted(set(recorded))
    assert [datetime.fromisoformat(state["known_at"]) for state in states] == recorded


def test_deleting_the_views_loses_nothing(location: str) -> None:
    history = [
        *people("C1", "C2", "C3"),
        policy(),
        *paper("2018-03-01", roster("C1", "C2", "C3")),
        *paper("2019-01-10", *(component(f"C{n}", "annual", 80 + n) for n in (1, 2, 3))),
        correction("C1", "annual", 99),
    ]
    with Archive(location, create=True) as archive:
        for command in history[:-1]:
            archive.do(command)
        with asked(archive) as reader:
            assert annual_ranking(reader, 2018)[0].standing.cadre == "C3"
        archive.do(history[-1])
        with asked(archive) as reader:
            before = annual_ranking(reader, 2018)
    drop_views(location)
    with Archive(location) as archive, asked(archive) as reader:
        assert annual_ranking(reader, 2018) == before
        assert before[0].standing.cadre == "C1"


def test_an_audit_of_a_unit_knows_what_another_unit_corrected() -> None:
    items = [{"item": "I1", "title": "招商", "weight": 1}]
    scored = {"cadre": "C1", "year": 2018, "rater": "C2", "relation": "leader"}
    moved = {"unit": "U2", "reason": "核实", "approver": "BOSS"}
    history = [
        *people("C1", "C2"),
        unit("U2"),
        said("work_list.submit", cadre="C1", year=2018, items=items),
        said("work_list.score", **scored, scores=[{"item": "I1", "points": 80}]),
        said("work_list.score", **scored, **moved, scores=[{"item": "I1", "points": 90}]),
    ]
    with an_archive(*history) as archive, asked(archive) as reader:
        (before,) = who_scored_whom(reader, Which(unit="U1"))
        (after,) = who_scored_whom(reader, Which(unit="U2"))
    assert (before.row.points, before.status) == (8000, "corrected")
    assert before.by_position == after.row.position
    assert (after.row.points, after.status) == (9000, "valid")
