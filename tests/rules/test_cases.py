"""The cases of the rules that were worked by hand, as data."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from domain.rules.accountability import talks
from domain.rules.case import Case, PeerYear
from domain.rules.eligibility import Answer, commendation, promotion, talent, training
from domain.rules.facts import TalkHeld, UnitYear
from domain.rules.finding import Verdict
from domain.rules.scoring import score
from domain.rules.standing import Standing, judge
from domain.sentence import speak
from tests.rules.given import (
    POLICY,
    annuals,
    case,
    history,
    member,
    the_policy,
    unit_year,
)

PASS, FAIL = Verdict.PASS, Verdict.FAIL
INSUFFICIENT, NOT_APPLICABLE = Verdict.INSUFFICIENT, Verdict.NOT_APPLICABLE
TODAY = date(2019, 2, 1)


def by_cadre(unit: UnitYear) -> dict[str, Standing]:
    return {standing.cadre: standing for standing in judge(unit)}


def verdicts(answer: Answer) -> dict[str, Verdict]:
    return {finding.rule: finding.verdict for finding in answer.findings}


def readings(answer: Answer) -> dict[str, Verdict]:
    return {f"{i.parameter} {i.value}": i.verdict for i in answer.interpretations}


def test_case_1_a_score_of_88_395_is_published_as_88_40_and_ties() -> None:
    fourth = member("C4", performance="88.02", democratic="88.61", leader="89.01")
    points = ["92.50", "90.00", "88.40", None, "86", "79", "72"]
    people = [
        fourth if annual is None else member(f"C{n}", annual=annual)
        for n, annual in enumerate(points, start=1)
    ]
    ranked = judge(unit_year(people))

    assert score(fourth, POLICY).final_annual.value == Fraction(88395, 10)
    assert by_cadre(unit_year(people))["C4"].annual == 8840
    assert [standing.rank for standing in ranked] == [1, 2, 3, 3, 5, 6, 7]
    assert [standing.half for standing in ranked] == ["upper"] * 4 + ["lower"] * 3


@pytest.mark.parametrize(
    ("why", "points", "in_zone", "due"),
    [
        (
            "⌈20 % × 7⌉ = 2, and only 72 is below the cut",
            ("92.50", "90.00", "88.40", "88.40", 86, 79, 72),
            {"C6", "C7"},
            {"C7"},
        ),
        ("⌈20 % × 5⌉ = 1", (74, 73, 72, 71, 70), {"C5"}, {"C5"}),
        ("a tie at the edge is in", (90, 80, 78, 70, 70), {"C4", "C5"}, {"C4", "C5"}),
    ],
)
def test_case_2_the_bottom_zone(
    why: str, points: tuple[str | int, ...], in_zone: set[str], due: set[str]
) -> None:
    unit = annuals(*points)
    standings = judge(unit)

    assert {s.cadre for s in standings if s.zone.verdict is PASS} == in_zone, why
    assert {talk.cadre for talk in talks(unit, standings, [], None, TODAY)} == due, why


@pytest.mark.parametrize(
    ("components", "head", "annual", "kind", "talkers"),
    [
        (("59.62", "60.21", "60.61"), None, 6000, "reminder", ("unit_deputy", "unit_head")),
        (("60", "59.98", "60"), None, 5999, "admonition", ("unit_head",)),
        (("60", "59.98", "60"), "C9", 5999, "admonition", ("city_leader",)),
    ],
)
def test_case_3_the_talk_follows_the_published_score_and_the_head_is_talked_to_by_the_city(
    components: tuple[str, str, str],
    head: str | None,
    annual: int,
    kind: str,
    talkers: tuple[str, ...],
) -> None:
    performance, democratic, leader = components
    last = member("C9", performance=performance, democratic=democratic, leader=leader)
    unit = unit_year([*annuals(90, 88, 86, 84).members, last])
    (talk,) = talks(unit, judge(unit), [], head, TODAY)

    assert (talk.cadre, talk.annual, talk.kind, talk.talkers) == ("C9", annual, kind, talkers)
    assert (talk.status, talk.due, talk.rank, talk.of) == ("due", date(2019, 3, 21), 5, 5)


@pytest.mark.parametrize(
    ("kind", "role", "talker", "holds", "on", "status"),
    [
        ("admonition", "unit_head", "C0", True, date(2019, 2, 1), "held"),
        ("admonition", "unit_head", "C0", True, date(2019, 3, 22), "overdue"),
        ("admonition", "unit_head", "C0", False, date(2019, 2, 1), "wrong_talker"),
        ("admonition", "unit_head", "C5", True, date(2019, 2, 1), "wrong_talker"),
        ("admonition", "unit_deputy", "C0", True, date(2019, 2, 1), "wrong_talker"),
        ("reminder", "unit_head", "C0", True, date(2019, 2, 1), "too_light"),
    ],
)
def test_an_admonition_must_be_held_in_time_by_the_head(
    kind: str, role: str, talker: str, holds: bool, on: date, status: str
) -> None:
    unit = annuals(90, 88, 86, 84, 50)
    held = TalkHeld("C5", kind, talker, role, holds, on, 99)  # type: ignore[arg-type]
    (talk,) = talks(unit, judge(unit), [held], None, TODAY)

    assert talk.status == status
    assert 99 in talk.evidence


def test_talks_overdue_heavier_than_needed_not_needed_and_provisional() -> None:
    unit = annuals(90, 88, 86, 84, 70)
    late = date(2019, 3, 22)
    heavier = TalkHeld("C5", "admonition", "C0", "unit_head", True, TODAY, 99)
    needless = TalkHeld("C1", "reminder", "C0", "unit_head", True, TODAY, 98)
    still_open = unit_year(unit.members, closed=False)

    assert [t.status for t in talks(unit, judge(unit), [], None, late)] == ["overdue"]
    assert [t.status for t in talks(unit, judge(unit), [heavier], None, late)] == ["held"]
    found = talks(unit, judge(unit), [heavier, needless], None, late)
    assert [(t.cadre, t.status, t.talkers) for t in found][1] == ("C1", "not_needed", ())
    (provisional,) = talks(still_open, judge(still_open), [], None, late)
    assert (provisional.status, provisional.due) == ("due", None)


def case_4_facts() -> Case:
    """Peers' totals P 267, Y 255, Q 252, S 240; R served elsewhere and has two years only."""
    table = {
        "P": (89, 89, 89),
        "Y": (84, 86, 85),
        "Q": (84, 84, 84),
        "S": (80, 80, 80),
    }
    years = [
        unit_year(
            [
                *(member(c, year=y, performance=p[n], annual=86) for c, p in table.items()),
                *([member("R", year=y, performance=91, annual=86)] if y == 2018 else []),
            ],
            year=y,
        )
        for n, y in enumerate((2016, 2017, 2018))
    ]
    elsewhere = member("R", year=2017, unit="U002", performance=92, annual=86)
    return case("Y", years, [PeerYear(elsewhere, POLICY, True)])


