"""How allowances spread within a rank level of a unit (R06, R13).

They spread by 15 to 25 % of the standard, both ends included, are not even, never exceed the
pool, and nobody is paid more than someone ahead. Money is in fen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.rules.consistency import WHOLE, share
from domain.rules.finding import Finding, Verdict, all_of, positions
from domain.rules.measured import published
from domain.rules.policy import Policy
from domain.sentence import points, say


@dataclass(frozen=True, slots=True)
class Paid:
    """One grant: an amount in fen at its position in the log."""

    cadre: str
    amount: int
    position: int


@dataclass(frozen=True, slots=True)
class Pool:
    """A rank level's standard a person in fen, for ``people`` on the roster."""

    unit: str
    rank_level: str
    standard: int
    people: int
    position: int

    @property
    def total(self) -> int:
        """What may be paid in all."""
        return self.standard * self.people


@dataclass(frozen=True, slots=True)
class Spread:
    """What a rank level was paid, and what was found.

    Args:
        spread: (max − min) / standard, exact; None where nobody was paid.
    """

    pool: Pool
    paid: int
    spread: Fraction | None
    finding: Finding


def judge_spread(
    pool: Pool, paid: Sequence[Paid], ranks: Mapping[str, int], policy: Policy
) -> Spread:
    """Judge the grants of one rank level.

    Args:
        ranks: the rank of each cadre of the level who is ranked.
    """
    total = sum(one.amount for one in paid)
    amounts = [one.amount for one in paid]
    spread = Fraction(max(amounts) - min(amounts), pool.standard) if paid else None
    evidence = positions(((pool.position,), [one.position for one in paid]))
    parts = (
        _band(spread, policy, evidence),
        _uneven(amounts, policy, evidence),
        _within(pool, total, policy, evidence),
        _in_order(paid, ranks, policy, evidence),
    )
    needed = say("spread_needed", low=share(policy.spread.low), high=share(policy.spread.high))
    finding = all_of("R13", parts, needed, policy.clause("spread.low"))
    return Spread(pool, total, spread, finding)


def _band(spread: Fraction | None, policy: Policy, evidence: tuple[int, ...]) -> Finding:
    low, high = policy.spread.low, policy.spread.high
    needed = say("spread_needed", low=share(low), high=share(high))
    clause = policy.clause("spread.low")
    if spread is None:
        return Finding("R13.band", Verdict.INSUFFICIENT, say("nobody_paid"), needed, clause)
    within = low <= spread * WHOLE <= high
    found = say("spread_found", spread=f"{points(published(spread * WHOLE))}%")
    verdict = Verdict.PASS if within else Verdict.FAIL
    return Finding("R13.band", verdict, found, needed, clause, evidence)


def _uneven(amounts: Sequence[int], policy: Policy, evidence: tuple[int, ...]) -> Finding:
    verdict = Verdict.NOT_APPLICABLE
    if len(amounts) > 1:
        verdict = Verdict.PASS if len(set(amounts)) > 1 else Verdict.FAIL
    found = say("amounts_found", different=len(set(amounts)), n=len(amounts))
    clause = policy.clause("spread.low")
    return Finding("R06", verdict, found, say("uneven_needed"), clause, evidence)


def _within(pool: Pool, total: int, policy: Policy, evidence: tuple[int, ...]) -> Finding:
    return Finding(
        rule="R13.pool",
        verdict=Verdict.PASS if total <= pool.total else Verdict.FAIL,
        found=say("paid_found", paid=yuan(total)),
        needed=say("pool_needed", pool=yuan(pool.total)),
        clause=policy.clause("spread.low"),
        evidence=evidence,
    )


def _in_order(
    paid: Sequence[Paid], ranks: Mapping[str, int], policy: Policy, evidence: tuple[int, ...]
) -> Finding:
    ranked = sorted((ranks[one.cadre], one.amount, one.cadre) for one in paid if one.cadre in ranks)
    overtaking: list[str] = []
    least: int | None = None  # paid to anyone strictly ahead
    for rank in sorted({rank for rank, _, _ in ranked}):
        level = [(amount, cadre) for at, amount, cadre in ranked if at == rank]
        overtaking += [cadre for amount, cadre in level if least is not None and amount > least]
        lowest = min(amount for amount, _ in level)
        least = lowest if least is None else min(least, lowest)
    verdict = Verdict.FAIL if overtaking else Verdict.PASS
    return Finding(
        rule="R13.order",
        verdict=verdict if ranked else Verdict.NOT_APPLICABLE,
        found=say("overtaking_found", cadres=tuple(overtaking) or "—"),
        needed=say("order_needed"),
        clause=policy.clause("spread.low"),
        evidence=evidence,
    )


def yuan(fen: int) -> str:
    """Return money for reading: 123450 is ``"1234.50"``."""
    return f"{fen // 100}.{fen % 100:02d}"
