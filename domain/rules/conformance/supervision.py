"""Supervision (R29) and the appraisal administrator (R27)."""

from collections.abc import Iterator

from domain.rules.clauses import clause
from domain.rules.conformance.facts import Conduct, Found
from domain.rules.finding import Finding, Verdict, positions
from domain.sentence import Sentence, points, say

ACTS = ("circular", "meeting_comment", "inspection", "deduction")


def closed_without_supervision(conduct: Conduct) -> Iterator[Found]:
    """A year is closed after some act of supervision, and the deductions are in the closing.

    Paper history of which nothing tells of supervision is INSUFFICIENT.
    """
    closing = conduct.facts.closing
    if closing is None:
        return
    acts = [
        act
        for act in conduct.supervision
        if act.kind in ACTS and act.position < closing.position and act.on <= closing.on
    ]
    deducted = sum(act.points or 0 for act in acts if act.kind == "deduction")
    verdict, found = Verdict.PASS, _supervised(len(acts), deducted, conduct.deductions)
    if not acts:
        verdict = Verdict.INSUFFICIENT if conduct.paper else Verdict.FAIL
    elif deducted != (conduct.deductions or 0):
        verdict = Verdict.FAIL
    evidence = positions(((closing.position,), (act.position for act in acts)))
    needed = say("supervised_needed")
    yield Found(None, Finding("R29", verdict, found, needed, clause("R29"), evidence))


def no_trained_admin(conduct: Conduct) -> Iterator[Found]:
    """On the day of closing (while open, today) the unit has an administrator trained by then."""
    if not conduct.facts.members:
        return
    closing = conduct.facts.closing
    day = closing.on if closing else conduct.today
    admins = conduct.roles.holders("appraisal_admin", day)
    trained = [one for one in conduct.trained if one.cadre in admins and one.on <= day]
    unknown = conduct.paper and not any(conduct.roles.unit.values())
    verdict = Verdict.PASS
    if not trained:
        verdict = Verdict.INSUFFICIENT if unknown else Verdict.FAIL
    found = say(
        "admins_found",
        day=day,
        admins=tuple(admins) or "—",
        trained=tuple(dict.fromkeys(one.cadre for one in trained)) or "—",
    )
    evidence = tuple(sorted(one.position for one in trained)) or conduct.closing or conduct.roster
    needed = say("admins_needed")
    yield Found(None, Finding("R27", verdict, found, needed, clause("R27"), evidence))


def _supervised(acts: int, deducted: int, pinned: int | None) -> Sentence:
    shown = "—" if pinned is None else points(pinned)
    return say("supervised_found", acts=acts, deducted=points(deducted), pinned=shown)
