"""Units' own years and the dual circular, as recorded and as of a day."""

from datetime import date
from fractions import Fraction
from typing import Any

from domain.period import parse_period
from projections.circulars import DualCircular, dual_circular
from projections.units import UnitOfYear, units_of_year
from tests.commands.office import enter, rate, withdraw
from tests.given import Command, an_archive, asked
from tests.said import close, people, policy, roster, said


def about(name: str, **fields: Any) -> Command:
    return said(name, **{"unit": "U1", "year": 2018} | fields)


def deduction(points: float) -> Command:
    return about("supervision.deduct", item="talks", finding="谈话未开展", points=points)


PAST = [*people("A", "B", "HEAD"), *people("C", unit_code="U2"), policy(), roster("A", "B")]


def units(*commands: Command, as_of: str | None = None) -> dict[str, UnitOfYear]:
    with an_archive(*PAST, *commands) as archive, asked(archive, as_of) as reader:
        return {one.unit: one for one in units_of_year(reader, 2018)}


def test_every_unit_is_told_also_where_nothing_was_recorded() -> None:
    other = units()["U2"]
    assert (other.points, other.deductions, other.net, other.closed) == (None, 0, None, None)
    assert (other.talks.total(), other.years_closed, other.evidence) == (0, 0, ())


def test_one_registered_later_is_told_only_where_something_of_the_year_is_recorded() -> None:
    later = said("unit.register", unit="U5", name="示例五", kind="office", on="2019-03-01")
    assert set(units(later)) == {"U1", "U2"}
    afterwards = {**deduction(2), "unit": "U5", "on": "2019-04-01"}
    assert set(units(later, afterwards)) == {"U1", "U2", "U5"}


def test_deductions_are_taken_from_the_last_points_and_never_below_zero() -> None:
    scored = about("unit_item.score", points=90)
    again = about("unit_item.score", points=3, reason="核实", approver="BOSS")
    found = units(scored, deduction(2), deduction(1.5))["U1"]
    assert (found.points, found.deductions, found.net) == (9000, 350, 8650)
    found = units(scored, deduction(2), again, deduction(1.5))["U1"]
    assert (found.points, found.net) == (300, 0)
    assert len(found.evidence) == 3
    assert units(deduction(2))["U1"].net is None


def test_what_was_withdrawn_is_not_counted() -> None:
    with an_archive(*PAST, deduction(2), deduction(1.5)) as archive:
        archive.do(withdraw(archive.log.last_position()))
        with asked(archive) as reader:
            found = {unit.unit: unit for unit in units_of_year(reader, 2018)}["U1"]
    assert (found.deductions, len(found.evidence)) == (200, 1)


def test_what_supervision_did_and_what_followed_for_cadres_is_counted() -> None:
    talk = {"cadre": "A", "year": 2018, "talker": "HEAD", "talker_role": "unit_head"}
    talk |= {"content": "提醒", "on": "2019-03-01"}
    step = {"cadre": "A", "year": 2018, "post": "科员", "rank_level": "1A60", "reason": "未改进"}
    found = units(
        said("unit.assign", unit="U1", role="unit_head", cadre="HEAD", on="2015-01-01"),
        said("circular.issue", unit="U1", period="2018-Q1", subject="log_rating", text="通报"),
        said("meeting.comment", unit="U1", period="2018-06", text="点评"),
        about("supervision.inspect", item="talks", finding="未开展"),
        about("feedback.file", problems="多", suggestions="少"),
        close(),
        said("talk.hold", kind="reminder", **talk),
        said("talk.hold", kind="admonition", **talk),
        said("post.demote", on="2019-10-01", **step),
        said("post.to_non_leading", on="2019-10-02", **step),
    )["U1"]
    assert found.supervised == {
        "circular": 1, "meeting_comment": 1, "inspection": 1, "feedback": 1,
    }  # fmt: skip
    assert found.talks == {"reminder": 1, "admonition": 1}
    assert found.reassigned == {"demoted": 1, "non_leading": 1}
    assert (found.closed, found.years_closed) == (date(2019, 1, 20), 1)


def test_years_closed_count_whichever_they_are() -> None:
    earlier = roster("A", year=2017, on="2017-01-01")
    recorded = (policy("shishou-2013", on="2013-01-01"), earlier, close(year=2017))
    found = units(*recorded)["U1"]
    assert (found.closed, found.years_closed) == (None, 1)


# The dual circular


def circular(*commands: Command, period: str = "2018-Q1", as_of: str | None = None) -> DualCircular:
    written = parse_period(period)
    assert written is not None
    with an_archive(*PAST, *commands) as archive, asked(archive, as_of) as reader:
        return dual_circular(reader, "U1", written)


LOGS = [
    enter("A", "2018-01-31"),
    enter("A", "2018-03-31"),
    enter("A", "2018-03-31"),  # the same day again
    enter("A", "2018-04-01"),
    enter("C", "2018-03-01"),  # of another unit
    rate("A", "2018-01-31", 80),
    rate("A", "2018-02-01", 90),  # a day without an entry
    rate("A", "2018-04-01", 10),
]


def test_completion_is_the_share_of_entered_days_that_were_rated() -> None:
    a, b = circular(*LOGS).logged
    assert (a.cadre, a.entered, a.rated, a.completion) == ("A", 2, 1, Fraction(1, 2))
    assert (a.mean, a.ratings) == (Fraction(8500), (8000, 9000))
    assert (b.cadre, b.entered, b.completion, b.mean) == ("B", 0, None, None)
    (whole, _) = circular(*LOGS, period="2018").logged
    assert (whole.entered, whole.rated) == (3, 2)


def test_a_corrected_rating_counts_once_and_a_withdrawn_one_not_at_all() -> None:
    fixed = rate("A", "2018-01-31", 70, reason="核实", approver="BOSS")
    with an_archive(*PAST, *LOGS, fixed) as archive:
        last = archive.log.last_position()
        archive.do(withdraw(last))
        period = parse_period("2018-Q1")
        assert period is not None
        with asked(archive, f"#{last}") as reader:
            assert dual_circular(reader, "U1", period).logged[0].ratings == (7000, 9000)
        with asked(archive) as reader:
            assert dual_circular(reader, "U1", period).logged[0].ratings == (9000,)


def test_it_tells_which_of_the_two_was_issued_for_that_period() -> None:
    issued = said(
        "circular.issue",
        unit="U1",
        period="2018Q1",
        subject="log_rating",
        text="通报",
        on="2018-04-05",
    )
    found = circular(*LOGS, issued)
    assert {subject: on for subject, (on, _) in found.issued.items()} == {
        "log_rating": date(2018, 4, 5)
    }
    assert circular(*LOGS, issued, period="2018").issued == {}
