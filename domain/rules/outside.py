"""Who isn't graded by a score, and why (R15): the year's first thing that says so counts."""

from dataclasses import dataclass

from domain.rules.facts import CadreYear, UnitYear
from domain.rules.service import leave, open_case
from domain.sentence import Sentence, Term, say

NO_SCORE = frozenset({"ungraded", "not_assessed"})
"""The grades that no score gives."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A grade that no score decides.

    Args:
        grade: None on a roster that doesn't rank the cadre because another one does.
        clause: the clause that says so; empty where no parameter does.
        evidence: the positions it rests on besides the roster line.
    """

    grade: str | None
    found: Sentence
    clause: str = ""
    evidence: tuple[int, ...] = ()


def outside(member: CadreYear, unit_year: UnitYear) -> Outside | None:
    """Return why the cadre isn't graded by a score; None for who is."""
    if member.participates == "no":
        return _ungraded(Term("participates_no"), "not_assessed")
    if member.participates == "comment_only":
        return _ungraded(Term("participates_comment_only"))
    if member.ranked_in is not None:
        return Outside(None, say("rank_elsewhere", unit=member.ranked_in))
    if member.on_probation:
        posting = () if member.probation is None else (member.probation,)
        return _ungraded(Term("participates_probation"), evidence=posting)
    return _away_or_in_question(member, unit_year) if member.service else None


def _away_or_in_question(member: CadreYear, unit_year: UnitYear) -> Outside | None:
    layer, year = unit_year.strict, unit_year.year
    away = leave(member.service, year, layer)
    if away.days > layer.absence.days:
        reason = say("leave_found", days=away.days, limit=layer.absence.days)
        clause = layer.clause("absence.days")
        return _ungraded(reason, clause=clause, evidence=away.evidence)
    closing = unit_year.closing
    if opened := open_case(member.service, year, closing.on if closing else None):
        return _ungraded(say("case_found"), evidence=opened)
    return None


def _ungraded(
    reason: Sentence | Term,
    grade: str = "ungraded",
    *,
    clause: str = "",
    evidence: tuple[int, ...] = (),
) -> Outside:
    found = say("grade_outside", grade=Term(grade), reason=reason)
    return Outside(grade, found, clause, evidence)
