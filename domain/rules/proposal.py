"""Proposals: allowances that follow the result and keep the pool and the band (R05, R13).

比例折算 keeps the deviations from the mean in proportion; where the plain conversion is outside
the band, they are stretched or compressed to the nearest bound. 系数分档 takes the declared
coefficients as they are where pool and band hold; else they are converted like values. Amounts
are whole fen, rounded down. All is exact: what is proposed would be found to hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from domain.rules.band import measure, percent, within
from domain.rules.consistency import WHOLE, share
from domain.rules.policy import Spread
from domain.rules.scheme_terms import Basis, Method
from domain.sentence import Sentence, Term, say

_MARGINS = 8  # how often the distance from the bounds is doubled in search of whole fen


@dataclass(frozen=True, slots=True)
class Claim:
    """One person who shares in a pool.

    Args:
        standard: in fen, one's own or the level's.
        value: what the basis gives, the higher the better; None where evidence is missing.
        coefficient: the tier's, where the method is tiers; None where no tier is for them.
    """

    cadre: str
    standard: int
    value: Fraction | None
    coefficient: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a level's pool is shared.

    Args:
        spread: the band and the definition that the policy states.
        floating: the share of the standard that floats; None where the pool declares none.
    """

    basis: Basis
    method: Method
    spread: Spread
    floating: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What each is proposed, in fen by cadre, or the reason why nothing can be."""

    amounts: Mapping[str, int] = field(hash=False)
    reason: Sentence | None = None


def propose(claims: Sequence[Claim], terms: Terms) -> Proposal:
    """Share a pool: the claims' standards, all of it or less.

    No one is paid more than someone ahead (as ratios to the standard), equals with equal
    standards are paid the same, and the order of the claims decides nothing.
    """
    reason = _refused(claims, terms)
    if reason is not None:
        return Proposal({}, reason)
    valued = [(claim, claim.value) for claim in claims if claim.value is not None]
    if terms.method == "tiers":
        found = _by_tiers(claims, terms)
    else:
        found = _shared([_Share(c.cadre, c.standard, v, v) for c, v in valued], terms)
    return Proposal(found) if isinstance(found, dict) else Proposal({}, found)


@dataclass(frozen=True, slots=True)
class _Share:
    """A claim with the value that is converted, and the one by which people are in order."""

    cadre: str
    standard: int
    value: Fraction
    order: Fraction


def _refused(claims: Sequence[Claim], terms: Terms) -> Sentence | None:
    """Return why nothing can be proposed whatever the amounts."""
    if len(claims) < 2:
        return say("proposal_nobody") if not claims else say("proposal_alone")
    if terms.basis == "grade" and terms.method == "proportional":
        return say("proposal_grades_no_numbers")
    missing = sorted(claim.cadre for claim in claims if claim.value is None)
    if missing:
        return say("proposal_missing", basis=Term(terms.basis), cadres=tuple(missing))
    if len({claim.value for claim in claims}) == 1:
        return say("proposal_all_equal", basis=Term(terms.basis))
    if terms.spread.definition == "floating_share":
        return _floats(terms)
    return None


def _floats(terms: Terms) -> Sentence | None:
    if terms.floating is None:
        return say("floating_undeclared")
    if terms.floating == 0:
        return say("proposal_nothing_floats")
    if not within(terms.floating, terms.spread):
        low, high = share(terms.spread.low), share(terms.spread.high)
        return say("proposal_floating", found=percent(terms.floating), low=low, high=high)
    return None


def _by_tiers(claims: Sequence[Claim], terms: Terms) -> dict[str, int] | Sentence:
    without = sorted(claim.cadre for claim in claims if claim.coefficient is None)
    if without:
        return say("proposal_no_tier", cadres=tuple(without))
    shares = [
        _Share(c.cadre, c.standard, c.coefficient, c.value)
        for c in claims
        if c.coefficient is not None and c.value is not None
    ]
    by_value = sorted(shares, key=lambda one: (one.order, one.value))
    if any(lower.value > upper.value for lower, upper in pairwise(by_value)):
        return say("proposal_tiers_unordered")
    if len({one.value for one in shares}) == 1:
        return say("proposal_one_tier")
    declared = _in_order(shares, {one.value: one.value for one in shares})
    return declared if _holds(shares, declared, terms) else _shared(shares, terms)


def _shared(shares: Sequence[_Share], terms: Terms) -> dict[str, int] | Sentence:
    """Return the first conversion that holds in whole fen, beginning with the nearest."""
    for ratios in _conversions(shares, terms):
        amounts = _in_order(shares, ratios)
        if _holds(shares, amounts, terms):
            return amounts
    low, high = share(terms.spread.low), share(terms.spread.high)
    return say("proposal_no_fen", low=low, high=high)


_Ratios = Mapping[Fraction, Fraction]


def _conversions(shares: Sequence[_Share], terms: Terms) -> Iterator[_Ratios]:
    """Yield ratios to the standard by value, the nearest to the plain conversion first."""
    pool = sum(one.standard for one in shares)
    mean = sum((one.standard * one.value for one in shares), Fraction(0)) / pool
    plain = {one.value: one.value / mean - 1 for one in shares}
    if terms.spread.definition == "floating_share":
        yield {value: 1 + (terms.floating or 0) * away for value, away in plain.items()}
        return
    top = max(plain.values())
    below = {value: away - top for value, away in plain.items()}
    size = measure(terms.spread.definition, [1 + away for away in plain.values()], None)
    widest = -min(below.values())
    sizes = list(dict.fromkeys(_sizes(size or Fraction(0), shares, terms.spread)))
    for wanted in sizes:
        factor = wanted / (size or 1)
        yield {value: 1 + factor * away for value, away in plain.items()}
    for wanted in sizes:  # within whole fen the standard itself is the surest top
        yield {value: 1 + wanted / widest * away for value, away in below.items()}


def _sizes(size: Fraction, shares: Sequence[_Share], spread: Spread) -> Iterator[Fraction]:
    """Yield spreads within the band, the nearest to ``size`` first, then those that fen suit.

    With one standard for all, a spread of whole fen is met exactly by rounding down, and there
    is none where no whole fen lie in the band.
    """
    low, high = Fraction(spread.low, WHOLE), Fraction(spread.high, WHOLE)
    standards = sorted({one.standard for one in shares})
    if len(standards) > 1:
        yield _nearest(size, low, high)
    for standard in standards:
        fen = ceil(low * standard), floor(high * standard)
        if fen[0] <= fen[1]:
            yield _nearest(size, Fraction(fen[0], standard), Fraction(fen[1], standard))
    if len(standards) == 1:
        return
    margin = Fraction(1, standards[0])
    for _ in range(_MARGINS):
        if low + margin <= high - margin:
            yield _nearest(size, low + margin, high - margin)
        margin *= 2
    yield (low + high) / 2


def _nearest(size: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return min(max(size, low), high)


def _in_order(shares: Sequence[_Share], ratios: _Ratios) -> dict[str, int]:
    """Return amounts rounded down; what rounding put out of order is lowered further."""
    amounts: dict[str, int] = {}
    ahead: Fraction | None = None  # the least ratio paid to anyone ahead
    for order in sorted({one.order for one in shares}, reverse=True):
        alike = [one for one in shares if one.order == order]
        paid = []
        for one in alike:
            ratio = ratios[one.value] if ahead is None else min(ratios[one.value], ahead)
            amounts[one.cadre] = floor(one.standard * ratio)
            paid.append(Fraction(amounts[one.cadre], one.standard))
        ahead = min(paid) if ahead is None else min(ahead, *paid)
    return amounts


def _holds(shares: Sequence[_Share], amounts: Mapping[str, int], terms: Terms) -> bool:
    """Tell if amounts keep the pool and the band, and aren't even; they are in order."""
    ratios = {one.cadre: Fraction(amounts[one.cadre], one.standard) for one in shares}
    value = measure(terms.spread.definition, set(ratios.values()), terms.floating)
    return (
        sum(amounts.values()) <= sum(one.standard for one in shares)
        and min(amounts.values()) >= 0
        and len(set(ratios.values())) > 1
        and value is not None
        and within(value, terms.spread)
    )
