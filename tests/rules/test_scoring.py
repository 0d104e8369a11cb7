"""Scores from ballots, items and logs, and what is missing."""

from dataclasses import replace
from fractions import Fraction

import pytest

from domain.rules.facts import CadreYear, Given, Item, Score
from domain.rules.finding import Verdict, flat
from domain.rules.measured import published, unrounded
from domain.rules.policy import Policy
from domain.rules.scoring import panel, score
from domain.sentence import speak
from tests.rules.given import POLICY, member

ITEMS = (Item("I1", 6000, 1), Item("I2", 4000, 2))
SCORES = (
    Score(11, "item", "H", "leader", "I1", 9000),
    Score(12, "item", "H", "leader", "I2", 8000),
    Score(13, "log", "D", "leader", "2018-03-01", 9000),
    Score(14, "log", "D", "leader", "2018-03-02", 8000),
    Score(15, "ballot", "A", "peer", "virtue", 9000),
    Score(16, "ballot", "B", "subordinate", "virtue", 8000),
    Score(17, "ballot", "A", "peer", "ability", 7000),
    Score(18, "ballot", "H", "leader", "", 8888),
)


def full() -> CadreYear:
    return replace(member("C1"), items=ITEMS, scores=SCORES)


def test_a_score_is_the_weighted_sum_of_its_unrounded_parts() -> None:
    scored = score(full(), POLICY)

    assert scored.performance == 8570  # .70 × (.6 × 90 + .4 × 80) + .30 × 85
    democratic = next(c for c in scored.components if c.name == "democratic")
    assert democratic.dimensions == (("ability", Fraction(7000)), ("virtue", Fraction(8500)))
    assert democratic.value == 7750
    assert scored.final_annual.value == Fraction(8570 * 5 + 7750 * 3 + 8888 * 2, 10)
    assert scored.annual == 8388  # 83.876
    assert scored.evidence == (1, 2, *range(11, 19))


@pytest.mark.parametrize(
    ("lost", "because"),
    [
        ({11}, "工作项目未评分：I1"),
        ({13, 14}, "没有有效的日志评分"),
        ({18}, "没有有效的评分（领导）"),
    ],
)
def test_a_part_without_evidence_leaves_the_score_open(lost: set[int], because: str) -> None:
    left = replace(full(), scores=tuple(s for s in SCORES if s.position not in lost))
    scored = score(left, POLICY)

    assert scored.annual is None
    (whole,) = scored.findings
    assert because in str([speak(f.found) for p in whole.parts for f in (p, *p.parts)])


@pytest.mark.parametrize(
    ("given", "origin", "said"),
    [
        (Given(9100, 50, corrected=True), "corrected", "按更正采用"),
        (Given(9100, 50, computed_elsewhere=True), "paper", "未经系统计算"),
        (Given(9100, 50), "recorded", "按记录采用"),
    ],
)
@pytest.mark.parametrize("name", ["performance", "democratic", "annual"])
def test_a_number_on_record_is_used_as_given_and_says_so(
    given: Given, origin: str, said: str, name: str
) -> None:
    scored = score(replace(full(), given={name: given}), POLICY)
    measured = {c.name: c for c in scored.components} | {"annual": scored.final_annual}

    assert (measured[name].value, measured[name].origin) == (9100, origin)
    whole, *_ = scored.findings
    assert said in str([str(f.found) for f in (whole, *whole.parts)])
    assert 50 in whole.evidence


TRIMMED: dict[str, object] = {"method": "trimmed_mean", "trim": 1}
BY_RELATION: dict[str, object] = {
    "method": "weighted_by_relation",
    "relation_weights": {"peer": 5000, "subordinate": 3000, "served": 2000},
}


def combining(**read: object) -> Policy:
    democratic = replace(POLICY.components["democratic"], **read)  # type: ignore[arg-type]
    return replace(POLICY, components={**POLICY.components, "democratic": democratic})


def ballots(*given: tuple[str, int]) -> CadreYear:
    scores = tuple(
        Score(n, "ballot", f"R{n}", relation, "", points)
        for n, (relation, points) in enumerate(given)
    )
    return replace(member("C1"), scores=scores)


@pytest.mark.parametrize(
    ("method", "given", "value"),
    [
        (TRIMMED, (("peer", 9), ("peer", 6), ("served", 5), ("peer", 1)), Fraction(11, 2)),
        (TRIMMED, (("peer", 9), ("peer", 6)), None),
        (
            BY_RELATION,
            (("peer", 10), ("subordinate", 20), ("served", 30), ("peer", 20)),
            Fraction(195, 10),
        ),
        (BY_RELATION, (("peer", 10), ("subordinate", 20)), None),
    ],
)
def test_ballots_are_combined_by_the_method_of_the_policy(
    method: dict[str, object], given: tuple[tuple[str, int], ...], value: Fraction | None
) -> None:
    scored = score(ballots(*given), combining(**method))

    assert {c.name: c.value for c in scored.components}["democratic"] == value


