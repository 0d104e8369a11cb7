"""Requests against results as recorded: whose, in time or late, and what became of them."""

from typing import Any

from archive.archive import Archive
from projections.appeals import Contested, appeals_of_year
from tests.given import Command, an_archive, asked
from tests.said import correction, graded, paper, people, policy, roster, said


def step(name: str, on: str, code: str = "A", **fields: Any) -> list[Command]:
    """Return a step of a result of 2018, on paper and known on its day."""
    return paper(on, said(f"result.{name}", cadre=code, year=2018, on=on, **fields))


def decided(on: str, stage: str, code: str = "A", **fields: Any) -> list[Command]:
    return step("decide", on, code, stage=stage, **{"outcome": "rejected"} | fields)


PAST = [
    *paper("2018-01-01", *people("A", "B"), policy(), roster("A", "B")),
    *paper("2019-01-10", *graded("A", "competent")),
    *paper("2019-01-10", *graded("B", "basically_competent")),
    *step("notify", "2019-01-15"),
    *step("notify", "2019-01-15", "B"),
]


def contested(archive: Archive, as_of: str | None = None, **which: Any) -> list[Contested]:
    with asked(archive, as_of) as reader:
        return appeals_of_year(reader, 2018, **which)


def told(found: list[Contested]) -> list[tuple[str, str, str]]:
    return [(one.cadre, one.request.stage, one.request.status) for one in found]


def test_requests_are_told_by_unit_in_the_order_of_their_filing() -> None:
    with an_archive(
        *PAST,
        *step("reconsider", "2019-02-14", grounds="漏计"),
        *decided("2019-03-01", "reconsider", received="2019-03-04"),
        *step("appeal", "2019-03-20", grounds="不服"),
        *step("reconsider", "2019-02-01", "B", grounds="计算有误"),
        *decided("2019-02-20", "reconsider", "B", outcome="upheld", grade="competent"),
    ) as archive:
        found = contested(archive, "2019-06-30")
        assert told(found) == [
            ("B", "reconsider", "in_time"),
            ("A", "reconsider", "in_time"),
            ("A", "appeal", "late"),
        ]
        assert {one.unit for one in found} == {"U1"}
        b = found[0].request
        assert (b.grade_before, b.grade_after) == ("basically_competent", "competent")
        assert contested(archive, unit="U404") == []
        assert told(contested(archive, unit="U1")) == told(contested(archive))


def test_as_of_a_day_what_was_pending_is_pending_and_then_overdue() -> None:
    with an_archive(*PAST, *step("reconsider", "2019-02-14", grounds="漏计")) as archive:
        assert contested(archive, "2019-02-13") == []
        assert told(contested(archive, "2019-02-14")) == [("A", "reconsider", "pending")]
        assert told(contested(archive, "2019-03-16")) == [("A", "reconsider", "pending")]
        assert told(contested(archive, "2019-03-17")) == [("A", "reconsider", "overdue")]


def test_the_law_in_force_states_the_limits_else_the_citys_policy() -> None:
    request = step("reconsider", "2019-02-14", grounds="漏计")
    law = paper("2018-01-01", policy("law-2007", on="2007-01-01"))
    with an_archive(*law, *PAST, *request) as archive:
        (by_law,) = contested(archive)
    with an_archive(*PAST, *request) as archive:
        (by_default,) = contested(archive)
    assert "30日" in by_law.request.findings[0].clause
    assert "默认" in by_default.request.findings[0].clause


def test_a_grade_corrected_before_the_request_is_the_one_before() -> None:
    fixed = correction("A", "leader", 80) | {"grade": "excellent"}
    fixed = {key: value for key, value in fixed.items() if key not in ("component", "points")}
    with an_archive(
        *PAST,
        *paper("2019-01-20", fixed),
        *step("reconsider", "2019-02-01", grounds="漏计"),
        *decided("2019-02-10", "reconsider"),
    ) as archive:
        (found,) = contested(archive)
    assert (found.request.grade_before, found.request.grade_after) == ("excellent", "excellent")


def test_who_is_on_no_roster_is_told_without_a_unit() -> None:
    with an_archive(
        *PAST,
        *paper("2018-01-01", said("cadre.register", cadre="X", name="X", on="2010-01-01")),
        *step("reconsider", "2019-02-01", "X", grounds="未列入"),
    ) as archive:
        (found,) = contested(archive)
    assert (found.unit, found.request.file_by) == (None, None)
