"""The one list of checks: each a pure function from a unit's year to what it finds.

A check is switched off by ``[checks] off`` in the policy that judges the unit's year.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from domain.rules.conformance import (
    contested,
    decisions,
    lists,
    pay,
    results,
    roster,
    schemes,
    supervision,
    talks,
)
from domain.rules.conformance.facts import Conduct, Found
from domain.rules.finding import Finding
from domain.rules.policy import Check


@dataclass(frozen=True, slots=True)
class Checking:
    """One check: its code, the rule that it audits, and the function."""

    code: Check
    rule: str
    find: Callable[[Conduct], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found about a unit's year; ``cadre`` is None where it is about the unit."""

    check: Check
    unit: str
    cadre: str | None
    year: int
    finding: Finding


CHECKS: tuple[Checking, ...] = (
    Checking("order", "R28", schemes.order),
    Checking("order", "R10", lists.order),
    Checking("order", "R15", results.order),
    Checking("wrong_role", "R28", schemes.wrong_role),
    Checking("wrong_role", "R08", lists.wrong_role),
    Checking("self_approval", "R10", lists.self_approval),
    Checking("self_approval", "R15", results.self_approval),
    Checking("not_collective", "R28", schemes.not_collective),
    Checking("not_collective", "R09", lists.not_collective),
    Checking("scheme_out_of_bounds", "R26", schemes.scheme_out_of_bounds),
    Checking("used_before_ratified", "R28", schemes.used_before_ratified),
    Checking("content_changed", "R28", schemes.content_changed),
    Checking("no_filed_list", "R07", lists.no_filed_list),
    Checking("late", "R10", lists.late),
    Checking("late", "law", contested.late),
    Checking("no_evidence", "R02", results.no_evidence),
    Checking("grade_differs", "R14", results.grade_differs),
    Checking("barred_excellent", "law", results.barred_excellent),
    Checking("below_half_commended", "R17", results.below_half_commended),
    Checking("below_half_commended", "R17", decisions.below_half_commended),
    Checking("two_incompetent", "law", results.two_incompetent),
    Checking("publicised_differs", "R31b", results.publicised_differs),
    Checking("half_changed_by_roster", "R31b", roster.half_changed_by_roster),
    Checking("paid_same", "R06", pay.paid_same),
    Checking("over_pool", "R13", pay.over_pool),
    Checking("spread", "R13", pay.spread),
    Checking("paid_more_than_ahead", "R13", pay.paid_more_than_ahead),
    Checking("talk_missing", "R21", talks.talk_missing),
    Checking("talk_wrong_talker", "R21", talks.talk_wrong_talker),
    Checking("talk_too_light", "R22", talks.talk_too_light),
    Checking("talk_overdue", "R21", talks.talk_overdue),
    Checking("no_improvement", "R22", talks.no_improvement),
    Checking("decision_without_evidence", "R03", decisions.decision_without_evidence),
    Checking("ineligible_appointed", "R20", decisions.ineligible_appointed),
    Checking("evidence_changed", "R34", decisions.evidence_changed),
    Checking("posted_without_decision", "R20", decisions.posted_without_decision),
    Checking("closed_without_supervision", "R29", supervision.closed_without_supervision),
    Checking("no_trained_admin", "R27", supervision.no_trained_admin),
)


def check(conduct: Conduct) -> Iterator[Checked]:
    """Yield what every check finds that the policy doesn't switch off."""
    for checking in CHECKS:
        if checking.code in conduct.policy.checks.off:
            continue
        for cadre, finding in checking.find(conduct):
            yield Checked(checking.code, conduct.unit, cadre, conduct.year, finding)