def test_a_panel_drops_its_lowest_and_highest() -> None:
    assert panel([100, 50, 75, 0, 25], "trimmed_mean", 1) == 50
    assert panel([100, 50], "trimmed_mean", 1) is None
    assert panel([], "mean") is None


@pytest.mark.parametrize(
    ("marks", "official"),
    [
        ([675, 675, 700, 725, 725, 750, 700, 750], 713),
        ([800, 800, 750, 875, 875, 850, 825, 925], 838),
    ],
)
def test_a_skating_panel_comes_out_as_the_union_published_it(
    marks: list[int], official: int
) -> None:
    trimmed = panel(marks, "trimmed_mean", 1)
    assert trimmed is not None
    assert published(trimmed) == official  # both end in a half: 7.125 and 8.375


def test_an_unrounded_score_is_shown_to_five_decimals() -> None:
    assert unrounded(Fraction(88395, 10)) == "88.395"
    assert unrounded(Fraction(8500)) == "85.00"
    assert unrounded(Fraction(25000, 3)) == "83.33333…"


PAPER = Given(9500, 50, computed_elsewhere=True)
LATER = Given(9000, 60, corrected=True)


@pytest.mark.parametrize("final", [PAPER, Given(9500, 50, corrected=True), Given(9500, 50)])
def test_a_component_corrected_after_the_annual_score_on_record_has_it_computed_anew(
    final: Given,
) -> None:
    scored = score(replace(full(), given={"annual": final, "leader": LATER}), POLICY)

    assert scored.final_annual.value == Fraction(8570 * 5 + 7750 * 3 + 9000 * 2, 10)
    assert scored.final_annual.origin == "computed"
    assert 60 in scored.evidence
    assert not {18, 50} & set(scored.evidence)


@pytest.mark.parametrize(
    "component", [Given(9000, 40, corrected=True), Given(9000, 60), replace(LATER, position=49)]
)
def test_an_annual_score_outranks_what_was_corrected_before_it_or_only_recorded(
    component: Given,
) -> None:
    scored = score(replace(full(), given={"annual": PAPER, "leader": component}), POLICY)

    assert (scored.annual, scored.evidence) == (9500, (50,))


def test_a_later_correction_that_cant_be_counted_leaves_the_annual_score_and_is_told() -> None:
    scored = score(replace(member("C1"), given={"annual": PAPER, "performance": LATER}), POLICY)

    assert (scored.annual, scored.evidence) == (9500, (50, 60))
    whole, performance = scored.findings
    assert str(whole.found).endswith("此后更正的实绩得分未计入，因缺少：民主测评、领导评分")
    assert "isn't counted, missing" in speak(whole.found, "en")
    assert (performance.rule, performance.evidence) == ("R01.performance", (60,))


def measuring_by(name: str) -> Policy:
    """Return the policy with its performance under another component's name."""
    renamed = {name if n == "performance" else n: c for n, c in POLICY.components.items()}
    clauses = {
        clause.replace("components.performance", f"components.{name}"): text
        for clause, text in POLICY.clauses.items()
    }
    return replace(POLICY, components=renamed, clauses=clauses)


@pytest.mark.parametrize(
    ("performance", "merit", "value"),
    [
        (Given(9100, 50, computed_elsewhere=True), Given(8000, 40, corrected=True), 8000),
        (Given(9100, 50, corrected=True), Given(8000, 60, corrected=True), 8000),
        (Given(9100, 70, corrected=True), Given(8000, 60, corrected=True), 9100),
        (Given(9100, 50, corrected=True), Given(8000, 60), 9100),
    ],
)
def test_of_two_performances_on_record_the_corrected_and_then_the_later_counts(
    performance: Given, merit: Given, value: int
) -> None:
    given = {"performance": performance, "merit": merit}
    scored = score(replace(full(), given=given), measuring_by("merit"))

    assert scored.performance == value
    assert {c.name: c.value for c in scored.components}["merit"] == value


@pytest.mark.parametrize("name", ["annual", "performance"])
def test_a_number_on_record_has_no_parts_and_cites_only_itself(name: str) -> None:
    scored = score(replace(full(), given={name: Given(9100, 50)}), POLICY)
    found = {f.rule: f for whole in scored.findings for f in flat(whole)}

    own = found[f"R01.{name}"]
    assert (own.parts, own.evidence) == ((), (50,))
    assert found["R01.annual"].evidence == scored.evidence
    assert {f.verdict for f in found.values()} == {Verdict.PASS}


def test_a_score_on_record_with_nothing_beside_it_is_one_finding_that_passes() -> None:
    scored = score(replace(member("C1"), given={"annual": PAPER}), POLICY)
    (whole,) = scored.findings

    assert (whole.verdict, whole.parts, whole.evidence) == (Verdict.PASS, (), (50,))


def test_a_component_without_weight_is_no_part_of_the_annual_score() -> None:
    weights = {"performance": 6000, "democratic": 4000, "leader": 0}
    scored = score(full(), replace(POLICY, categories={"other": weights}))
    (whole,) = scored.findings

    assert [part.rule for part in whole.parts] == ["R01.performance", "R01.democratic"]
    assert whole.evidence == scored.evidence
