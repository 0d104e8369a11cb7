"""Laws that hold for any facts: of ranking, the quota, rounding and the four values."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.facts import GradeGiven, UnitYear
from domain.rules.finding import Verdict, conjoin, disjoin
from domain.rules.grading import seats
from domain.rules.measured import published
from domain.rules.ranking import half_verdict, wider_needed
from domain.rules.standing import Standing, judge, levels_needed, pooled
from tests.rules.given import POLICY, annuals, member, the_policy, unit_year

SCORES = st.lists(st.integers(5000, 10000), min_size=1, max_size=30)
VERDICTS = st.lists(st.sampled_from(Verdict), max_size=5)


def unit_of(scores: list[int]) -> UnitYear:
    return annuals(*(f"{score / 100:.2f}" for score in scores))


def lines(standings: tuple[Standing, ...]) -> set[tuple[object, ...]]:
    return {(s.cadre, s.rank, s.half, s.grade, s.zone.verdict) for s in standings}


@given(SCORES, st.randoms())
def test_the_order_of_the_roster_decides_nothing(scores: list[int], random: object) -> None:
    unit = unit_of(scores)
    shuffled = list(unit.members)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert lines(judge(unit)) == lines(judge(replace(unit, members=tuple(shuffled))))


@given(SCORES)
def test_equal_scores_share_everything_and_ranks_skip_after_ties(scores: list[int]) -> None:
    standings = judge(unit_of(scores))

    for standing in standings:
        assert standing.rank == 1 + sum(
            (other.annual or 0) > (standing.annual or 0) for other in standings
        )
    by_score = {s.annual: (s.rank, s.half, s.grade, s.zone.verdict) for s in standings}
    assert all(by_score[s.annual] == (s.rank, s.half, s.grade, s.zone.verdict) for s in standings)


@given(SCORES)
def test_excellent_never_exceeds_the_quota_and_is_earned(scores: list[int]) -> None:
    standings = judge(unit_of(scores))
    excellent = [s for s in standings if s.grade == "excellent"]

    assert len(excellent) <= len(scores) // 5
    assert all((s.annual or 0) >= 8500 and s.half in ("upper", "none") for s in excellent)


@given(SCORES)
def test_a_grade_agrees_with_its_findings(scores: list[int]) -> None:
    for standing in judge(unit_of(scores)):
        excellent, zone = standing.graded.finding.parts
        low = zone.verdict is Verdict.PASS and (standing.annual or 0) < 7500

        assert (excellent.verdict is Verdict.PASS) == (standing.grade == "excellent")
        assert low == (standing.grade in ("basically_competent", "incompetent"))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.integers(0, 10_000))
def test_seats_fill_the_quota_unless_remainders_tie(sizes: list[int], quota: int) -> None:
    groups = {(str(n),): size for n, size in enumerate(sizes)}
    given_seats = seats(groups, quota)
    total = quota * sum(sizes) // 10_000

    assert sum(given_seats.values()) <= total
    for group, size in groups.items():
        assert quota * size // 10_000 <= given_seats[group] <= quota * size // 10_000 + 1
    remainders = sorted((quota * size % 10_000 for size in sizes), reverse=True)
    left = total - sum(quota * size // 10_000 for size in sizes)
    if left == 0 or remainders[left - 1] > remainders[left]:
        assert sum(given_seats.values()) == total


@given(st.fractions(min_value=0, max_value=10_000))
def test_a_score_is_rounded_half_up(exact: Fraction) -> None:
    assert Fraction(-1, 2) < published(exact) - exact <= Fraction(1, 2)


@given(VERDICTS)
def test_what_does_not_apply_drops_out_and_order_is_free(verdicts: list[Verdict]) -> None:
    for combine in (conjoin, disjoin):
        plain = [v for v in verdicts if v is not Verdict.NOT_APPLICABLE]
        assert combine(verdicts) is combine(plain)
        assert all(combine(order) is combine(verdicts) for order in permutations(verdicts))


@given(VERDICTS)
def test_and_is_the_mirror_of_or(verdicts: list[Verdict]) -> None:
    mirror = {Verdict.PASS: Verdict.FAIL, Verdict.FAIL: Verdict.PASS}
    turned = [mirror.get(v, v) for v in verdicts]

    assert conjoin(turned) is mirror.get(disjoin(verdicts), disjoin(verdicts))


def grades(unit: UnitYear) -> list[str | None]:
    return [s.grade for s in sorted(judge(unit), key=lambda s: s.cadre)]


def test_a_tie_at_the_last_seat_gets_none_and_says_so() -> None:
    unit = annuals(95, 90, 90, 88, 86, 85, 80, 79, 78, 76)  # two seats of ten

    assert [g == "excellent" for g in grades(unit)] == [True] + [False] * 9
    tied = next(s for s in judge(unit) if s.cadre == "C2")
    assert "提请党委(党组)研究" in str([str(p.found) for p in tied.findings[4].parts[0].parts])


def test_the_stricter_of_policy_and_law_holds() -> None:
    unit = replace(annuals(*range(99, 79, -1)), law=the_policy("law-2007"))

    assert grades(unit).count("excellent") == 3


def test_those_who_are_not_graded_by_their_score() -> None:
    people = [
        member("C1", annual=95, participates="no"),
        member("C2", annual=95, participates="comment_only"),
        member("C3", annual=95, on_probation=True),
        member("C4"),
        member("C5", annual=95, grade="competent"),
    ]

    unit = unit_year([*people, *(member(f"D{n}", annual=80) for n in range(4))])
    assert grades(unit)[:5] == ["not_assessed", "ungraded", "ungraded", None, "competent"]
    half = {s.cadre: half_verdict(s.ranked) for s in judge(unit)}
    assert [half[f"C{n}"] for n in (1, 2, 4)] == [
        Verdict.NOT_APPLICABLE,
        Verdict.NOT_APPLICABLE,
        Verdict.INSUFFICIENT,
    ]
    recorded = next(s for s in judge(unit) if s.cadre == "C5")
    assert (recorded.grade_status, recorded.computed_grade) == ("confirmed", "excellent")


def clauses_of(unit: UnitYear, cadre: str) -> dict[str, str]:
    """Return the clauses of R14 and R15 where each of the policy's clauses names its parameter."""
    named = replace(unit.policy, clauses={name: name for name in unit.policy.clauses})
    (standing,) = (s for s in judge(replace(unit, policy=named)) if s.cadre == cadre)
    return {f.rule: f.clause for f in standing.findings if f.rule in ("R14", "R15")}


