"""The numbers that go into a score, how they are published, and how they are explained.

Values are exact, in hundredths of a point; weights are basis points.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from domain.rules.consistency import WHOLE
from domain.rules.facts import Served
from domain.rules.finding import Finding, Verdict, positions
from domain.rules.policy import Policy
from domain.sentence import Sentence, Term, points, say

Origin = Literal["computed", "recorded", "corrected", "paper"]
Mean: TypeAlias = tuple[str, int, int]
LABELS = {"leader": "leader_score"}
"""Terms of components whose names mean something else elsewhere."""
SHARES = {"work": "performance.work_share", "log": "performance.log_share"}


@dataclass(frozen=True, slots=True)
class InUnit:
    """What a number is in one of the units that it is weighed over by days."""

    served: Served
    measured: "Measured"


class Measured(msgspec.Struct, frozen=True):
    """One number that goes into a score.

    Args:
        weight: in basis points.
        value: in hundredths; None when evidence is missing, then ``lacking`` says which. Of a
            given value it says why a later correction of a component couldn't be counted.
        origin: computed here, recorded from outside, corrected, or taken from paper history.
        evidence: the positions it rests on, in no order.
        means: of each dimension or item that it was computed from: name, numerator, denominator.
        units: the units that it was weighed over by days, if it was.
    """

    name: str
    weight: int
    value: Fraction | None
    evidence: tuple[int, ...]
    origin: Origin = "computed"
    means: tuple[Mean, ...] = ()
    lacking: Sentence | None = None
    units: tuple[InUnit, ...] = ()

    @property
    def dimensions(self) -> tuple[tuple[str, Fraction], ...]:
        """The exact mean of each dimension or item, in hundredths."""
        return tuple((name, Fraction(total, n)) for name, total, n in self.means)


@dataclass(frozen=True)
class Scored:
    """The scores of one cadre's year: published in whole hundredths, and what they rest on.

    Args:
        performance, annual: published scores; None when evidence is missing.
        final_performance, final_annual: the same, unrounded.
        parts: what the performance was computed from (work, log); empty when it was given.
        category: whose weights counted.
    """

    performance: int | None
    annual: int | None
    final_performance: Measured
    final_annual: Measured
    components: tuple[Measured, ...]
    parts: tuple[Measured, ...]
    policy: Policy = field(repr=False, compare=False)
    category: str

    @cached_property
    def evidence(self) -> tuple[int, ...]:
        """The positions that the annual score rests on, ascending."""
        return positions((self.final_annual.evidence,))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How the annual score came about, with the components that it was computed from.

        Beside an annual score on record, which has no parts, the performance stands by itself.
        """
        annual = _explained(self)
        if self.final_annual.origin == "computed" or self.final_performance.value is None:
            return (annual,)
        clause = self.policy.clause("performance.target")
        inner = _performance_parts(self.parts, self.policy)
        return (annual, _finding("R01", self.final_performance, clause, inner))


def named(component: str) -> Term:
    """Return how a component is called."""
    return Term(LABELS.get(component, component))


def published(exact: Fraction) -> int:
    """Round half-up to whole hundredths, as scores are published."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def unrounded(exact: Fraction) -> str:
    """Return a score for reading to five decimals; ``…`` when more would follow."""
    scaled = exact * 1000
    whole, rest = divmod(int(scaled), 100_000)
    decimals = f"{rest:05d}".rstrip("0").ljust(2, "0")
    return f"{whole}.{decimals}" + ("" if scaled.denominator == 1 else "…")


def _explained(scored: Scored) -> Finding:
    policy = scored.policy
    measuring = {n for n, c in policy.components.items() if c.source == "performance"}
    parts = []
    used = scored.components if scored.final_annual.origin == "computed" else ()
    for component in (component for component in used if component.weight):
        inner = _performance_parts(scored.parts, policy) if component.name in measuring else ()
        clause = policy.weight_clause(component.name, scored.category)
        parts.append(_finding("R01", component, clause, inner))
    clause = policy.clause("performance.target")
    return _finding("R01", scored.final_annual, clause, tuple(parts))


def _performance_parts(parts: Sequence[Measured], policy: Policy) -> tuple[Finding, ...]:
    return tuple(_finding("R02", part, policy.clause(SHARES[part.name]), ()) for part in parts)


def _finding(rule: str, measured: Measured, clause: str, parts: tuple[Finding, ...]) -> Finding:
    here = f"{rule}.{measured.name}"
    inner = tuple(_in_unit(here, unit, clause) for unit in measured.units)
    return Finding(
        rule=here,
        verdict=Verdict.INSUFFICIENT if measured.value is None else Verdict.PASS,
        found=_found(measured),
        needed=_needed(measured),
        clause=clause,
        evidence=positions((measured.evidence,)),
        parts=(*inner, *parts),
    )


def _in_unit(rule: str, unit: InUnit, clause: str) -> Finding:
    served, measured = unit.served, unit.measured
    return Finding(
        rule=f"{rule}.{served.unit}",
        verdict=Verdict.INSUFFICIENT if measured.value is None else Verdict.PASS,
        found=say("score_in_unit", unit=served.unit, days=served.days, found=_found(measured)),
        needed=say("score_by_days"),
        clause=clause,
        evidence=positions((served.evidence, measured.evidence)),
    )


def _found(measured: Measured) -> Sentence:
    if measured.value is None:
        return measured.lacking or say("score_not_recorded")
    name = named(measured.name)
    value = unrounded(measured.value)
    if measured.units and measured.origin == "computed":
        return say(
            "score_by_days_found",
            name=name,
            value=value,
            published=points(published(measured.value)),
            units=tuple(
                say("days_in_unit", unit=unit.served.unit, days=unit.served.days)
                for unit in measured.units
            ),
        )
    if measured.origin == "computed":
        dimensions = tuple(
            say("score_dimension", dimension=dimension, mean=unrounded(mean))
            for dimension, mean in measured.dimensions
            if dimension  # a ballot without dimensions has one mean, which is the value
        )
        key = "score_computed_from" if dimensions else "score_computed"
        rounded = points(published(measured.value))
        return say(key, name=name, value=value, published=rounded, dimensions=dimensions)
    found = say(f"score_{measured.origin}", name=name, value=value)
    return say("score_kept", score=found, why=measured.lacking) if measured.lacking else found


def _needed(measured: Measured) -> Sentence:
    whole = measured.weight == WHOLE
    if whole and measured.origin != "computed":
        return say("score_on_record")
    weight = f"{measured.weight // 100}.{measured.weight % 100:02d}"
    return say("score_whole") if whole else say("score_weight", weight=weight)
