"""Allowances of a real archive: what is proposed can be granted, and is then found to hold."""

from typing import Any

import pytest

from archive.archive import Archive
from domain.sentence import speak
from projections.spread import Proposed, proposals, spreads
from tests.given import Command, an_archive, asked
from tests.said import component, paper, people, policy, roster, said

PASS, FAIL = "PASS", "FAIL"
ANNUAL = {"C1": 95, "C2": 90, "C3": 85, "C4": 80}
PERFORMANCE = {"C1": 80, "C2": 95, "C3": 85, "C4": 70}


def pool(standard: float = 10_000, **fields: Any) -> Command:
    given = {"unit": "U1", "year": 2018, "rank_level": "1A50", "standard": standard}
    return said("allowance.set_pool", **given | fields)


def grants(*given: dict[str, Any]) -> Command:
    return said("allowance.grant", unit="U1", year=2018, grants=list(given))


def paying(amounts: dict[str, float], **own: float) -> Command:
    """Grant these amounts; ``own`` are standards of one's own."""
    return grants(
        *(
            {"cadre": code, "amount": amount} | ({"standard": own[code]} if code in own else {})
            for code, amount in amounts.items()
        )
    )


def scheme(known_at: str = "2018-03-01", **allowance: Any) -> list[Command]:
    """Draft a scheme that declares these terms, and ratify it."""
    where = {"unit": "U1", "year": 2018}
    draft = said("scheme.draft", content={"allowance": allowance}, **where)
    return paper(known_at, draft, said("scheme.ratify", **where))


def history(*more: Command, codes: tuple[str, ...] = tuple(ANNUAL)) -> list[Command]:
    """Return a unit whose people have scores, each on paper by February 2019."""
    scores = [component(code, "annual", ANNUAL[code]) for code in codes]
    scores += [component(code, "performance", PERFORMANCE[code]) for code in codes]
    return [
        *paper("2018-01-01", *people(*ANNUAL), policy(), roster(*codes)),
        *paper("2019-02-01", *scores, pool()),
        *more,
    ]


def proposed(archive: Archive, as_of: str | None = None) -> list[Proposed]:
    with asked(archive, as_of) as reader:
        return proposals(reader, 2018)


def yuan(found: list[Proposed]) -> dict[str, float | None]:
    return {one.cadre: None if one.amount is None else one.amount / 100 for one in found}


def verdicts(archive: Archive, as_of: str | None = None) -> dict[str, str]:
    with asked(archive, as_of) as reader:
        (found,) = spreads(reader, 2018)
    return {part.rule: str(part.verdict) for part in found.finding.parts}


def test_without_a_scheme_annual_scores_are_converted_in_proportion_and_a_note_says_so() -> None:
    with an_archive(*history()) as archive:
        with asked(archive) as reader:
            found = proposals(reader, 2018)
            (note,) = reader.notes
        assert "U1 for 2018" in speak(note, "en")
        assert {(one.basis, one.method) for one in found} == {("annual", "proportional")}
        assert yuan(found) == {"C1": 10857.14, "C2": 10285.71, "C3": 9714.28, "C4": 9142.85}
        assert [one.value for one in found] == [9500, 9000, 8500, 8000]
        archive.do(paying({code: amount or 0 for code, amount in yuan(found).items()}))
        assert set(verdicts(archive).values()) == {PASS}


def test_the_ratified_scheme_says_by_what_and_how_from_the_day_it_was_known() -> None:
    tiers = [{"from": 0, "coefficient": 0.9}, {"from": 85, "coefficient": 1.1}]
    terms: dict[str, Any] = {"basis": "performance", "method": "tiers", "tiers": tiers}
    recorded = history(*scheme("2019-02-10", **terms))
    with an_archive(*recorded) as archive:
        found = proposed(archive)
        assert yuan(found) == {"C1": 9000, "C2": 11000, "C3": 11000, "C4": 9000}
        assert [float(one.coefficient or 0) for one in found] == [0.9, 1.1, 1.1, 0.9]
        before = proposed(archive, "2019-02-09")
        assert {one.basis for one in before} == {"annual"}
        archive.do(paying({code: amount or 0 for code, amount in yuan(found).items()}))
        assert set(verdicts(archive).values()) == {PASS}
        # as was known before the scheme was, C3 is paid more than C1, who ranks ahead
        position = archive.log.last_position()
        with asked(archive, f"#{position}") as reader:
            (judged,) = spreads(reader, 2018)
        (order,) = (part for part in judged.finding.parts if part.rule == "R13.order")
        assert "as the scheme declares" in speak(order.needed, "en")


def topics(archive: Archive) -> dict[str, set[str]]:
    """Return the kinds of events that each finding rests on."""
    stored = {row[0]: row[3] for page in archive.log.scan(0) for row in page}
    with asked(archive) as reader:
        (found,) = spreads(reader, 2018)
    return {
        part.rule: {stored[position] for position in part.evidence} for part in found.finding.parts
    }


GRANTED = {"allowance.pool_set", "allowance.granted"}
DECLARED = {"scheme.drafted", "scheme.ratified"}
PLACED = [
    ({"basis": "rank"}, {"year.listed", "year.component_recorded"}),
    ({"basis": "annual"}, {"year.component_recorded"}),
    ({"basis": "performance"}, {"year.component_recorded"}),
    (
        {
            "basis": "grade",
            "method": "tiers",
            "tiers": [{"grade": "competent", "coefficient": 1}],
        },
        {"year.listed", "year.component_recorded"},
    ),
]


