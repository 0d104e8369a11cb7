"""A ratified scheme's weights take the place of the policy's, within its bounds."""

from dataclasses import replace
from typing import Any

import pytest

from domain.rules.document import read_policy
from domain.rules.facts import SchemeUsed
from domain.rules.finding import Finding, Verdict, flat
from domain.rules.policy import Policy
from domain.rules.scheme_in_force import CLAUSE, Ratified, SchemeStep, ratified, weighed
from domain.rules.scoring import score
from domain.rules.standing import judge
from tests.rules.given import POLICY, member, unit_year

WITHIN = {"components": {"performance": 0.55, "democratic": 0.25, "leader": 0.2}}


def scheme(content: dict[str, Any]) -> Ratified:
    return Ratified(content, "ab" * 32, 3, 7)


def weights(content: dict[str, Any], category: str = "other") -> list[int]:
    policy, _ = weighed(POLICY, scheme(content))
    return [policy.weight(name, category) for name in policy.components]


@pytest.mark.parametrize(
    ("content", "other", "chief"),
    [
        ({}, [5000, 3000, 2000], [5000, 3000, 2000]),
        ({"allowance": {"basis": "rank"}}, [5000, 3000, 2000], [5000, 3000, 2000]),
        (WITHIN, [5500, 2500, 2000], [5500, 2500, 2000]),
        (
            {"categories": {"chief": {"democratic": 0.2, "leader": 0.3}}},
            [5000, 3000, 2000],
            [5000, 2000, 3000],
        ),
    ],
)
def test_a_schemes_weights_are_used_within_the_citys_bounds(
    content: dict[str, Any], other: list[int], chief: list[int]
) -> None:
    assert (weights(content), weights(content, "chief")) == (other, chief)


OUTSIDE = [
    {"components": {"performance": 0.56, "democratic": 0.24, "leader": 0.2}},
    {"components": {"performance": 0.5, "democratic": 0.3}},
    {"components": {"performance": 0.5, "democratic": 0.3, "merit": 0.2}},
    {"components": {"performance": 0.5, "democratic": 0.3, "leader": 0.3}},
    {"categories": {"chief": {"performance": 0.9, "democratic": 0.05, "leader": 0.05}}},
    {"components": {"performance": "half"}},
]


@pytest.mark.parametrize("content", OUTSIDE)
def test_weights_outside_the_bounds_are_ignored_and_a_finding_says_so(
    content: dict[str, Any],
) -> None:
    policy, used = weighed(POLICY, scheme(content))
    assert policy is POLICY
    assert used is not None
    assert used.problem is not None
    found = finding(content)
    assert (found.verdict, found.evidence, found.soft) == (Verdict.FAIL, (3, 7), True)
    assert str(found.found).startswith("单位批复的考核方案权重超出市级政策幅度，不予采用：")


def finding(content: dict[str, Any], category: str = "other") -> Finding:
    policy, used = weighed(POLICY, scheme(content))
    people = [member(f"C{n}", category=category, annual=90 - n) for n in range(3)]
    facts = replace(unit_year(people, policy=policy), scheme=used)
    (found,) = (f for f in judge(facts)[0].findings if f.rule == "R26")
    return found


def test_a_score_says_by_which_scheme_it_is_weighed() -> None:
    found = finding(WITHIN)
    assert (found.verdict, found.evidence) == (Verdict.PASS, (3, 7))
    assert str(found.found).startswith(
        "按单位批复的考核方案计权：实绩得分55%、民主测评25%、领导评分20%"
    )
    policy, used = weighed(POLICY, scheme(WITHIN))
    assert used == SchemeUsed(7, 3, "ab" * 32)
    assert (policy.sha256, policy.name) == (POLICY.sha256, POLICY.name)
    scored = score(member("C1", performance=80, democratic=90, leader=100), policy)
    assert scored.annual == 8650  # .55 × 80 + .25 × 90 + .20 × 100
    clauses = {f.rule: f.clause for whole in scored.findings for f in flat(whole)}
    assert clauses["R01.leader"] == CLAUSE


def test_the_draft_that_was_ratified_counts_not_the_last() -> None:
    steps = [
        SchemeStep("drafted", "a", 1, {"n": 1}),
        SchemeStep("returned", "a", 2),
        SchemeStep("drafted", "b", 3, {"n": 2}),
        SchemeStep("screened", "b", 4),
        SchemeStep("ratified", "b", 5),
        SchemeStep("drafted", "c", 6, {"n": 3}),
    ]
    assert ratified(steps) == Ratified({"n": 2}, "b", 3, 5)
    assert ratified(steps[:4]) is None
    assert ratified([SchemeStep("ratified", None, 5)]) is None


OWN = """
[categories.chief]
democratic = { value = 0.2, clause = "R11 正职" }
leader = { value = 0.3, clause = "R11 正职" }
"""
BY_CATEGORY = read_policy(POLICY.text + OWN)
MEMBERS = {"chief": {"democratic": 0.25, "leader": 0.25}}


def clauses_of_weights(policy: Policy, category: str) -> list[str]:
    parts = {"performance": 90, "democratic": 90, "leader": 90}
    (annual, *_) = score(member("C1", category=category, **parts), policy).findings
    return [part.clause for part in annual.parts]


@pytest.mark.parametrize(
    ("content", "category", "expected"),
    [
        ({}, "chief", ["R01", "R11", "R11"]),
        ({}, "other", ["R01", "示例", "示例"]),
        (WITHIN, "chief", ["R26", "R26", "R26"]),
        ({"categories": MEMBERS}, "chief", ["R01", "R26", "R26"]),
        ({"categories": MEMBERS}, "other", ["R01", "示例", "示例"]),
    ],
)
def test_a_weight_cites_the_clause_that_states_it_for_the_category(
    content: dict[str, Any], category: str, expected: list[str]
) -> None:
    policy, _ = weighed(BY_CATEGORY, scheme(content))
    found = clauses_of_weights(policy, category)
    assert [clause[: len(start)] for clause, start in zip(found, expected, strict=True)] == expected
