"""Commendation (R16, R17), preference for training (R18) and talent (R19)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from domain.rules.case import (
    Case,
    Scores,
    Seen,
    excellent_count,
    grades_found,
    unclosed,
    window,
)
from domain.rules.finding import Finding, Verdict, all_of, positions
from domain.rules.outside import NO_SCORE
from domain.rules.ranking import half_finding
from domain.sentence import Term, say


def commendable(case: Case, known: Scores) -> Finding:
    """Return the finding of R17: not below the half; the leading zone is soft (R16)."""
    (year,) = window(case, 1, known)
    parts = (upper_half(year, "R17.half"), leading(year))
    clause = case.policy.clause("ranking.half")
    return all_of("R17", parts, say("half_needed", half=Term("upper")), clause)


def trainable(case: Case, known: Scores) -> Finding:
    """Return the finding of R18; soft: training prefers them."""
    training = case.policy.training
    years = window(case, training.window, known)
    clause = case.policy.clause("training.excellent")
    return excellent_count(years, training.excellent, "R18", clause, soft=True)


def talented(case: Case, known: Scores) -> Finding:
    """Return the finding of R19: a run of 优秀 years within the window."""
    talent = case.policy.talent
    years = window(case, talent.window, known)
    grades = [seen.grade for seen in years]
    # An unknown year is at best 优秀 and at worst breaks the run.
    worst = _longest([grade or "competent" for grade in grades], talent.gap)
    best = _longest([grade or "excellent" for grade in grades], talent.gap)
    verdict = Verdict.INSUFFICIENT
    if worst >= talent.run:
        verdict = Verdict.PASS
    elif best < talent.run:
        verdict = Verdict.FAIL
    return Finding(
        rule="R19",
        verdict=verdict,
        found=grades_found(years),
        needed=say("run_needed", run=talent.run, window=talent.window, gap=Term(talent.gap)),
        clause=case.policy.clause("talent.run"),
        evidence=positions(seen.grade_evidence for seen in years),
    )


def leading(seen: Seen) -> Finding:
    """Say whether the cadre stood in the leading zone, which is the upper half (R16, soft)."""
    return replace(upper_half(seen, "R16"), soft=True)


def upper_half(seen: Seen, rule: str) -> Finding:
    """Say whether the cadre stood in the upper half of a closed year."""
    if seen.standing is None or seen.state != "closed":
        needed = say("half_needed", half=Term("upper"))
        clause = seen.policy.clause("ranking.half")
        return Finding(rule, Verdict.INSUFFICIENT, unclosed(seen), needed, clause)
    half = half_finding(seen.standing.ranked, seen.policy, rule)
    own = seen.evidence(seen.standing.scored.final_annual)
    return replace(half, evidence=positions((half.evidence, own)))


def _longest(grades: Iterable[str], gap: Literal["break", "bridge"]) -> int:
    longest = run = 0
    for grade in grades:
        if grade in NO_SCORE and gap == "bridge":
            continue
        run = run + 1 if grade == "excellent" else 0
        longest = max(longest, run)
    return longest
