"""What a unit's ratified scheme does to the policy it is judged by (R01, R26).

Its weights take the place of the policy's; where they lie outside the city's bounds they are
ignored, and a finding says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.refusal import Refusal
from domain.rules.consistency import share
from domain.rules.facts import SchemeUsed
from domain.rules.finding import Finding, Verdict
from domain.rules.measured import named
from domain.rules.policy import Policy
from domain.rules.scheme_terms import SchemeTerms, out_of_bounds, read_terms, with_terms
from domain.sentence import Sentence, say

CLAUSE = "R26 单位考核方案，经批复后适用"


@dataclass(frozen=True, slots=True)
class SchemeStep:
    """A step about a scheme; a draft has its content."""

    step: str
    sha256: str | None
    position: int
    content: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ratified:
    """A ratified scheme: the content of its draft, and where both were recorded."""

    content: Mapping[str, Any]
    sha256: str
    drafted: int
    position: int


def ratified(steps: Iterable[SchemeStep]) -> Ratified | None:
    """Return the scheme ratified last: the content of the draft that the ratification is about.

    Args:
        steps: in the order in which they became known.
    """
    drafts: dict[str | None, SchemeStep] = {}
    last: SchemeStep | None = None
    for step in steps:
        if step.step == "drafted":
            drafts[step.sha256] = step
        elif step.step == "ratified":
            last = step
    draft = drafts.get(last.sha256) if last else None
    if last is None or draft is None or draft.content is None or draft.sha256 is None:
        return None
    return Ratified(draft.content, draft.sha256, draft.position, last.position)


def weighed(policy: Policy, scheme: Ratified | None) -> tuple[Policy, SchemeUsed | None]:
    """Return the policy with the scheme's weights, and the scheme if it states any."""
    if scheme is None:
        return policy, None
    used = SchemeUsed(scheme.position, scheme.drafted, scheme.sha256)
    try:
        terms = read_terms(scheme.content)
    except Refusal as refusal:  # recorded when less was checked
        return policy, replace(used, problem=refusal.sentence)
    if not (terms.components or terms.categories):
        return policy, None
    for _, problem in out_of_bounds(terms, policy):
        return policy, replace(used, problem=problem)
    return replace(with_terms(policy, terms), clauses=_clauses(policy, terms)), used


def scheme_finding(scheme: SchemeUsed, policy: Policy, category: str) -> Finding:
    """Say what a category's components weigh by the scheme, or why it is ignored (R26)."""
    return Finding(
        rule="R26",
        verdict=Verdict.FAIL if scheme.problem else Verdict.PASS,
        found=_found(scheme, policy, category),
        needed=say("scheme_weights_needed"),
        clause=policy.clause("performance.tolerance"),
        evidence=scheme.evidence,
        soft=True,
    )


def _found(scheme: SchemeUsed, policy: Policy, category: str) -> Sentence:
    if scheme.problem:
        return say("scheme_ignored", problem=scheme.problem)
    weights = tuple(
        say("scheme_weight", name=named(name), share=share(policy.weight(name, category)))
        for name in policy.components
    )
    return say("scheme_weights", weights=weights, sha256=scheme.sha256[:12])


def _clauses(policy: Policy, terms: SchemeTerms) -> Mapping[str, str]:
    replaced = ("categories.",) if terms.components else ()
    kept = {name: text for name, text in policy.clauses.items() if not name.startswith(replaced)}
    own = {f"components.{name}.weight": CLAUSE for name in terms.components}
    for category, weights in terms.categories.items():
        own |= {f"categories.{category}.{name}": CLAUSE for name in weights}
    return kept | own
