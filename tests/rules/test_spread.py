"""Whether a level's allowances spread as they must, under each definition and on each basis."""

from dataclasses import replace
from fractions import Fraction

import pytest

from domain.rules.basis import Place, coefficient_of, declared, place_of, places_of
from domain.rules.finding import Verdict, flat
from domain.rules.policy import Definition
from domain.rules.scheme_in_force import Ratified
from domain.rules.scheme_terms import Tier
from domain.rules.spread import Order, Paid, Pool, Spread, judge_spread
from domain.rules.standing import Standing, judge
from domain.sentence import speak
from tests.rules.given import POLICY, member, unit_year

PASS, FAIL = Verdict.PASS, Verdict.FAIL
INSUFFICIENT, NOT_APPLICABLE = Verdict.INSUFFICIENT, Verdict.NOT_APPLICABLE
STANDARD = 1_000_000


def judged(
    *amounts: int,
    own: tuple[int, ...] = (),
    floating: int | None = None,
    definition: Definition = "range",
    places: dict[str, Place | None] | None = None,
    people: int | None = None,
) -> Spread:
    """Judge C1, C2, … paid these fen, in the order of their places."""
    codes = [f"C{n}" for n in range(1, 1 + (people or len(amounts)))]
    standards = dict(zip(codes, own or [STANDARD] * len(codes), strict=True))
    pool = Pool("U001", "1A41", STANDARD, standards, 1, floating)
    paid = [
        Paid(code, amount, position, standards[code])
        for position, (code, amount) in enumerate(zip(codes, amounts, strict=False), start=2)
    ]
    order = {code: Place(Fraction(-n)) for n, code in enumerate(codes)}
    policy = POLICY.reading("spread.definition", definition)
    return judge_spread(pool, paid, Order(order if places is None else places), policy)


def verdicts(found: Spread) -> dict[str, Verdict]:
    return {finding.rule: finding.verdict for finding in flat(found.finding)}


TWENTY = (1_100_000, 1_030_000, 970_000, 900_000)


@pytest.mark.parametrize(
    ("definition", "floating", "value", "verdict"),
    [
        ("range", None, "1/5", PASS),
        ("max_deviation", None, "1/10", FAIL),
        ("floating_share", 250_000, "1/4", PASS),
        ("floating_share", 250_001, "250001/1000000", FAIL),
        ("floating_share", None, None, INSUFFICIENT),
    ],
)
def test_each_definition_measures_something_else(
    definition: Definition, floating: int | None, value: str | None, verdict: Verdict
) -> None:
    found = judged(*TWENTY, definition=definition, floating=floating)
    assert found.spread == (None if value is None else Fraction(value))
    assert verdicts(found)["R13.band"] is verdict


def test_both_ends_of_the_band_are_included_to_the_fen() -> None:
    for amounts, verdict in (
        ((1_075_000, 925_000), PASS),
        ((1_074_999, 925_000), FAIL),
        ((1_125_000, 875_000), PASS),
        ((1_125_000, 874_999), FAIL),
    ):
        assert verdicts(judged(*amounts))["R13.band"] is verdict


def test_the_finding_tells_the_value_under_each_definition() -> None:
    (band,) = (f for f in judged(*TWENTY, floating=200_000).finding.parts if f.rule == "R13.band")
    told = speak(band.found, "en")
    assert "20.00%" in told
    assert "largest deviation from the standard 10.00%" in told
    assert "floating share of the standard 20.00%" in told


def test_another_definition_that_flips_the_answer_makes_it_sensitive() -> None:
    found = judged(*TWENTY)
    others = {other.value: other.verdict for other in found.interpretations}
    assert others == {"max_deviation": FAIL, "floating_share": NOT_APPLICABLE}
    assert found.sensitive
    steady = judged(1_200_000, 1_000_000, 1_000_000, 800_000, definition="max_deviation")
    assert {other.value: other.verdict for other in steady.interpretations}["range"] is FAIL


def test_a_share_that_no_pool_declares_makes_no_answer_sensitive() -> None:
    found = judged(1_000_000, 1_000_000)
    assert not found.sensitive


def test_with_standards_of_ones_own_ratios_to_them_are_compared() -> None:
    own = (2_000_000, 1_000_000)
    found = judged(2_180_000, 910_000, own=own)
    assert found.pool.total == 3_000_000
    assert found.spread == Fraction(18, 100)
    assert verdicts(found)["R13.pool"] is FAIL
    even = verdicts(judged(2_000_000, 1_000_000, own=own))
    assert even["R06"] is FAIL
    assert even["R13.order"] is PASS
    ahead = verdicts(judged(1_900_000, 1_000_000, own=own))
    assert ahead["R13.order"] is FAIL


