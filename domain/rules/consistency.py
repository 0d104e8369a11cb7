"""What must hold between the parameters of one policy (R01, R11, R15).

A check is a function from a policy to its problems, each with the parameter it stands at.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from typing import TypeAlias

from domain.rules.policy import Policy
from domain.sentence import Sentence, say

Problem: TypeAlias = tuple[str, Sentence]

WHOLE = 10_000


def problems(policy: Policy) -> Iterator[Problem]:
    """Yield what is inconsistent, as (dotted parameter, sentence)."""
    for check in CHECKS:
        yield from check(policy)


def share(basis_points: int) -> str:
    """Return a share for reading: 2000 is ``"20%"``, 1250 is ``"12.5%"``."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _years(policy: Policy) -> Iterator[Problem]:
    until = policy.until_year
    if until is not None and until < policy.from_year:
        yield "years.until", say("policy_years", until=until, since=policy.from_year)


def _components(policy: Policy) -> Iterator[Problem]:
    if policy.layer == "city" and not policy.components:
        yield "components", say("policy_no_components")
    for name, component in policy.components.items():
        measures = component.source == "performance"
        if name == "annual" or (name == "performance" and not measures):
            yield f"components.{name}", say("policy_reserved", name=name)
    measuring = [n for n, c in policy.components.items() if c.source == "performance"]
    if len(measuring) > 1:
        yield f"components.{measuring[1]}.source", say("policy_performance_twice", names=measuring)


def _ballots(policy: Policy) -> Iterator[Problem]:
    for name, component in policy.components.items():
        key = f"components.{name}"
        if component.source == "ballots" and not component.relations:
            yield f"{key}.relations", say("policy_no_relations")
        if component.method != "weighted_by_relation":
            continue
        weights = component.relation_weights
        if set(weights) != set(component.relations):
            yield (
                f"{key}.relation_weights",
                say("policy_relations", found=tuple(weights), expected=component.relations),
            )
        elif sum(weights.values()) != WHOLE:
            yield f"{key}.relation_weights", say("policy_sum", found=share(sum(weights.values())))


def weight_problems(policy: Policy) -> Iterator[Problem]:
    """Yield where weights don't sum to 1, or performance weighs other than it must (R01)."""
    if not policy.components:
        return
    yield from _weighed(policy, "", "components")
    for category in policy.categories:
        yield from _weighed(policy, category, f"categories.{category}")


def _weighed(policy: Policy, category: str, key: str) -> Iterator[Problem]:
    total = sum(policy.weight(name, category) for name in policy.components)
    if total != WHOLE:
        yield key, say("policy_sum", found=share(total))
    measured = sum(
        policy.weight(name, category)
        for name, component in policy.components.items()
        if component.source == "performance"
    )
    target, tolerance = policy.performance.target, policy.performance.tolerance
    if abs(measured - target) > tolerance:
        yield (
            key,
            say(
                "policy_target",
                found=share(measured),
                target=share(target),
                tolerance=share(tolerance),
            ),
        )


def _performance(policy: Policy) -> Iterator[Problem]:
    total = policy.performance.work_share + policy.performance.log_share
    if total != WHOLE:
        yield "performance.log_share", say("policy_sum", found=share(total))


def _cuts(policy: Policy) -> Iterator[Problem]:
    grading = policy.grading
    if grading.incompetent_below >= grading.basically_competent_below:
        yield "grading.incompetent_below", _below("grading.basically_competent_below")
    if grading.basically_competent_below > grading.excellent_floor:
        yield "grading.basically_competent_below", _at_most("grading.excellent_floor")
    if grading.quota > grading.quota_max:
        yield "grading.quota", _at_most("grading.quota_max")


def _band(policy: Policy) -> Iterator[Problem]:
    if policy.spread.low > policy.spread.high:
        yield "spread.low", _at_most("spread.high")


def _windows(policy: Policy) -> Iterator[Problem]:
    if policy.training.excellent > policy.training.window:
        yield "training.excellent", _at_most("training.window")
    if policy.talent.run > policy.talent.window:
        yield "talent.run", _at_most("talent.window")


def _list_day(policy: Policy) -> Iterator[Problem]:
    lists = policy.lists
    last = 28 if lists.due_month == 2 else monthrange(policy.from_year, lists.due_month)[1]
    if lists.due_day > last:
        yield "lists.due_day", _at_most(str(last))


def _below(other: str) -> Sentence:
    return say("policy_below", other=other)


def _at_most(other: str) -> Sentence:
    return say("policy_at_most", other=other)


CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (
    _years,
    _components,
    _ballots,
    weight_problems,
    _performance,
    _cuts,
    _windows,
    _band,
    _list_day,
)
