"""The views, by subject. A view's row is a pure function of one event.

To add a view, declare it in the module of its subject and list it here.
"""

from projections.facts.allowances import allowances
from projections.facts.decisions import decisions
from projections.facts.people import assignments, cadres, postings, units
from projections.facts.policies import policies
from projections.facts.results import result_steps, results
from projections.facts.scores import log_entries, scores, work_items
from projections.facts.service import service
from projections.facts.talks import talk_steps, talks
from projections.facts.withdrawals import withdrawals
from projections.facts.years import closings, components, expected, roster
from projections.view import View

VIEWS: tuple[View, ...] = (
    units,
    assignments,
    cadres,
    postings,
    service,
    policies,
    roster,
    expected,
    components,
    closings,
    scores,
    work_items,
    log_entries,
    results,
    result_steps,
    talks,
    talk_steps,
    allowances,
    decisions,
    withdrawals,
)

__all__ = [
    "VIEWS",
    "allowances",
    "assignments",
    "cadres",
    "closings",
    "components",
    "decisions",
    "expected",
    "log_entries",
    "policies",
    "postings",
    "result_steps",
    "results",
    "roster",
    "scores",
    "service",
    "talk_steps",
    "talks",
    "units",
    "withdrawals",
    "work_items",
]
