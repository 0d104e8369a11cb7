"""The views of schemes, work lists' steps, supervision, quotas and closings: a row an event."""

from typing import Any

from projections.facts import (
    closings,
    list_steps,
    postings,
    quotas,
    roster,
    schemes,
    supervision,
)
from projections.view import View
from tests.commands.office import APPROVED, clock
from tests.commands.process import CHIEF, PROCESS
from tests.given import an_archive, asked
from tests.said import close, policy, said

COMMON = 7
"""The columns that every view has before its own."""

WHOLE = [
    policy(),
    policy("law-2007"),
    *(c for c in PROCESS if c["command"] != "quota.approve"),
    said("roster.amend", unit="UP", year=2018, cadre="OTHER", change="added", **CHIEF, **APPROVED),
    close("UP"),
    said("quota.approve", unit="UP", year=2018, share=0.2, approver="BOSS", document="批复1号"),
]


def rows(view: View) -> list[tuple[Any, ...]]:
    """Return the rows of the whole past, without what every view has."""
    with an_archive(*WHOLE, clock=clock) as archive, asked(archive) as reader:
        found = sorted(reader.rows(view), key=lambda row: row.position)
        return [tuple(row)[COMMON:] for row in found if "UO" not in row]


def test_schemes_and_their_steps() -> None:
    steps = rows(schemes)
    assert [row[2] for row in steps] == [
        "drafted", "returned", "drafted", "screened", "resolved", "countersigned", "ratified",
    ]  # fmt: skip
    assert len({row[3] for row in steps}) == 1
    content = '{"allowance": {"basis": "annual", "method": "proportional"}, "说明": "示例"}'
    assert [row[4] for row in steps] == [content, None, content, None, None, None, None]
    assert steps[1][5] == "补充分档"
    assert steps[4][6:] == ("党组第3次会议", '["PHEAD", "MEMBER"]')
    assert steps[0][:2] == (2018, "UP")


def test_work_lists_and_their_steps() -> None:
    assert rows(list_steps) == [
        (2018, "OTHER", "UP", "submitted", None, "[]"),
        (2018, "OTHER", "UP", "returned", None, "[]"),
        (2018, "OTHER", "UP", "submitted", None, "[]"),
        (2018, "OTHER", "UP", "reviewed", None, "[]"),
        (2018, "OTHER", "UP", "filed", None, "[]"),
        (2018, "PHEAD", "UP", "submitted", None, "[]"),
        (2018, "PHEAD", "UP", "resolved", "党组第4次会议", '["MEMBER", "DEPUTY"]'),
    ]


def test_supervision() -> None:
    assert rows(supervision) == [
        (2018, "UP", "circular", "log_completion", "2018-06", None, "示例通报"),
        (2018, "UP", "meeting_comment", None, "2018-Q2", None, "点评"),
        (2018, "UP", "inspection", "goal_management", None, 150, "台账不全"),
        (2018, "UP", "deduction", "talks", None, 200, "谈话未开展"),
        (2018, "UP", "unit_item", None, None, 9500, None),
        (2018, "UP", "feedback", None, None, None, "日志重复\n按周记录"),
    ]


def test_the_closing_with_what_it_pins_and_the_approved_quota() -> None:
    ((year, unit, name, _, law, points, deductions),) = rows(closings)
    assert (year, unit, name, points, deductions) == (2018, "UP", "shishou-2018", 9500, 200)
    assert law is not None
    assert rows(quotas) == [(2018, "UP", 2000, "BOSS", "批复1号")]


def test_roster_lines_and_postings_say_why_and_what() -> None:
    assert [row[2:] for row in rows(roster)] == [
        ("PHEAD", "listed", "1A41", "chief", "yes", None, None),
        ("OTHER", "added", "1A41", "chief", "yes", APPROVED["reason"], APPROVED["approver"]),
    ]
    assert rows(postings)[0] == ("PHEAD", "UP", "1A50", None, "科员", "other")
