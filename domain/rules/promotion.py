"""Promotion: C1 and C2 (R20), with the leading zone as a soft condition (R16).

Published scores count as given, each by its year's own policy. The subject is never scaled.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import TypeAlias

from domain.rules.case import Case, Scores, Seen, excellent_count, unclosed, window
from domain.rules.facts import CadreYear
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
    totals = [
        _total_of(case, member, known)
        for member in case.years[case.year].members
        if member.rank_level == last.standing.rank_level
        and (member.ranked_in is None or member.cadre == case.cadre)
    ]
    verdict, found = _placed(case, totals)
    return _total_finding(case, verdict, found, _compared(case, totals))


@dataclass(frozen=True, slots=True)
class _Total:
    """The window's total of one on the last year's roster, in hundredths.

    ``value`` is None for who isn't compared; ``counted`` is the number of years with a score.
    """

    cadre: str
    value: Fraction | None
    counted: int
    evidence: tuple[int, ...]


def _total_of(case: Case, member: CadreYear, known: Scores) -> _Total:
    """Return a total; a peer's incomplete one is scaled or left out, as the policy reads."""
    promotion = case.policy.promotion
    read = TOTALS[promotion.total]
    served = [
        scored
        for year in range(case.year - promotion.window + 1, case.year + 1)
        if (scored := known.closed.get((member.cadre, year)))
    ]
    found = [score for scored in served if (score := read(scored)) is not None]
    value = None
    if len(found) == promotion.window:
        value = Fraction(sum(found))
    elif found and member.cadre != case.cadre and promotion.peers == "mean_scaled":
        value = Fraction(sum(found) * promotion.window, len(found))
    evidence = (RESTS[promotion.total](scored) for scored in served)
    return _Total(member.cadre, value, len(found), positions(((member.position,), *evidence)))


def _placed(case: Case, totals: Sequence[_Total]) -> tuple[Verdict, Sentence]:
    ranking, window = case.policy.ranking, case.policy.promotion.window
    subject = next((total.value for total in totals if total.cadre == case.cadre), None)
    others = [t.value for t in totals if t.cadre != case.cadre and t.value is not None]
    of = len(others) + 1
    if of < ranking.min_group:
        return Verdict.NOT_APPLICABLE, say("group_small", n=of, min=ranking.min_group)
    if subject is None:
        return Verdict.INSUFFICIENT, say("total_incomplete", window=window)
    rank = 1 + sum(other > subject for other in others)
    half = half_of(rank, of, ranking.half, ranking.min_group)
    total = points(published(subject))
    found = say("total_found", total=total, rank=rank, of=of)
    return Verdict.PASS if half == "upper" else Verdict.FAIL, found


def _compared(case: Case, totals: Sequence[_Total]) -> tuple[Finding, ...]:
    """Tell each total that was compared, the highest first, and who was left out."""
    order = sorted(totals, key=lambda t: (t.value is None, -(t.value or 0), t.cadre))
    return tuple(_told(case, total) for total in order)


def _told(case: Case, total: _Total) -> Finding:
    promotion = case.policy.promotion
    verdict, found = _counted(case, total)
    return Finding(
        rule=f"R20.C2.total.{total.cadre}",
        verdict=verdict,
        found=found,
        needed=say("total_of_needed", window=promotion.window, peers=Term(promotion.peers)),
        clause=case.policy.clause("promotion.peers"),
        evidence=total.evidence,
    )


def _counted(case: Case, total: _Total) -> tuple[Verdict, Sentence]:
    cadre, n, window = total.cadre, total.counted, case.policy.promotion.window
    if total.value is not None:
        shown = points(published(total.value))
        if n < window:
            return Verdict.PASS, say("total_scaled", cadre=cadre, total=shown, n=n, window=window)
        return Verdict.PASS, say("total_of_cadre", cadre=cadre, total=shown, n=n)
    if cadre == case.cadre:
        found = say("total_own_incomplete", cadre=cadre, n=n, window=window)
        return Verdict.INSUFFICIENT, found
    return Verdict.NOT_APPLICABLE, say("total_left_out", cadre=cadre, n=n, window=window)


def _total_finding(
    case: Case, verdict: Verdict, found: Sentence, parts: tuple[Finding, ...]
) -> Finding:
    """Combine the totals: the place among them decides, not the verdict of each."""
    promotion = case.policy.promotion
    return Finding(
        rule="R20.C2.total",
        verdict=verdict,
        found=found,
        needed=say("total_needed", total=Term(promotion.total), peers=Term(promotion.peers)),
        clause=case.policy.clause("promotion.total"),
        evidence=positions(part.evidence for part in parts),
        parts=parts,
    )


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
RESTS: dict[str, Callable[[Scored], tuple[int, ...]]] = {
    "performance_sum": attrgetter("final_performance.evidence"),
    "annual_sum": attrgetter("evidence"),
}