def case_4() -> Answer:
    return promotion(case_4_facts())


def test_case_4_an_incomplete_peer_turns_the_answer() -> None:
    answer = case_4()

    assert verdicts(answer)["R20.C2.performance"] is FAIL
    assert verdicts(answer)["R20.C2.total"] is PASS
    assert answer.verdict is PASS
    assert readings(answer)["promotion.peers mean_scaled"] is FAIL
    assert answer.sensitive
    (total,) = [f for f in answer.findings if f.rule == "R20.C2.total"]
    assert str(total.found) == "总分255.00，第2名，共4人"


@pytest.mark.parametrize(
    ("peers", "found", "last"),
    [
        ("complete_only", "R 3年中仅2年有得分，不列入比较", NOT_APPLICABLE),
        ("mean_scaled", "R 总分274.50（仅2年有得分，按3年折算）", PASS),
    ],
)
def test_a_total_tells_everyone_compared_and_who_was_left_out(
    peers: str, found: str, last: Verdict
) -> None:
    facts = case_4_facts().reading("promotion.peers", peers)
    (total,) = [f for f in promotion(facts).findings if f.rule == "R20.C2.total"]
    told = {part.rule.rpartition(".")[2]: part for part in total.parts}

    assert str(told["P"].found) == "P 总分267.00（3年）"
    assert str(told["R"].found) == found
    assert told["R"].verdict is last
    assert [*told] == (["R"] if last is PASS else []) + ["P", "Y", "Q", "S"] + (
        [] if last is PASS else ["R"]
    )
    assert set(total.evidence) == {p for part in total.parts for p in part.evidence}


def test_a_subject_without_all_scores_is_insufficient_whatever_the_peers_reading() -> None:
    for peers in ("complete_only", "mean_scaled"):
        facts = replace(case_4_facts(), cadre="R").reading("promotion.peers", peers)
        (total,) = [f for f in promotion(facts).findings if f.rule == "R20.C2.total"]

        assert total.verdict is INSUFFICIENT
        assert str(total.parts[-1].found) == "本人R 3年中仅2年有得分"


@pytest.mark.parametrize(
    ("annual", "verdict"),
    [(("85.00", "86.10", "85.20"), PASS), (("85.00", "84.99", "85.20"), FAIL)],
)
def test_case_5_every_annual_score_must_reach_85(annual: tuple[str, ...], verdict: Verdict) -> None:
    years = [
        member("Y", grade="competent", annual=a, performance=p)
        for a, p in zip(annual, ("85.00", 90, 88), strict=True)
    ]
    answer = promotion(history("Y", *years))

    assert answer.verdict is verdict
    assert verdicts(answer)["R20.C1"] is verdict
    assert verdicts(answer)["R20.C1.excellent"] is FAIL
    assert verdicts(answer)["R20.C2.performance"] is PASS
    assert verdicts(answer)["R20.C2.total"] is NOT_APPLICABLE


