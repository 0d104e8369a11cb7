"""Cadres on two rosters or none: who judges them, who talks with them, what is on record."""

from typing import Any

from projections.ranking import annual_ranking
from projections.talks import talks_of_year
from tests.given import Command, an_archive, asked, given
from tests.said import close, component, graded, paper, people, policy, post, roster, said

BEGIN = "2010-02-01"
ROSTER = paper("2018-03-01", roster("A", "B", "C", "D", "X"))
SCORES: dict[str, float] = {"A": 90, "B": 88, "C": 86, "D": 84, "X": 70}


def heads(**units: str) -> list[Command]:
    return paper(
        BEGIN,
        *(
            said("unit.assign", unit=u, role="unit_head", cadre=c, on="2015-01-01")
            for u, c in units.items()
        ),
    )


def scored(table: dict[str, float], unit_code: str = "U1") -> list[Command]:
    return paper(
        "2019-01-10", *(component(c, "annual", n, unit=unit_code) for c, n in table.items())
    )


def talk(code: str, talker: str, on: str = "2019-02-01", **fields: object) -> Command:
    given = {"cadre": code, "year": 2018, "kind": "reminder", "talker": talker, "on": on}
    return said("talk.hold", **given | {"talker_role": "unit_head", "content": "谈"} | fields)


def talked(*commands: Command, as_of: str | None = None) -> list[tuple[str, str, str]]:
    with an_archive(*commands) as archive, asked(archive, as_of) as reader:
        return [(t.unit, t.cadre, t.status) for t in talks_of_year(reader, 2018)]


PEOPLE = [
    *paper(BEGIN, *people("A", "B", "C", "D", "X", "H1"), *people("H2", unit_code="U2")),
    *heads(U1="H1", U2="H2"),
    *paper("2018-02-01", policy()),
]
MOVED = paper("2018-11-01", post("X", "U2", on="2018-11-01"))
JUDGED = [*PEOPLE, *MOVED, *ROSTER, *scored(SCORES), *paper("2019-01-20", close())]


def test_the_head_of_the_roster_talks_with_whoever_moved_before_the_years_end() -> None:
    assert talked(*JUDGED, talk("X", "H1")) == [("U1", "X", "held")]


def test_the_head_of_the_unit_of_the_day_talks_with_whoever_moved_too() -> None:
    assert talked(*JUDGED, talk("X", "H2")) == [("U1", "X", "held")]


def test_the_head_of_a_unit_that_never_had_the_cadre_may_not_talk() -> None:
    third = [*paper(BEGIN, *people("H3", unit_code="U3")), *heads(U3="H3")]
    given(*JUDGED, *third).when(talk("X", "H3")).refused(
        "H3 is not unit head of U1, U2 on 2019-02-01; expected a holder of that role", "talker"
    )


def test_a_release_before_a_release_counts_for_whoever_asks() -> None:
    roles = [
        said("unit.release", unit="U1", role="unit_head", cadre="H1", on="2019-06-01"),
        said("unit.release", unit="U1", role="unit_head", cadre="H1", on="2019-03-01"),
    ]
    given(*JUDGED, *roles).when(talk("X", "H1", on="2019-03-02")).refused(
        "H1 is not unit head of U1, U2 on 2019-03-02; expected a holder of that role", "talker"
    )
    history = [*JUDGED, *roles, *paper("2019-07-01", talk("X", "H1", on="2019-03-02"))]
    assert talked(*history) == [("U1", "X", "wrong_talker")]


def test_a_release_of_whoever_was_released_before_changes_nothing_and_is_refused() -> None:
    released = said("unit.release", unit="U1", role="unit_head", cadre="H1", on="2019-03-01")
    given(*JUDGED, released).when({**released, "on": "2019-06-01"}).refused(
        "H1 is not unit head of U1 on 2019-06-01; expected a holder of the role", "cadre"
    )


def lines(*commands: Command, who: str = "X") -> dict[str, Any]:
    with an_archive(*commands) as archive, asked(archive) as reader:
        return {
            line.standing.unit: (line.standing.grade, line.standing.grade_status)
            for line in annual_ranking(reader, 2018)
            if line.standing.cadre == who
        }


def test_the_grade_on_record_and_the_talk_show_on_the_judging_roster_only() -> None:
    elsewhere = paper("2018-03-01", roster("X", unit="U2", member={"participates": "no"}))
    later = paper("2018-03-02", roster("X", unit="U2", member={"participates": "no"}))
    for second in (elsewhere, later):
        history = [*JUDGED, *second, *paper("2019-01-25", *graded("X", "competent"))]
        assert lines(*history) == {
            "U1": ("competent", "confirmed"),
            "U2": ("not_assessed", "computed"),
        }
        assert talked(*history, talk("X", "H1")) == [("U1", "X", "held")]


def test_of_two_rosters_alike_the_one_listed_last_judges_whoever_asks() -> None:
    both = [
        *PEOPLE,
        *paper("2018-03-01", roster("X", unit="U2")),
        *paper("2018-03-01", roster("A", "B", "C", "X")),
    ]
    correction = said(
        "result.correct", cadre="X", year=2018, grade="competent", reason="核", approver="BOSS"
    )
    given(*both).when(correction).then(("result/2018/X", "result.corrected", {"unit": "U1"}))
    assert lines(*both, correction) == {"U1": ("competent", "corrected"), "U2": (None, None)}


def test_what_is_confirmed_goes_before_what_is_proposed_later() -> None:
    late = paper("2019-02-02", said("result.propose", cadre="X", year=2018, grade="excellent"))
    confirmed = paper("2019-02-01", *graded("X", "competent"))
    assert lines(*JUDGED, *confirmed, *late) == {"U1": ("competent", "confirmed")}
    without = paper("2019-02-01", said("result.confirm", cadre="X", year=2018))
    assert lines(*JUDGED, *without, *late) == {"U1": ("excellent", "confirmed")}


def test_a_grade_that_was_corrected_is_not_proposed_again() -> None:
    corrected = said(
        "result.correct", cadre="X", year=2018, grade="competent", reason="核", approver="BOSS"
    )
    proposed = said("result.propose", cadre="X", year=2018, grade="excellent")
    when = given(*JUDGED, corrected).when(proposed)
    assert when.refusal is not None
    assert when.events == []


def test_a_post_after_the_probation_ends_it_for_the_years_grade() -> None:
    trial = paper("2018-04-01", post("A", on="2018-04-01", probation_until="2019-04-01"))
    superseded = paper("2018-06-01", post("A", on="2018-06-01"))
    assert lines(*JUDGED[:-1], *trial, *JUDGED[-1:], who="A") != lines(*JUDGED, who="A")
    history = [*JUDGED[:-1], *trial, *superseded, *JUDGED[-1:]]
    assert lines(*history, who="A") == lines(*JUDGED, who="A")


def test_a_talk_with_somebody_on_no_roster_is_listed_as_not_needed() -> None:
    assert talked(*PEOPLE, talk("X", "H1")) == [("U1", "X", "not_needed")]


def test_a_talk_before_the_closing_satisfies_nothing() -> None:
    early = paper("2019-01-19", talk("X", "H1", on="2019-01-19"))
    assert talked(*JUDGED[:-1], *early, JUDGED[-1], as_of="2019-02-01") == [
        ("U1", "X", "due"),
        ("U1", "X", "not_needed"),
    ]
    in_june = paper("2018-06-19", talk("X", "H1", on="2018-06-19"))
    assert talked(*PEOPLE, *ROSTER, *in_june, *scored(SCORES)) == [
        ("U1", "X", "due"),
        ("U1", "X", "not_needed"),
    ]
