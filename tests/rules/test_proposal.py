"""What is proposed keeps the pool, the band and the order, whoever is asked for and however few."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.rules.policy import Definition, Spread
from domain.rules.proposal import Claim, Proposal, Terms, propose
from domain.rules.scheme_terms import Basis

BAND = Spread()
PROPORTIONAL = Terms("annual", "proportional", BAND)
TIERS = Terms("annual", "tiers", BAND)
YUAN = 100


def claims(*values: float | None, standard: int = 10_000 * YUAN) -> list[Claim]:
    """Return C1, C2, … with these values and one standard."""
    return [
        Claim(f"C{n}", standard, None if value is None else Fraction(str(value)))
        for n, value in enumerate(values, start=1)
    ]


def amounts(proposal: Proposal) -> list[int]:
    assert proposal.reason is None, str(proposal.reason)
    return [amount for _, amount in sorted(proposal.amounts.items())]


def reason(proposal: Proposal) -> str:
    assert proposal.reason is not None
    assert proposal.amounts == {}
    return proposal.reason.key


# Worked by hand


def test_a_plain_conversion_within_the_band_is_taken_as_it_is_and_rounded_down() -> None:
    found = amounts(propose(claims(95, 90, 85, 80), PROPORTIONAL))
    assert found == [1_085_714, 1_028_571, 971_428, 914_285]  # 10,000 × 95/87.5 …


def test_too_small_a_spread_is_stretched_to_the_lower_bound() -> None:
    found = amounts(propose(claims(90, 89, 88), PROPORTIONAL))
    assert found == [1_075_000, 1_000_000, 925_000]


def test_too_large_a_spread_is_compressed_to_the_upper_bound() -> None:
    found = amounts(propose(claims(100, 80, 60), PROPORTIONAL))
    assert found == [1_125_000, 1_000_000, 875_000]


def test_tiers_that_hold_are_paid_as_declared() -> None:
    people = [
        replace(claim, coefficient=Fraction(coefficient))
        for claim, coefficient in zip(
            claims(95, 90, 85, 80), ("1.1", "1.03", "0.97", "0.9"), strict=True
        )
    ]
    assert amounts(propose(people, TIERS)) == [1_100_000, 1_030_000, 970_000, 900_000]


def test_tiers_over_the_pool_are_converted_within_it() -> None:
    people = [
        replace(claim, coefficient=Fraction(coefficient))
        for claim, coefficient in zip(claims(95, 90, 85), ("1.2", "1.1", "1.0"), strict=True)
    ]
    found = amounts(propose(people, TIERS))
    assert found == [1_090_909, 1_000_000, 909_090]
    assert sum(found) <= 3_000_000


def test_the_floating_part_alone_is_shared_where_its_share_is_the_definition() -> None:
    terms = replace(PROPORTIONAL, spread=replace(BAND, definition="floating_share"))
    found = amounts(propose(claims(100, 80, 60), replace(terms, floating=Fraction(1, 5))))
    assert found == [1_050_000, 1_000_000, 950_000]  # 8,000 and 2,000 × 100/80 …


@pytest.mark.parametrize(
    ("people", "terms", "expected"),
    [
        ([], PROPORTIONAL, "proposal_nobody"),
        (claims(90), PROPORTIONAL, "proposal_alone"),
        (claims(90, None, 80), PROPORTIONAL, "proposal_missing"),
        (claims(90, 90, 90), PROPORTIONAL, "proposal_all_equal"),
        (claims(3, 2), replace(PROPORTIONAL, basis="grade"), "proposal_grades_no_numbers"),
        (claims(95, 80), TIERS, "proposal_no_tier"),
        (claims(95, 80, standard=3), PROPORTIONAL, "proposal_no_fen"),  # 1/3 is over 25 %
        (
            claims(95, 80),
            replace(PROPORTIONAL, spread=replace(BAND, high=0, low=0)),
            "proposal_no_fen",
        ),
    ],
)
def test_where_nothing_can_be_proposed_it_says_why(
    people: list[Claim], terms: Terms, expected: str
) -> None:
    assert reason(propose(people, terms)) == expected


@pytest.mark.parametrize(
    ("coefficients", "expected"),
    [((1, 1), "proposal_one_tier"), (("0.9", "1.1"), "proposal_tiers_unordered")],
)
def test_tiers_must_be_in_order(coefficients: Sequence[str], expected: str) -> None:
    people = [
        replace(claim, coefficient=Fraction(coefficient))
        for claim, coefficient in zip(claims(95, 80), coefficients, strict=True)
    ]
    assert reason(propose(people, TIERS)) == expected


@pytest.mark.parametrize(
    ("floating", "expected"),
    [
        (None, "floating_undeclared"),
        (Fraction(0), "proposal_nothing_floats"),
        (Fraction(3, 10), "proposal_floating"),
    ],
)
def test_a_floating_share_outside_the_band_proposes_nothing(
    floating: Fraction | None, expected: str
) -> None:
    terms = replace(PROPORTIONAL, spread=replace(BAND, definition="floating_share"))
    assert reason(propose(claims(95, 80), replace(terms, floating=floating))) == expected


# Laws


@dataclass(frozen=True, slots=True)
class Level:
    people: list[Claim]
    terms: Terms


BASES: tuple[Basis, ...] = ("performance", "annual", "rank")
DEFINITIONS: tuple[Definition, ...] = ("range", "max_deviation", "floating_share")
ONE = st.one_of(st.integers(1, 30), st.integers(1, 3_000_000))
VALUES = st.one_of(st.integers(0, 10_000), st.sampled_from([8000, 8001, 9000]))


@st.composite
def levels(draw: st.DrawFn, *, own: bool | None = None, tiers: bool | None = None) -> Level:
    values = draw(st.lists(VALUES, min_size=2, max_size=9))
    standard = draw(ONE)
    has_own = draw(st.booleans()) if own is None else own
    by_tiers = draw(st.booleans()) if tiers is None else tiers
    cut = draw(st.sampled_from([5000, 8500, 8001]))
    people = [
        Claim(
            f"C{n}",
            draw(ONE) if has_own else standard,
            Fraction(value),
            draw(st.sampled_from([Fraction(11, 10), Fraction(21, 20)]))
            if value >= cut and not n % 2
            else Fraction(1 + (value >= cut), 2),
        )
        for n, value in enumerate(values)
    ]
    low, high = sorted(draw(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))))
    spread = draw(st.sampled_from([Spread(), Spread(low, high), Spread(low, low)]))
    spread = replace(spread, definition=draw(st.sampled_from(DEFINITIONS)))
    floating = draw(st.one_of(st.none(), st.fractions(0, 1)))
    method = "tiers" if by_tiers else "proportional"
    return Level(people, Terms(draw(st.sampled_from(BASES)), method, spread, floating))


def spread_of(people: Sequence[Claim], paid: dict[str, int], terms: Terms) -> Fraction | None:
    ratios = [Fraction(paid[one.cadre], one.standard) for one in people]
    if terms.spread.definition == "range":
        return max(ratios) - min(ratios)
    if terms.spread.definition == "max_deviation":
        return max(abs(1 - ratio) for ratio in ratios)
    return terms.floating


@given(levels())
def test_what_is_proposed_keeps_the_pool_the_band_and_the_order(level: Level) -> None:
    found = propose(level.people, level.terms)
    assert (found.reason is None) == bool(found.amounts)
    if found.reason is not None:
        return
    paid = dict(found.amounts)
    people = level.people
    assert paid.keys() == {one.cadre for one in people}
    assert all(amount >= 0 for amount in paid.values())
    assert sum(paid.values()) <= sum(one.standard for one in people)
    spread = spread_of(people, paid, level.terms)
    assert spread is not None
    assert level.terms.spread.low <= spread * 10_000 <= level.terms.spread.high
    assert len({Fraction(paid[one.cadre], one.standard) for one in people}) > 1
    for one, other in product(people, people):
        assert one.value is not None
        assert other.value is not None
        if one.value > other.value:
            assert paid[one.cadre] * other.standard >= paid[other.cadre] * one.standard
        alike = (one.value, one.standard, one.coefficient)
        if alike == (other.value, other.standard, other.coefficient):
            assert paid[one.cadre] == paid[other.cadre]


@given(levels(), st.randoms())
def test_the_order_of_the_claims_decides_nothing(level: Level, random: object) -> None:
    shuffled = list(level.people)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert propose(shuffled, level.terms) == propose(level.people, level.terms)


@given(levels(own=False, tiers=False))
def test_with_one_standard_there_is_a_proposal_whenever_whole_fen_lie_in_the_band(
    level: Level,
) -> None:
    terms, standard = level.terms, level.people[0].standard
    assume(terms.spread.definition != "floating_share")
    assume(len({one.value for one in level.people}) > 1)
    exists = any(
        terms.spread.low * standard <= fen * 10_000
        for fen in {floor(Fraction(terms.spread.high, 10_000) * standard)} - {0}
    )
    found = propose(level.people, terms)
    assert (found.reason is None) == exists, str(found.reason)


SMALL = st.integers(1, 7)


@given(
    st.lists(st.tuples(st.integers(1, 3), SMALL), min_size=2, max_size=3),
    st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
)
def test_with_one_standard_no_amounts_were_overlooked(
    drawn: list[tuple[int, int]], bounds: tuple[int, int]
) -> None:
    standard = drawn[0][1]
    people = [Claim(f"C{n}", standard, Fraction(value)) for n, (value, _) in enumerate(drawn)]
    assume(len({one.value for one in people}) > 1)
    low, high = sorted(bounds)
    if propose(people, replace(PROPORTIONAL, spread=Spread(low, high))).reason is None:
        return
    ahead = [
        (i, j)
        for i, one in enumerate(people)
        for j, other in enumerate(people)
        if one.value > other.value  # type: ignore[operator]
    ]
    for paid in product(range(3 * standard + 1), repeat=len(people)):
        in_order = all(paid[i] >= paid[j] for i, j in ahead)
        spread = Fraction(max(paid) - min(paid), standard)
        holds = low <= spread * 10_000 <= high and spread > 0
        assert not (in_order and holds and sum(paid) <= standard * len(people)), paid


@given(levels(own=False, tiers=False))
def test_deviations_stay_in_proportion_to_a_fen(level: Level) -> None:
    found = propose(level.people, level.terms)
    values = [one.value for one in level.people if one.value is not None]
    if found.reason is not None or level.terms.spread.definition == "floating_share":
        return
    mean = sum(values, Fraction(0)) / len(values)
    standard = level.people[0].standard
    top = max(level.people, key=lambda one: one.value or 0)
    factor = Fraction(found.amounts[top.cadre] - standard, 1) / ((top.value or 0) - mean)
    error = 1 + max(abs(value - mean) for value in values) / ((top.value or 0) - mean)
    for one in level.people:
        wanted = standard + factor * ((one.value or 0) - mean)
        assert abs(found.amounts[one.cadre] - wanted) <= error


@given(levels(own=True))
def test_large_standards_of_ones_own_find_amounts_in_any_band_of_a_percent(level: Level) -> None:
    people = [replace(one, standard=one.standard + 100_000) for one in level.people]
    terms = level.terms
    assume(terms.spread.definition != "floating_share" and terms.method == "proportional")
    assume(len({one.value for one in people}) > 1)
    assume(terms.spread.high - terms.spread.low >= 100)
    assert propose(people, terms).reason is None
