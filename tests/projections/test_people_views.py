"""The rows that service, results, talks and decisions make."""

from collections.abc import Iterator
from typing import Any

import pytest

from archive.archive import Archive
from projections.facts import (
    decisions,
    result_steps,
    results,
    service,
    talk_steps,
    withdrawals,
)
from projections.view import View
from tests.commands.office import APPROVED, PAST, clock, withdraw
from tests.commands.personnel import PERSONNEL
from tests.given import an_archive, asked

COMMON = 7  # columns that every view has


@pytest.fixture(scope="module")
def archive(store: str) -> Iterator[Archive]:
    with an_archive(*PAST, *PERSONNEL, clock=clock) as archive:
        yield archive


def rows(archive: Archive, view: View, cadre: str | None = None) -> list[tuple[Any, ...]]:
    """Return the subject columns of a view's rows, in the log's order."""
    with asked(archive) as reader:
        found = sorted(reader.rows(view), key=lambda row: row.position)
    return [tuple(row[COMMON:]) for row in found if cadre is None or row.cadre == cadre]


def test_service(archive: Archive) -> None:
    assert rows(archive, service) == [
        ("A", "absence", "sick", "2018-03-01", "2018-04-30", None),
        ("A", "sanction", "warning", "2018-06-01", "2018-11-30", None),
        ("A", "case", "opened", None, None, "涉嫌违纪"),
        ("A", "case", "closed", None, None, "不予处分"),
        ("A", "training", "绩考专干培训班", None, None, None),
        ("A", "letter", None, None, "2018-08-15", "请说明情况"),
    ]


def test_results_and_their_steps(archive: Archive) -> None:
    assert rows(archive, results, "B") == [
        (2018, "B", "proposed", "competent", None, None, None),
        (2018, "B", "confirmed", "competent", None, None, None),
        (2018, "B", "corrected", "excellent", None, None, None),
    ]
    nothing = (None,) * 8
    assert rows(archive, result_steps, "B") == [
        (2018, "B", "proposed", "competent", *nothing[1:]),
        (2018, "B", "publicised", None, None, 8550, 2, 3, None, None, None),
        (2018, "B", "confirmed", "competent", *nothing[1:]),
        (2018, "B", "notified", *nothing),
        (2018, "B", "acknowledged", *nothing),
        (2018, "B", "reconsidered", None, "漏计一项工作", *nothing[2:]),
        (
            *(2018, "B", "decided", "excellent", None, None, None, None),
            *("reconsider", "upheld", "2019-02-20"),
        ),
        (2018, "B", "appealed", None, "仍有异议", *nothing[2:]),
    ]


def test_steps_after_talks(archive: Archive) -> None:
    lower = (None, None, "科员", "1A50", "限期内未改进")
    assert rows(archive, talk_steps) == [
        (2018, "B", "deadline", "2019-09-10", None, None, None, None),
        (2018, "B", "improvement", None, "not_improved", None, None, None),
        (2018, "B", "demoted", *lower),
        (2018, "B", "non_leading", *lower),
    ]


def test_decisions_and_exceptions(archive: Archive) -> None:
    names = decisions.table.c.keys()[COMMON:]
    found = [dict(zip(names, row, strict=True)) for row in rows(archive, decisions)]
    assert [
        (row["decision"], row["kind"], row["cadre"], row["year"], row["title"]) for row in found
    ] == [
        ("D-commend", "commend", "A", 2018, "先进个人"),
        ("D-talent", "talent", "A", 2018, "优秀人才"),
        ("D-train", "train", "A", 2018, "中青年干部培训班"),
        ("D-appoint", "appoint", "A", None, None),
        ("D-appoint", "except", None, None, None),
    ]
    appointed, excepted = found[-2:]
    assert (appointed["unit"], appointed["post"], appointed["rank_level"]) == (
        "U1",
        "副主任",
        "1A42",
    )
    assert (excepted["reason"], excepted["approver"]) == ("工作特殊需要", "BOSS")
    assert all(row["evidence"] == "[]" for row in found)
    assert [row["cited_verdict"] is None for row in found] == [False] * 4 + [True]


def test_what_is_withdrawn_is_told_by_its_position() -> None:
    with an_archive(*PAST, *PERSONNEL, clock=clock) as archive:
        last = archive.log.last_position()
        archive.do(withdraw(last))
        assert rows(archive, withdrawals) == [(last, APPROVED["reason"], APPROVED["approver"])]