@pytest.mark.parametrize(("terms", "places"), PLACED)
def test_findings_rest_on_the_grants_the_roster_and_what_the_order_rests_on(
    terms: dict[str, Any], places: set[str]
) -> None:
    amounts = {"C1": 11_000, "C2": 10_500, "C3": 9_500, "C4": 9_000}
    ratified = scheme("2019-02-10", **{"method": "proportional"} | terms)
    with an_archive(*history(*ratified, paying(amounts))) as archive:
        assert topics(archive) == {
            "R13.band": GRANTED,
            "R06": GRANTED,
            "R13.pool": GRANTED | {"year.listed"},
            "R13.order": GRANTED | DECLARED | places,
        }


def test_without_the_scheme_who_ranks_ahead_is_paid_no_less() -> None:
    amounts: dict[str, float] = {"C1": 9_000, "C2": 11_000, "C3": 11_000, "C4": 9_000}
    with an_archive(*history(paying(amounts))) as archive:
        assert verdicts(archive)["R13.order"] == FAIL


def test_a_draft_that_was_never_ratified_declares_nothing() -> None:
    where = {"unit": "U1", "year": 2018}
    draft = said("scheme.draft", content={"allowance": {"basis": "rank", "method": "proportional"}})
    with an_archive(*history(*paper("2018-03-01", draft | where))) as archive:
        assert {one.basis for one in proposed(archive)} == {"annual"}


def test_a_draft_after_the_ratification_changes_nothing() -> None:
    later = said(
        "scheme.draft",
        unit="U1",
        year=2018,
        content={"allowance": {"basis": "annual", "method": "proportional"}},
    )
    ratified = scheme(basis="rank", method="proportional")
    with an_archive(*history(*ratified, *paper("2018-04-01", later))) as archive:
        found = proposed(archive)
        assert {one.basis for one in found} == {"rank"}
        assert [one.value for one in found] == [1, 2, 3, 4]
        assert yuan(found) == {"C1": 11250, "C2": 10416.66, "C3": 9583.33, "C4": 8750}


def test_a_scheme_that_names_its_method_only_has_no_coefficients() -> None:
    with an_archive(*history(*scheme(basis="annual", method="tiers"))) as archive:
        (reason,) = {speak(one.reason, "en") for one in proposed(archive) if one.reason}
    assert reason == "the scheme declares no coefficient for: C1, C2, C3, C4"


def test_who_only_gets_a_comment_counts_in_the_pool_and_is_proposed_nothing() -> None:
    change = said(
        "roster.amend", unit="U1", year=2018, cadre="C4", change="changed",
        participates="comment_only", reason="试用期", approver="BOSS",
    )  # fmt: skip
    leave = change | {"cadre": "C3", "participates": "no"}
    with an_archive(*history(*paper("2019-02-02", change, leave))) as archive:
        found = proposed(archive)
        assert yuan(found) == {"C1": 10750, "C2": 9250, "C4": None}
        assert "comment only" in speak(found[-1].reason, "en")
        with asked(archive) as reader:
            (level,) = spreads(reader, 2018)
        assert level.pool.total == 3_000_000


def test_one_missing_score_is_named_and_nothing_is_proposed() -> None:
    people_only = roster(*ANNUAL, unit="U1")
    scores = [component(code, "annual", ANNUAL[code]) for code in ("C1", "C2", "C3")]
    recorded = [
        *paper("2018-01-01", *people(*ANNUAL), policy(), people_only),
        *paper("2019-02-01", *scores, pool()),
    ]
    with an_archive(*recorded) as archive:
        found = proposed(archive)
        assert set(yuan(found).values()) == {None}
        assert {speak(one.reason, "en") for one in found} == {"annual missing for: C4"}


def test_with_standards_of_ones_own_the_pool_is_their_sum() -> None:
    amounts: dict[str, float] = {"C1": 21_600, "C2": 10_000, "C3": 9_500, "C4": 8_900}
    with an_archive(*history(paying(amounts, C1=20_000))) as archive:
        with asked(archive) as reader:
            (found,) = spreads(reader, 2018)
        assert found.pool.total == 5_000_000
        assert found.spread is not None
        assert float(found.spread) == pytest.approx(0.19)
        assert set(verdicts(archive).values()) == {PASS}
        again = proposed(archive)
        assert [one.standard for one in again] == [2_000_000, 1_000_000, 1_000_000, 1_000_000]
        assert sum(one.amount or 0 for one in again) <= 5_000_000


def test_the_share_that_floats_is_judged_where_the_pool_declares_it() -> None:
    amounts: dict[str, float] = {"C1": 10_500, "C2": 10_100, "C3": 9_900, "C4": 9_500}
    floats = paper("2019-02-02", pool(floating=2_000))
    with an_archive(*history(*floats, paying(amounts))) as archive, asked(archive) as reader:
        (found,) = spreads(reader, 2018)
    others = {other.value: str(other.verdict) for other in found.interpretations}
    assert (str(found.finding.verdict), others["floating_share"]) == (FAIL, PASS)
    assert found.sensitive
