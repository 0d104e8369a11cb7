"""Small groups, compared with the city; and years of which only the grade is on record."""

import pytest

from domain.rules.eligibility import Answer, Purpose
from projections.eligibility import eligibility
from projections.ranking import annual_ranking
from projections.talks import talks_of_year
from tests.given import Command, an_archive, asked
from tests.said import close, component, graded, paper, people, policy, roster, said

BEGIN = "2010-02-01"
CITY = [
    *paper(BEGIN, *people("A", unit_code="U1"), *people("B", "C", "D", "E", unit_code="U2")),
    *paper("2018-02-01", policy()),
    *paper("2018-03-01", roster("A"), roster("B", "C", "D", "E", unit="U2")),
]


def scored(unit: str, known_at: str = "2019-01-10", **table: float) -> list[Command]:
    return paper(known_at, *(component(c, "annual", p, unit=unit) for c, p in table.items()))


def told(*commands: Command, as_of: str | None = None) -> tuple[str | None, str | None]:
    with an_archive(*commands) as archive, asked(archive, as_of) as reader:
        whole = {line.standing.cadre: line.standing for line in annual_ranking(reader, 2018)}
        (alone,) = annual_ranking(reader, 2018, "U1")
        assert alone.standing == whole["A"]
        due = {talk.cadre: talk.status for talk in talks_of_year(reader, 2018)}
        return whole["A"].grade, due.get("A")


A_CLOSED = paper("2019-01-20", close())
OTHERS = scored("U2", B=80, C=82, D=84, E=86)


def test_a_closed_units_grade_and_talk_stand_when_another_unit_scores_later() -> None:
    for points in (63, 86):
        for closing in ([], paper("2019-02-20", close("U2"))):
            before = [*CITY, *scored("U1", A=70), *OTHERS[:3], *A_CLOSED]
            later = scored("U2", "2019-02-10", E=points) + closing
            assert told(*before) == told(*before, *later) == ("basically_competent", "overdue")


def test_paper_history_may_be_imported_unit_by_unit() -> None:
    alone = [*CITY, *scored("U1", A=70), *A_CLOSED]
    assert told(*alone)[1] is None
    assert told(*alone, *OTHERS) == ("basically_competent", "overdue")


def test_an_open_units_small_group_is_compared_with_the_city_as_it_is_known() -> None:
    alone = [*CITY, *scored("U1", A=70)]
    assert told(*alone)[1] is None
    assert told(*alone, *OTHERS)[1] == "due"


def test_the_city_is_cut_at_the_closing_and_at_the_time_asked() -> None:
    history = [*CITY, *scored("U1", A=70), *OTHERS, *A_CLOSED]
    assert told(*history, as_of="2019-01-09")[1] is None
    assert told(*history, as_of="2019-01-20")[1] == "due"


def asks(purpose: Purpose, year: int | None, *commands: Command) -> Answer:
    with an_archive(*commands) as archive, asked(archive) as reader:
        return eligibility(reader, purpose, "A", year)


def test_eligibility_sees_the_grade_that_the_ranking_shows() -> None:
    history = [*CITY, *scored("U1", A=70), *OTHERS, *A_CLOSED]
    with an_archive(*history) as archive, asked(archive) as reader:
        (line,) = annual_ranking(reader, 2018, "U1")
        answer = eligibility(reader, "training", "A", 2018)
    assert line.standing.grade == "basically_competent"
    assert "basically_competent" in repr(answer.finding.found)


PAPER_ONLY = [
    *paper(BEGIN, *people("A")),
    *paper("2013-01-01", policy("shishou-2013", on="2013-01-01")),
]


def results(*years: int) -> list[Command]:
    return [c for y in years for c in paper(f"{y + 1}-02-01", *graded("A", "excellent", y))]


@pytest.mark.parametrize(("years", "verdict"), [((2013, 2014, 2015), "PASS"), ((), "INSUFFICIENT")])
def test_confirmed_grades_without_a_roster_are_known(years: tuple[int, ...], verdict: str) -> None:
    answer = asks("training", 2015, *PAPER_ONLY, *results(*years))
    assert answer.verdict.name == verdict
    assert len(answer.finding.evidence) == len(years)


def test_the_last_year_with_a_grade_on_record_is_asked_about_when_none_was_closed() -> None:
    history = [*PAPER_ONLY, *results(2013, 2014, 2015)]
    assert asks("talent", None, *history) == asks("talent", 2015, *history)


def test_a_grade_only_proposed_without_a_roster_is_not_known() -> None:
    proposed = paper("2016-02-01", said("result.propose", cadre="A", year=2015, grade="excellent"))
    answer = asks("training", 2015, *PAPER_ONLY, *proposed)
    assert answer.verdict.name == "INSUFFICIENT"


def test_a_year_without_a_policy_is_told_as_such() -> None:
    listed = paper("2012-03-01", roster("A", year=2012))
    here = paper("2014-03-01", roster("A", year=2014))
    answer = asks("promotion", 2014, *PAPER_ONLY, *listed, *here)
    keys = {finding.rule: finding.found.key for finding in answer.findings}
    assert keys["R20.C1.annual.2012"] == "no_policy_known"
    assert keys["R20.C1.annual.2013"] == "year_absent"
    assert keys["R20.C1.annual.2014"] == "year_open"
