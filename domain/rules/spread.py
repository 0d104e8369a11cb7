"""How allowances spread within a rank level of a unit (R06, R13).

They spread by 15 to 25 % of the standard, both ends included, are not even, never exceed the
pool, and nobody is paid more than someone ahead on the declared basis. With standards of one's
own, ratios to them are compared and the pool is their sum. Money is in fen.

Paid without a standard of the level is paid without a pool (R13.pool fails); amounts are then
compared as they are, unless only some have a standard of their own.

In a pool counts everybody on the roster at that level who takes part or only gets a comment,
and isn't ranked on another unit's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from domain.rules.band import measure, percent, within
from domain.rules.basis import Place
from domain.rules.clauses import clause
from domain.rules.consistency import WHOLE, share
from domain.rules.eligibility import Interpretation
from domain.rules.finding import Finding, Verdict, all_of, positions
from domain.rules.policy import OPEN, Definition, Policy
from domain.rules.scheme_terms import Basis
from domain.sentence import Sentence, Term, say

DEFINITION = "spread.definition"
DEFAULT_BASIS: Basis = "rank"
"""Where no ratified scheme declares a basis, who is ahead is who ranks ahead."""


@dataclass(frozen=True, slots=True)
class Paid:
    """One grant at its position in the log: an amount, and the standard that it is held to.

    Args:
        standard: None where the level has none and the cadre none of his own.
    """

    cadre: str
    amount: int
    position: int
    standard: int | None

    @property
    def ratio(self) -> Fraction:
        """The amount as a ratio to the standard; without one, to a fen."""
        return Fraction(self.amount, self.standard or 1)


@dataclass(frozen=True, slots=True)
class Pool:
    """A rank level's standard a person.

    Args:
        standard: the level's standard a person; None where none was set.
        standards: of everybody who counts in the pool, their own or the level's, by cadre.
        position: where the standard was set.
        floating: the part of the standard that floats; None where none is declared.
        roster: the positions of the roster lines of those who count.
    """

    unit: str
    rank_level: str
    standard: int | None
    standards: Mapping[str, int | None] = field(hash=False)
    position: int | None
    floating: int | None = None
    roster: tuple[int, ...] = ()

    @property
    def total(self) -> int | None:
        """What may be paid in all; None where no standard was set."""
        if self.standard is None:
            return None
        return sum(standard or 0 for standard in self.standards.values())

    @property
    def floating_share(self) -> Fraction | None:
        """The share of the standard that floats."""
        if self.floating is None or self.standard is None:
            return None
        return Fraction(self.floating, self.standard)

    @property
    def evidence(self) -> tuple[int, ...]:
        """The position that it was set at, if it was."""
        return () if self.position is None else (self.position,)


@dataclass(frozen=True, slots=True)
class Order:
    """Who is ahead on the declared basis.

    Args:
        places: of those who take part, by cadre; None where evidence is missing.
        evidence: the positions of the scheme that declares the basis; none where the default
            holds.
        rests_on: the positions that the places rest on.
    """

    places: Mapping[str, Place | None] = field(hash=False)
    basis: Basis = DEFAULT_BASIS
    evidence: tuple[int, ...] = ()
    rests_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """What a rank level was paid, and what was found.

    Args:
        values: the spread under each definition, exact; None where it has none.
        definition: the policy's, by which it is judged; ``spread`` is the value under it.
        interpretations: the verdict under each other definition.
    """

    pool: Pool
    paid: int
    values: Mapping[Definition, Fraction | None] = field(hash=False)
    definition: Definition
    spread: Fraction | None
    finding: Finding
    interpretations: tuple[Interpretation, ...]

    @property
    def sensitive(self) -> bool:
        """Whether another definition that can be used gives another verdict."""
        return any(
            other.verdict not in (self.finding.verdict, Verdict.NOT_APPLICABLE)
            for other in self.interpretations
        )


def judge_spread(pool: Pool, paid: Sequence[Paid], order: Order, policy: Policy) -> Spread:
    """Judge the grants of one rank level by the policy's definition, and by each other."""
    values = _values(pool, paid)
    definition = policy.spread.definition
    return Spread(
        pool=pool,
        paid=sum(one.amount for one in paid),
        values=values,
        definition=definition,
        spread=values[definition],
        finding=_judged(pool, paid, order, policy),
        interpretations=tuple(_otherwise(pool, paid, order, policy)),
    )


def _values(pool: Pool, paid: Sequence[Paid]) -> dict[Definition, Fraction | None]:
    ratios = [] if _unset(paid) else [one.ratio for one in paid]
    definitions: tuple[Definition, ...] = ("range", "max_deviation", "floating_share")
    return {name: measure(name, ratios, pool.floating_share) for name in definitions}


def _unset(paid: Sequence[Paid]) -> bool:
    return any(one.standard is None for one in paid)


def _comparable(paid: Sequence[Paid]) -> bool:
    """Tell if ratios can be compared: not where only some have a standard of their own."""
    return len({one.standard is None for one in paid}) <= 1


def _otherwise(
    pool: Pool, paid: Sequence[Paid], order: Order, policy: Policy
) -> Iterator[Interpretation]:
    """Yield the other readings; without floating pay its share is no reading at all."""
    for value in OPEN[DEFINITION]:
        if value == policy.spread.definition:
            continue
        verdict = Verdict.NOT_APPLICABLE
        if value != "floating_share" or pool.floating is not None:
            verdict = _judged(pool, paid, order, policy.reading(DEFINITION, value)).verdict
        yield Interpretation(DEFINITION, value, verdict)