@pytest.mark.parametrize(
    ("cadre", "computed", "clause"),
    [
        ("C1", "excellent", "grading.quota"),
        ("C2", "competent", "grading.quota"),
        ("C6", "competent", "ranking.half"),
        ("C7", "competent", "grading.excellent_floor"),
        ("C8", "basically_competent", "grading.basically_competent_below"),
        ("C9", "incompetent", "grading.incompetent_below"),
        ("D1", "ungraded", "grading.excellent_floor"),
    ],
)
def test_a_grade_computed_or_on_record_cites_the_clause_that_decides_it(
    cadre: str, computed: str, clause: str
) -> None:
    unit = annuals(95, 90, 89, 88, 87, 86, 84, 74, 50)  # one seat, two in the zone
    people = [*unit.members, member("D1", annual=95, participates="comment_only")]
    recorded = GradeGiven("competent", "confirmed", 7)
    unit = unit_year([replace(m, grade=recorded) for m in people])

    assert next(s for s in judge(unit) if s.cadre == cadre).computed_grade == computed
    assert clauses_of(unit, cadre) == {"R14": clause, "R15": clause}


def test_where_the_law_is_stricter_a_seat_cites_the_law() -> None:
    unit = replace(annuals(*range(99, 79, -1)), law=the_policy("law-2007"))
    assert unit.law is not None

    assert clauses_of(unit, "C1") == {"R15": unit.law.clause("grading.quota")}


def test_a_small_group_is_compared_with_the_city() -> None:
    unit = annuals(90, 70)
    level = ("other", "1A41")

    assert levels_needed(unit) == {level}
    assert levels_needed(annuals(90, 80)) == frozenset()
    assert levels_needed(annuals(90, 80, 70)) == frozenset()
    assert grades(unit) == ["competent", "competent"]
    elsewhere = annuals(80, 85)
    assert pooled([unit, elsewhere]) == {level: [9000, 7000, 8000, 8500]}
    low = {s.cadre: s.grade for s in judge(unit, pooled([unit, elsewhere]))}
    assert low == {"C1": "competent", "C2": "basically_competent"}
    small = {s.cadre: s.grade for s in judge(unit, {level: [7000, 9000]})}
    assert small == {"C1": "competent", "C2": "competent"}


def test_a_small_group_has_no_halves_but_may_be_excellent() -> None:
    people = [member("C1", annual=95), member("C2", annual=94, level="1A42")]
    many = [member(f"D{n}", annual=90 - n, level="1A50") for n in range(8)]
    standings = {s.cadre: s for s in judge(unit_year([*people, *many]))}

    assert (standings["C1"].half, standings["C1"].of) == ("none", 1)
    assert standings["D0"].grade == "excellent"  # ⌊1.6⌋ and the largest remainder
    assert standings["D1"].grade == "excellent"
    assert standings["C1"].grade == "competent"  # no seat of a group of one
    assert wider_needed(POLICY, [s.ranked for s in standings.values()]) == frozenset()