def graded_years(grades: str) -> tuple[object, ...]:
    words = {"优": "excellent", "称": "competent", "免": "not_assessed", "定": "ungraded"}
    return tuple(None if g == "无" else member("Y", grade=words[g]) for g in grades)


@pytest.mark.parametrize(
    ("grades", "train", "talented", "bridged"),
    [
        ("优优称优优", PASS, FAIL, FAIL),
        ("优优优称称", PASS, PASS, PASS),
        ("优优免优优", PASS, FAIL, PASS),
        ("优定优优称", PASS, FAIL, PASS),
        ("优优无优优", PASS, INSUFFICIENT, INSUFFICIENT),
        ("优无称称优", INSUFFICIENT, FAIL, FAIL),
        ("称称无称优", FAIL, FAIL, FAIL),
    ],
)
def test_case_6_training_counts_and_talent_wants_a_run(
    grades: str, train: Verdict, talented: Verdict, bridged: Verdict
) -> None:
    facts = history("Y", *graded_years(grades), last=2017)  # type: ignore[arg-type]
    answer = talent(facts)

    assert training(facts).verdict is train
    assert answer.verdict is talented
    assert readings(answer)["talent.gap bridge"] is bridged
    assert answer.sensitive is (talented is not bridged)


def test_case_7_each_year_is_judged_by_its_own_policy() -> None:
    names = {2016: "shishou-2013", 2017: "shishou-2017-pilot", 2018: "shishou-2018"}
    years = [
        unit_year(
            [member("Y", year=y, grade="competent", performance=90, democratic=80, leader=80)],
            policy=the_policy(name),
            year=y,
        )
        for y, name in names.items()
    ]
    answer = promotion(case("Y", years))

    found = {f.rule: (f.verdict, str(f.found)) for f in answer.findings}
    assert found["R20.C1.annual.2016"] == (FAIL, "2016年年度得分84.00")
    assert found["R20.C1.annual.2017"] == (PASS, "2017年年度得分85.00")
    assert found["R20.C1.annual.2018"] == (PASS, "2018年年度得分85.00")
    assert answer.verdict is FAIL


@pytest.mark.parametrize(("v_annual", "verdict", "rank"), [("84.8", PASS, 2), ("85.5", FAIL, 3)])
def test_case_8_a_later_correction_moves_a_commended_cadre_below_the_half(
    v_annual: str, verdict: Verdict, rank: int
) -> None:
    table = {"T": "91", "W": "85.2", "V": v_annual, "Q": "78"}
    unit = unit_year([member(c, annual=a) for c, a in table.items()])

    assert commendation(case("W", [unit])).verdict is verdict
    assert by_cadre(unit)["W"].rank == rank


@pytest.mark.parametrize(
    ("annual", "c1", "verdict"), [(86, INSUFFICIENT, INSUFFICIENT), (84, FAIL, FAIL)]
)
def test_case_9_a_year_without_scores_leaves_it_open_unless_another_fails(
    annual: int, c1: Verdict, verdict: Verdict
) -> None:
    answer = promotion(
        history(
            "Y",
            member("Y", on_probation=True),
            member("Y", grade="competent", annual=annual, performance=86),
            member("Y", grade="competent", annual=87, performance=87),
        )
    )

    assert verdicts(answer)["R20.C1"] is c1
    assert verdicts(answer)["R20.C2"] is INSUFFICIENT
    assert answer.verdict is verdict


def test_an_open_year_is_insufficient_for_every_purpose_that_needs_it() -> None:
    people = [member(c, annual=a, performance=a) for c, a in {"Y": 90, "P": 80, "Q": 70}.items()]
    facts = case("Y", [unit_year(people, closed=False)])

    assert commendation(facts).verdict is INSUFFICIENT
    assert promotion(facts).verdict is INSUFFICIENT


def test_every_finding_is_a_sentence_in_both_languages_with_a_clause() -> None:
    unit = annuals(90, 88, 70, 60, 50)
    held = TalkHeld("C5", "reminder", "C0", "unit_head", True, TODAY, 99)
    needless = TalkHeld("C1", "reminder", "C0", "unit_head", True, TODAY, 98)
    findings = [
        *case_4().findings,
        *(f for standing in judge(unit) for f in standing.findings),
        *(talk.finding for talk in talks(unit, judge(unit), [held, needless], None, TODAY)),
    ]
    for finding in findings:
        assert finding.clause
        for sentence in (finding.found, finding.needed):
            zh, en = speak(sentence, "zh"), speak(sentence, "en")
            assert "{" not in zh + en
            assert zh != en or zh.isascii()
