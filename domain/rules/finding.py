"""Findings: the explanation of a result, from which its verdict is computed.

Four-valued logic of the assessment rules: PASS, FAIL, INSUFFICIENT (evidence missing) and
NOT_APPLICABLE (group too small, rule not in force). NOT_APPLICABLE operands are dropped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.sentence import Sentence, Term, say


class Verdict(StrEnum):
    """The outcome of one finding; 符合, 不符合, 材料不足, 不适用."""

    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    INSUFFICIENT = "INSUFFICIENT"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found.

    Args:
        rule: the rule's number, a branch behind a dot, e.g. ``R20.C1``.
        found, needed: what the facts say, and what the rule asks for.
        clause: the policy clause that asks for it.
        evidence: positions in the log of the events it rests on, ascending.
        parts: the findings that this one combines.
        soft: reported, but not part of a combined verdict (原则上).
    """

    rule: str
    verdict: Verdict
    found: Sentence
    needed: Sentence
    clause: str
    evidence: tuple[int, ...] = ()
    parts: tuple["Finding", ...] = ()
    soft: bool = False


def conjoin(verdicts: Iterable[Verdict]) -> Verdict:
    """FAIL if any fails, else INSUFFICIENT if any is, else PASS."""
    return _first(verdicts, (Verdict.FAIL, Verdict.INSUFFICIENT, Verdict.PASS))


def disjoin(verdicts: Iterable[Verdict]) -> Verdict:
    """PASS if any passes, else INSUFFICIENT if any is, else FAIL."""
    return _first(verdicts, (Verdict.PASS, Verdict.INSUFFICIENT, Verdict.FAIL))


def all_of(rule: str, parts: Sequence[Finding], needed: Sentence, clause: str) -> Finding:
    """Combine findings that must all hold; soft ones are kept but don't count."""
    verdict = conjoin(part.verdict for part in parts if not part.soft)
    return _combined(rule, verdict, parts, needed, clause)


def any_of(rule: str, parts: Sequence[Finding], needed: Sentence, clause: str) -> Finding:
    """Combine findings of which one must hold; soft ones are kept but don't count."""
    verdict = disjoin(part.verdict for part in parts if not part.soft)
    return _combined(rule, verdict, parts, needed, clause)


def positions(evidence: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """Return the union of several evidence lists, ascending."""
    return tuple(sorted({position for part in evidence for position in part}))


def flat(finding: Finding) -> tuple[Finding, ...]:
    """Return a finding and all its parts, depth first."""
    return (finding, *(inner for part in finding.parts for inner in flat(part)))


def _first(verdicts: Iterable[Verdict], order: tuple[Verdict, ...]) -> Verdict:
    present = set(verdicts) - {Verdict.NOT_APPLICABLE}
    return next((verdict for verdict in order if verdict in present), Verdict.NOT_APPLICABLE)


def _combined(
    rule: str, verdict: Verdict, parts: Sequence[Finding], needed: Sentence, clause: str
) -> Finding:
    return Finding(
        rule=rule,
        verdict=verdict,
        found=say("combined", parts=tuple(_part(part) for part in parts)),
        needed=needed,
        clause=clause,
        evidence=positions(part.evidence for part in parts),
        parts=tuple(parts),
    )


def _part(part: Finding) -> Sentence:
    return say("combined_part", rule=part.rule, verdict=Term(part.verdict))
