"""Promotion: C1 and C2 (R20), with the leading zone as a soft condition (R16).

Published scores count as given, each by its year's own policy. The subject is never scaled.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from operator import attrgetter
from typing import TypeAlias

from domain.rules.case import Case, Scores, Seen, excellent_count, unclosed, window
from domain.rules.facts import CadreYear, UnitYear
from domain.rules.finding import Finding, Verdict, all_of, any_of, positions
from domain.rules.honours import leading
from domain.rules.measured import Measured, Scored, published
from domain.rules.ranking import half_of
from domain.sentence import Sentence, Term, points, say

Reader: TypeAlias = Callable[[Scored], int | None]


def promotable(case: Case, known: Scores) -> Finding:
    """Return the finding of R20: C1 and C2, in principle both."""
    years = window(case, case.policy.promotion.window, known)
    parts = (_c1(case, years), _c2(case, years, known), leading(years[-1]))
    clause = case.policy.clause("promotion.window")
    return all_of("R20", parts, say("promotion_needed"), clause)


def _c1(case: Case, years: tuple[Seen, ...]) -> Finding:
    clause = case.policy.clause("promotion.annual_floor")
    excellent = excellent_count(years, 1, "R20.C1.excellent", clause)
    floor = case.policy.promotion.annual_floor
    each = _each(years, floor, "annual", "R20.C1.annual", clause)
    return any_of("R20.C1", (excellent, each), say("c1_needed", floor=points(floor)), clause)


def _c2(case: Case, years: tuple[Seen, ...], known: Scores) -> Finding:
    clause = case.policy.clause("promotion.performance_floor")
    floor = case.policy.promotion.performance_floor
    each = _each(years, floor, "performance", "R20.C2.performance", clause)
    total = _total(case, years, known)
    return any_of("R20.C2", (each, total), say("c2_needed", floor=points(floor)), clause)


def _each(years: tuple[Seen, ...], floor: int, which: str, rule: str, clause: str) -> Finding:
    parts = tuple(_one(seen, floor, which, f"{rule}.{seen.year}", clause) for seen in years)
    needed = say("each_year_needed", score=Term(which), floor=points(floor), n=len(years))
    return all_of(rule, parts, needed, clause)


def _one(seen: Seen, floor: int, which: str, rule: str, clause: str) -> Finding:
    needed = say("at_least", points=points(floor))
    if seen.standing is None or seen.state != "closed":
        return Finding(rule, Verdict.INSUFFICIENT, unclosed(seen), needed, clause)
    scored = seen.standing.scored
    found, evidence = READERS[which](scored), seen.evidence(FINALS[which](scored))
    if found is None:
        missing = say("score_missing", year=seen.year, score=Term(which))
        return Finding(rule, Verdict.INSUFFICIENT, missing, needed, clause, evidence)
    verdict = Verdict.PASS if found >= floor else Verdict.FAIL
    return Finding(
        rule,
        verdict,
        say("score_in_year", year=seen.year, score=Term(which), points=points(found)),
        needed,
        clause,
        evidence,
    )


def _total(case: Case, years: tuple[Seen, ...], known: Scores) -> Finding:
    """Compare the window's total with the peers' of the same unit and rank level."""
    last = years[-1]
    if last.standing is None or last.state != "closed":
        return _total_finding(case, Verdict.INSUFFICIENT, unclosed(last), ())
    roster = _roster(case.years[case.year], last.standing.rank_level)
    subject = _sum(case, case.cadre, known)
    others = [
        total
        for peer in roster
        if peer.cadre != case.cadre and (total := _comparable(case, peer.cadre, known)) is not None
    ]
    evidence = positions(
        ([member.position for member in roster], *_score_evidence(case, roster, known))
    )
    verdict, found = _placed(case, subject, others)
    return _total_finding(case, verdict, found, evidence)


def _placed(
    case: Case, subject: Fraction | None, others: list[Fraction]
) -> tuple[Verdict, Sentence]:
    ranking, of = case.policy.ranking, len(others) + 1
    if of < ranking.min_group:
        return Verdict.NOT_APPLICABLE, say("group_small", n=of, min=ranking.min_group)
    if subject is None:
        return Verdict.INSUFFICIENT, say("total_incomplete", window=case.policy.promotion.window)
    rank = 1 + sum(other > subject for other in others)
    half = half_of(rank, of, ranking.half, ranking.min_group)
    total = points(published(subject))
    found = say("total_found", total=total, rank=rank, of=of)
    return Verdict.PASS if half == "upper" else Verdict.FAIL, found


def _total_finding(
    case: Case, verdict: Verdict, found: Sentence, evidence: tuple[int, ...]
) -> Finding:
    promotion = case.policy.promotion
    needed = say("total_needed", total=Term(promotion.total), peers=Term(promotion.peers))
    clause = case.policy.clause("promotion.total")
    return Finding("R20.C2.total", verdict, found, needed, clause, evidence)


def _roster(facts: UnitYear, rank_level: str) -> list[CadreYear]:
    return [member for member in facts.members if member.rank_level == rank_level]


def _sum(case: Case, cadre: str, known: Scores) -> Fraction | None:
    """Return the total of a complete window in hundredths."""
    years = list(_years(case, cadre, known))
    return Fraction(sum(years)) if len(years) == case.policy.promotion.window else None


def _comparable(case: Case, cadre: str, known: Scores) -> Fraction | None:
    """Return a peer's total; an incomplete one is scaled or left out, as the policy reads."""
    years = list(_years(case, cadre, known))
    length = case.policy.promotion.window
    if len(years) == length:
        return Fraction(sum(years))
    if case.policy.promotion.peers == "complete_only" or not years:
        return None
    return Fraction(sum(years) * length, len(years))


def _years(case: Case, cadre: str, known: Scores) -> Iterator[int]:
    read = TOTALS[case.policy.promotion.total]
    for year in range(case.year - case.policy.promotion.window + 1, case.year + 1):
        scored = known.closed.get((cadre, year))
        found = read(scored) if scored else None
        if found is not None:
            yield found


def _score_evidence(
    case: Case, roster: list[CadreYear], known: Scores
) -> Iterator[tuple[int, ...]]:
    annual = case.policy.promotion.total == "annual_sum"
    first = case.year - case.policy.promotion.window + 1
    for member in roster:
        for year in range(first, case.year + 1):
            if scored := known.closed.get((member.cadre, year)):
                yield scored.evidence if annual else scored.final_performance.evidence


def _performance(scored: Scored) -> int | None:
    return scored.performance


def _annual(scored: Scored) -> int | None:
    return scored.annual


READERS: dict[str, Reader] = {"performance": _performance, "annual": _annual}
FINALS: dict[str, Callable[[Scored], Measured]] = {
    "performance": attrgetter("final_performance"),
    "annual": attrgetter("final_annual"),
}
TOTALS: dict[str, Reader] = {"performance_sum": _performance, "annual_sum": _annual}