def test_each_finding_cites_the_clause_that_asks_for_it() -> None:
    clauses = {found.rule: found.clause for found in judged(*TWENTY).finding.parts}
    assert clauses == {
        "R13.band": POLICY.clause("spread.low"),
        "R06": "R06 补贴不得平均发放",
        "R13.pool": "R13 补贴发放不得突破总额",
        "R13.order": "R13 绩优酬优，在后者不多于在前者",
    }


def test_only_one_at_a_level_has_nobody_to_differ_from() -> None:
    alone = verdicts(judged(1_000_000))
    assert (alone["R13.band"], alone["R06"], alone["R13.order"]) == (NOT_APPLICABLE,) * 3
    assert verdicts(judged(1_000_000, people=3))["R13.band"] is INSUFFICIENT
    assert verdicts(judged(people=3))["R13.band"] is INSUFFICIENT


@pytest.mark.parametrize(
    ("places", "verdict"),
    [
        ({"C1": Place(Fraction(2)), "C2": Place(Fraction(1))}, PASS),
        ({"C1": Place(Fraction(1)), "C2": Place(Fraction(2))}, FAIL),
        ({"C1": Place(Fraction(1)), "C2": Place(Fraction(1))}, PASS),
        ({"C1": Place(Fraction(1), ("a",)), "C2": Place(Fraction(2), ("b",))}, PASS),
        ({"C1": Place(Fraction(1)), "C2": None}, INSUFFICIENT),
        ({"C1": Place(Fraction(1))}, NOT_APPLICABLE),
    ],
)
def test_nobody_is_paid_more_than_someone_ahead_among_those_compared(
    places: dict[str, Place | None], verdict: Verdict
) -> None:
    found = verdicts(judged(1_100_000, 900_000, places=places))
    assert found["R13.order"] is verdict


# The basis


def standings() -> dict[str, Standing]:
    people = [
        member("C1", annual="90", performance="80", grade="competent"),
        member("C2", annual="88", performance="85", grade="excellent"),
        member("C3", annual="70", performance="60", grade="ungraded"),
        member("C4", annual="95", participates="comment_only"),
    ]
    return {standing.cadre: standing for standing in judge(unit_year(people))}


def test_a_basis_puts_people_where_its_values_are_higher() -> None:
    found = standings()
    ahead = {
        basis: [
            cadre
            for cadre, place in sorted(
                places_of(found, basis).items(), key=lambda pair: -pair[1].value if pair[1] else 0
            )
        ]
        for basis in ("performance", "annual", "rank", "grade")
    }
    assert ahead == {
        "performance": ["C2", "C1", "C3"],
        "annual": ["C1", "C2", "C3"],
        "rank": ["C1", "C2", "C3"],
        "grade": ["C2", "C1"],  # who isn't graded is compared with nobody
    }


TIERS = {
    "grade": (Tier("excellent", 11_000), Tier("competent", 10_000)),
    "annual": (Tier(0, 9_000), Tier(9_000, 11_000), Tier(8_800, 10_000)),
    "rank": (Tier(10_000, 9_000), Tier(3_333, 10_500), Tier(6_667, 10_000)),
}


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("grade", ["1", "11/10", None]),
        ("annual", ["11/10", "1", "9/10"]),
        ("rank", ["1", "1", "9/10"]),  # 1/3 of the ranked is a little more than 33.33 %
    ],
)
def test_a_tier_is_the_one_reached(basis: str, expected: list[str | None]) -> None:
    found = standings()
    coefficients = [
        coefficient_of(found[cadre], basis, TIERS[basis])  # type: ignore[arg-type]
        for cadre in ("C1", "C2", "C3")
    ]
    assert coefficients == [None if one is None else Fraction(one) for one in expected]


def test_who_has_no_score_has_no_place_and_no_tier() -> None:
    (nobody,) = judge(unit_year([member("C1")]))
    assert [place_of(nobody, b) for b in ("performance", "annual", "rank")] == [None] * 3
    assert coefficient_of(nobody, "annual", TIERS["annual"]) is None
    assert coefficient_of(nobody, "rank", TIERS["rank"]) is None


def test_a_scheme_that_cannot_be_read_today_declares_nothing() -> None:
    good = Ratified({"allowance": {"basis": "annual", "method": "proportional"}}, "0", 7, 9)
    assert declared(good).terms is not None
    assert declared(good).evidence == (7, 9)
    assert declared(replace(good, content={"allowance": {"basis": "luck"}})).terms is None
    assert declared(replace(good, content={})).terms is None
