"""What bars 优秀 or leaves a year ungraded, and the share of 优秀 that was approved."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.facts import QuotaApproval, Service, UnitYear
from domain.rules.finding import Finding, flat
from domain.rules.policy import Absence, Bars, Policy
from domain.rules.quota import quota
from domain.rules.service import leave
from domain.rules.standing import Standing, judge
from tests.rules.given import POLICY, annuals, member, the_policy, unit_year

LAW = the_policy("law-2007")


def service(kind: str, what: str, starts: str, ends: str | None, position: int = 7) -> Service:
    until = date.fromisoformat(ends) if ends else None
    return Service(kind, what, date.fromisoformat(starts), until, position)  # type: ignore[arg-type]


def with_service(*record: Service, closed: bool = True) -> UnitYear:
    """Five people, of whom the first, C1, has this record; one seat."""
    first, *others = annuals(95, 90, 88, 86, 84).members
    return unit_year([replace(first, service=record), *others], closed=closed)


def of(cadre: str, facts: UnitYear) -> Standing:
    return next(standing for standing in judge(facts) if standing.cadre == cadre)


def findings(standing: Standing) -> dict[str, Finding]:
    return {found.rule: found for whole in standing.findings for found in flat(whole)}


@pytest.mark.parametrize(
    ("what", "starts", "ends", "barred"),
    [
        ("warning", "2018-03-01", "2018-08-31", True),
        ("admonition", "2018-12-31", "2019-06-30", True),
        ("demerit", "2017-01-01", "2018-01-01", True),
        ("serious_warning", "2016-01-01", None, True),
        ("demerit", "2017-01-01", "2017-12-31", False),
        ("warning", "2019-01-01", "2019-06-30", False),
    ],
)
def test_a_sanction_in_force_in_the_year_bars_excellent_and_nothing_else(
    what: str, starts: str, ends: str | None, barred: bool
) -> None:
    facts = with_service(service("sanction", what, starts, ends))
    standing = of("C1", facts)

    assert (standing.rank, standing.grade) == (1, "competent" if barred else "excellent")
    bar = findings(standing)["R15.bar"]
    assert (bar.verdict.value, bar.evidence) == (("FAIL", (7,)) if barred else ("PASS", ()))
    assert of("C2", facts).grade == ("excellent" if barred else "competent")
    if barred:
        assert findings(standing)["R15"].clause == POLICY.clause("bars.sanctions")
        assert 7 in findings(standing)["R15"].evidence


def test_the_law_says_what_bars_else_the_citys_policy() -> None:
    facts = with_service(service("sanction", "admonition", "2018-03-01", "2018-08-31"))
    nothing = replace(POLICY, bars=Bars(()))

    assert of("C1", replace(facts, policy=nothing)).grade == "excellent"
    under_law = of("C1", replace(facts, policy=nothing, law=LAW))
    assert findings(under_law)["R15.bar"].clause == LAW.clause("bars.sanctions")
    assert "诫勉" in str(findings(under_law)["R15.bar"].found)


@pytest.mark.parametrize(
    ("absences", "days"),
    [
        ([("sick", "2018-01-01", "2018-01-31")], 31),
        ([("sick", "2017-12-01", "2018-01-31")], 31),
        ([("private", "2018-12-01", None)], 31),
        ([("private", "2018-12-01", "2019-03-01")], 31),
        ([("sick", "2018-01-01", "2018-01-31"), ("private", "2018-01-20", "2018-02-09")], 40),
        ([("sick", "2018-01-01", "2018-12-31"), ("sick", "2018-02-01", "2018-02-28")], 365),
        ([("sick", "2018-03-01", None), ("sick", "2018-03-01", "2018-03-10")], 10),
        ([("sick", "2018-03-01", "2018-03-10"), ("sick", "2018-03-01", None)], 306),
        ([("sick", "2018-03-01", None), ("private", "2018-03-01", "2018-03-10")], 306),
        ([("study", "2018-01-01", "2018-12-31")], 0),
        ([("secondment", "2018-01-01", None)], 0),
        ([("sick", "2017-01-01", "2017-12-31")], 0),
    ],
)
def test_days_of_leave_are_counted_once_within_the_year(
    absences: list[tuple[str, str, str | None]], days: int
) -> None:
    record = [service("absence", *absence) for absence in absences]
    assert leave(record, 2018, POLICY).days == days


@pytest.mark.parametrize(("until", "grade"), [("2018-07-02", "excellent"), ("2018-07-03", None)])
def test_more_than_half_a_year_of_leave_leaves_a_year_ungraded(
    until: str, grade: str | None
) -> None:
    facts = with_service(service("absence", "sick", "2018-01-01", until))
    standing = of("C1", facts)

    assert (standing.rank, standing.of) == (1, 5)  # ranked, without a seat
    assert standing.grade == (grade or "ungraded")
    if grade is None:
        found = findings(standing)["R15"]
        assert str(found.found) == "当年请假184天，超过183天，不定等次"
        assert (found.clause, 7 in found.evidence) == (POLICY.clause("absence.days"), True)
        assert of("C2", facts).grade == "excellent"


def test_how_long_and_which_leave_counts_is_the_policys() -> None:
    facts = with_service(service("absence", "study", "2018-01-01", "2018-03-01"))
    strict = replace(POLICY, absence=Absence(30, ("study",)))
    assert of("C1", replace(facts, policy=strict)).grade == "ungraded"


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 200)).map(
            lambda pair: service(
                "absence",
                "sick",
                date.fromordinal(date(2017, 9, 1).toordinal() + pair[0]).isoformat(),
                date.fromordinal(date(2017, 9, 1).toordinal() + sum(pair)).isoformat(),
            )
        ),
        max_size=6,
        unique_by=lambda absence: absence.starts,
    )
)
def test_the_days_away_are_the_days_on_which_any_absence_runs(record: list[Service]) -> None:
    year = [date.fromordinal(n) for n in range(date(2018, 1, 1).toordinal(), 737060)]
    assert year[-1] == date(2018, 12, 31)
    away = [d for d in year if any(a.starts <= d <= (a.ends or d) for a in record)]
    assert leave(record, 2018, POLICY).days == len(away)


CASES = [  # opened, closed; closed_on is 2019-01-20
    ("2018-05-01", None, True),
    ("2018-05-01", "2018-12-01", False),
    ("2018-05-01", "2019-01-20", False),
    ("2018-05-01", "2019-01-21", True),
    ("2019-01-02", None, False),
    ("2017-05-01", None, True),
]


@pytest.mark.parametrize(("opened", "closed", "ungraded"), CASES)
def test_a_case_open_at_the_closing_leaves_a_year_ungraded(
    opened: str, closed: str | None, ungraded: bool
) -> None:
    record = [service("case", "opened", opened, None, 7)]
    record += [service("case", "closed", closed, None, 8)] if closed else []
    standing = of("C1", with_service(*record))

    assert standing.grade == ("ungraded" if ungraded else "excellent")
    assert (7 in findings(standing)["R15"].evidence) == ungraded


def test_while_the_year_is_open_a_case_closed_ever_is_closed() -> None:
    case = (
        service("case", "opened", "2018-05-01", None),
        service("case", "closed", "2019-03-01", None, 8),
    )
    assert of("C1", with_service(*case, closed=False)).grade == "excellent"
    assert of("C1", with_service(case[0], closed=False)).grade == "ungraded"


def quotas(approved: int | None, policy: Policy = POLICY, law: Policy | None = None) -> UnitYear:
    facts = annuals(*range(99, 79, -1), policy=policy)
    approval = QuotaApproval(approved, 99) if approved else None
    return replace(facts, law=law, approval=approval)


@pytest.mark.parametrize(
    ("approved", "law", "share", "seats"),
    [
        (None, None, 2000, 4),
        (2500, None, 2500, 5),
        (2300, None, 2300, 4),
        (9000, None, 2500, 5),  # at most quota_max
        (1000, None, 2000, 4),  # an approval lowers nothing
        (2500, LAW, 2000, 4),  # the law's 15 and 20 %
        (None, LAW, 1500, 3),
    ],
)
def test_an_approved_share_counts_up_to_the_strictest_maximum(
    approved: int | None, law: Policy | None, share: int, seats: int
) -> None:
    facts = quotas(approved, law=law)
    assert quota(facts).share == share
    assert sum(s.grade == "excellent" for s in judge(facts)) == seats


def test_a_seat_by_approval_cites_it_and_the_maximum() -> None:
    seat = findings(of("C5", quotas(2500)))["R15.quota"]
    assert (seat.verdict.value, 99 in seat.evidence) == ("PASS", True)
    assert seat.clause == POLICY.clause("grading.quota_max")
    assert str(seat.needed) == "优秀名额经批准不超过25%"


@given(st.lists(st.integers(8000, 10_000), min_size=1, max_size=30), st.integers(1, 10_000))
def test_seats_never_exceed_what_policy_and_law_allow_at_most(
    scores: list[int], approved: int
) -> None:
    facts = annuals(*(f"{score / 100:.2f}" for score in scores))
    judged = judge(replace(facts, approval=QuotaApproval(approved, 99), law=LAW))
    assert sum(s.grade == "excellent" for s in judged) <= len(scores) * 2000 // 10_000


def test_a_line_whose_year_another_roster_ranks_counts_in_nothing() -> None:
    others = annuals(90, 88, 86, 84).members
    elsewhere = replace(member("X", annual=95), ranked_in="U2")
    facts = unit_year([elsewhere, *others])
    with_it, without = judge(facts), judge(unit_year(others))

    assert [(s.cadre, s.rank, s.of, s.half, s.grade) for s in with_it if s.cadre != "X"] == [
        (s.cadre, s.rank, s.of, s.half, s.grade) for s in without
    ]
    line = of("X", facts)
    assert (line.rank, line.of, line.half, line.grade, line.grade_status) == (
        None, 4, "none", None, None,
    )  # fmt: skip
    found = findings(line)
    assert {str(found[rule].found) for rule in ("R12", "R15", "R17")} == {"在U2排名"}
    assert {found[rule].verdict.value for rule in ("R12", "R15", "R17", "R21.zone")} == {
        "NOT_APPLICABLE"
    }