def _judged(pool: Pool, paid: Sequence[Paid], order: Order, policy: Policy) -> Finding:
    evidence = positions((pool.evidence, [one.position for one in paid]))
    parts = (
        _band(pool, paid, policy, evidence),
        _uneven(paid, evidence),
        _within(pool, paid, evidence),
        _in_order(paid, order, evidence),
    )
    low, high = share(policy.spread.low), share(policy.spread.high)
    needed = say("spread_needed", low=low, high=high)
    return all_of("R13", parts, needed, policy.clause("spread.low"))


def _band(pool: Pool, paid: Sequence[Paid], policy: Policy, evidence: tuple[int, ...]) -> Finding:
    spread = policy.spread
    definition = spread.definition
    values = _values(pool, paid)
    value = values[definition]
    verdict, parameter = Verdict.INSUFFICIENT, "spread.low"
    if len(pool.standards) < 2 and len(paid) < 2:
        verdict, found = Verdict.NOT_APPLICABLE, say("spread_alone")
    elif not paid:
        found = say("nobody_paid")
    elif _unset(paid):
        found = say("standard_unset")
    elif value is None:
        found = say("floating_undeclared")
        parameter = DEFINITION
    elif len(paid) == 1:
        found = say("one_paid", n=len(pool.standards))
    else:
        verdict = Verdict.PASS if within(value, spread) else Verdict.FAIL
        parameter = "spread.high" if value * WHOLE > spread.high else "spread.low"
        found = _measured(values, definition)
    needed = say(
        "band_needed",
        definition=Term(definition),
        low=share(spread.low),
        high=share(spread.high),
    )
    return Finding("R13.band", verdict, found, needed, policy.clause(parameter), evidence)


def _measured(values: Mapping[Definition, Fraction | None], definition: Definition) -> Sentence:
    others = tuple(
        say("spread_by", definition=Term(name), spread=percent(value))
        for name, value in values.items()
        if name != definition and value is not None
    )
    spread = percent(values[definition] or Fraction(0))
    return say("spread_found", definition=Term(definition), spread=spread, others=others)


def _uneven(paid: Sequence[Paid], evidence: tuple[int, ...]) -> Finding:
    different = len({one.ratio for one in paid})
    verdict = Verdict.NOT_APPLICABLE
    found = say("amounts_found", different=different, n=len(paid))
    if not _comparable(paid):
        verdict, found = Verdict.INSUFFICIENT, say("standard_unset")
    elif len(paid) > 1:
        verdict = Verdict.PASS if different > 1 else Verdict.FAIL
    return Finding("R06", verdict, found, say("uneven_needed"), clause("R06"), evidence)


def _within(pool: Pool, paid: Sequence[Paid], evidence: tuple[int, ...]) -> Finding:
    total = sum(one.amount for one in paid)
    verdict = Verdict.FAIL
    if pool.total is None:
        found = say("pool_unset", paid=yuan(total), n=len(paid))
        needed = say("pool_unset_needed")
    else:
        verdict = Verdict.PASS if total <= pool.total else Verdict.FAIL
        found = say("paid_found", paid=yuan(total), n=len(paid))
        needed = say("pool_needed", pool=yuan(pool.total), n=len(pool.standards))
    return Finding(
        rule="R13.pool",
        verdict=verdict,
        found=found,
        needed=needed,
        clause=clause("R13.pool"),
        evidence=positions((evidence, pool.roster)),
    )


def _in_order(paid: Sequence[Paid], order: Order, evidence: tuple[int, ...]) -> Finding:
    overtaking = sorted(set(_overtaking(paid, order.places)))
    unknown = sorted(
        one.cadre for one in paid if one.cadre in order.places and not order.places[one.cadre]
    )
    compared = sum(1 for one in paid if order.places.get(one.cadre))
    found = say("overtaking_found", basis=Term(order.basis), cadres=tuple(overtaking) or "—")
    if not _comparable(paid):
        verdict, found = Verdict.INSUFFICIENT, say("standard_unset")
    elif overtaking:
        verdict = Verdict.FAIL
    elif unknown and compared + len(unknown) > 1:
        verdict = Verdict.INSUFFICIENT
        found = say("order_unknown", basis=Term(order.basis), cadres=tuple(unknown))
    else:
        verdict = Verdict.PASS if compared > 1 else Verdict.NOT_APPLICABLE
    return Finding(
        rule="R13.order",
        verdict=verdict,
        found=found,
        needed=say(
            "order_needed_declared" if order.evidence else "order_needed",
            basis=Term(order.basis),
        ),
        clause=clause("R13.order"),
        evidence=positions((evidence, order.evidence, order.rests_on)),
    )


def _overtaking(paid: Sequence[Paid], places: Mapping[str, Place | None]) -> Iterator[str]:
    """Yield who is paid more than someone strictly ahead in the same group."""
    placed = [(place, one) for one in paid if (place := places.get(one.cadre))]
    for group in {place.group for place, _ in placed}:
        least: Fraction | None = None  # paid to anyone strictly ahead
        values = {place.value for place, _ in placed if place.group == group}
        for value in sorted(values, reverse=True):
            alike = [one for place, one in placed if place == Place(value, group)]
            yield from (one.cadre for one in alike if least is not None and one.ratio > least)
            lowest = min(one.ratio for one in alike)
            least = lowest if least is None else min(least, lowest)


def yuan(fen: int) -> str:
    """Return money for reading: 123450 is ``"1234.50"``."""
    return f"{fen // 100}.{fen % 100:02d}"
