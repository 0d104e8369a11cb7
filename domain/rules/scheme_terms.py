"""What the rules read of a scheme: its weights (R01, R26) and how it pays allowances (R05).

Other keys of a scheme's content are kept as they are. Weights, shares and coefficients are basis
points, points are hundredths.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal, cast, get_args

from domain.refusal import Refusal
from domain.rules.consistency import Problem, weight_problems
from domain.rules.policy import CATEGORIES, Policy
from domain.sentence import Sentence, say

Basis = Literal["performance", "annual", "grade", "rank"]
Method = Literal["proportional", "tiers"]
GRADES = (
    "excellent",
    "competent",
    "basically_competent",
    "incompetent",
    "ungraded",
    "not_assessed",
)
MOST_COEFFICIENT = 10


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: what reaches ``bound`` is paid the standard times ``coefficient``.

    Args:
        bound: a grade; or points from which on, or a share of the ranked up to which, it counts.
    """

    bound: str | int
    coefficient: int


@dataclass(frozen=True, slots=True)
class AllowanceTerms:
    """How a unit's allowances follow from results; tiers in the scheme's own order, if any."""

    basis: Basis
    method: Method
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemeTerms:
    """What a scheme declares.

    Args:
        components: weights for all categories by component; none: the policy's.
        categories: a category's own weights by component.
        allowance: None where the scheme says nothing about it.
    """

    components: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    allowance: AllowanceTerms | None = None


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of the content as canonical JSON: keys sorted, UTF-8, no spaces."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8")).hexdigest()


def read_terms(content: Mapping[str, Any]) -> SchemeTerms:
    """Return what the content declares.

    Raises:
        Refusal: a key that is read here is malformed; ``field`` names it.
    """
    categories = _table(content, "categories", "")
    for name in categories:
        if name not in CATEGORIES:
            raise _wrong(f"categories.{name}", say("policy_choice", choices=CATEGORIES))
    return SchemeTerms(
        components=_weights(content, "components", ""),
        categories={name: _weights(categories, name, "categories.") for name in categories},
        allowance=_allowance(_table(content, "allowance", "")) if "allowance" in content else None,
    )


def with_terms(policy: Policy, terms: SchemeTerms) -> Policy:
    """Return the policy weighed as the scheme declares; its text and hash stay the policy's.

    The scheme's weights for all categories take the place of all the policy's own; a component
    that the policy doesn't have, or the scheme doesn't name, changes nothing.
    """
    components = {
        name: replace(part, weight=terms.components.get(name, part.weight))
        for name, part in policy.components.items()
    }
    categories = dict(policy.categories) if not terms.components else {}
    for category, weights in terms.categories.items():
        known = {name: weight for name, weight in weights.items() if name in components}
        categories[category] = {**categories.get(category, {}), **known}
    return replace(policy, components=components, categories=categories)


def out_of_bounds(terms: SchemeTerms, policy: Policy) -> Iterator[Problem]:
    """Yield what lies outside the city's bounds, as (key, sentence): R01, R26."""
    known = tuple(policy.components)
    if terms.components and set(terms.components) != set(known):
        yield "components", say("scheme_components", found=tuple(terms.components), expected=known)
    for category, weights in terms.categories.items():
        for name in weights:
            if name not in known:
                yield f"categories.{category}.{name}", say("policy_unknown", expected=known)
    if terms.components or terms.categories:
        yield from weight_problems(with_terms(policy, terms))


def _allowance(stated: Mapping[str, Any]) -> AllowanceTerms:
    basis = cast(Basis, _choice(stated, "basis", get_args(Basis)))
    method = cast(Method, _choice(stated, "method", get_args(Method)))
    if method == "proportional":
        return AllowanceTerms(basis, method)
    tiers = stated.get("tiers")
    if tiers is None:  # the scheme names the method only; its tiers stand elsewhere
        return AllowanceTerms(basis, method)
    if not isinstance(tiers, list | tuple) or not tiers:
        raise _wrong("allowance.tiers", say("scheme_tiers"))
    read = tuple(_tier(tier, basis, f"allowance.tiers.{n}") for n, tier in enumerate(tiers))
    for n, tier in enumerate(read):
        if tier.bound in [earlier.bound for earlier in read[:n]]:
            raise _wrong(f"allowance.tiers.{n}", say("scheme_tier_twice"))
    return AllowanceTerms(basis, method, read)


def _tier(stated: object, basis: Basis, path: str) -> Tier:
    if not isinstance(stated, Mapping):
        raise _wrong(path, say("scheme_object"))
    if basis == "grade":
        bound: str | int = _choice(stated, "grade", GRADES, f"{path}.")
    elif basis == "rank":
        bound = _number(stated, "upto", f"{path}.", 4, 1, say("policy_share"))
    else:
        expected = say("policy_points", low="0.00", high="100.00")
        bound = _number(stated, "from", f"{path}.", 2, 100, expected)
    coefficient = _number(
        stated, "coefficient", f"{path}.", 4, MOST_COEFFICIENT, say("scheme_coefficient")
    )
    return Tier(bound, coefficient)


def _weights(holder: Mapping[str, Any], name: str, prefix: str) -> dict[str, int]:
    stated = _table(holder, name, prefix)
    path = f"{prefix}{name}."
    return {key: _number(stated, key, path, 4, 1, say("policy_share")) for key in stated}


def _table(holder: Mapping[str, Any], name: str, prefix: str) -> Mapping[str, Any]:
    stated = holder.get(name, {})
    if not isinstance(stated, Mapping):
        raise _wrong(prefix + name, say("scheme_object"))
    return stated


def _choice(
    holder: Mapping[str, Any], name: str, choices: tuple[str, ...], prefix: str = "allowance."
) -> str:
    stated = holder.get(name)
    if not isinstance(stated, str) or stated not in choices:
        raise _wrong(prefix + name, say("policy_choice", choices=choices))
    return stated


def _number(
    holder: Mapping[str, Any],
    name: str,
    prefix: str,
    decimals: int,
    most: int,
    expected: Sentence,
) -> int:
    """Return a number from 0 to ``most`` scaled by its decimals, exactly as it is written."""
    stated = holder.get(name)
    if not isinstance(stated, bool) and isinstance(stated, int | float | Decimal):
        number = Decimal(str(stated))
        if number.is_finite() and 0 <= number <= most:
            scaled = number.scaleb(decimals)
            if scaled == int(scaled):
                return int(scaled)
    raise _wrong(prefix + name, expected)


def _wrong(key: str, expected: Sentence) -> Refusal:
    return Refusal(say("scheme_wrong", name=key, expected=expected), f"content.{key}")
