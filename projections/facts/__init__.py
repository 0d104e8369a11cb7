"""The views, by subject. A view's row is a pure function of one event.

To add a view, declare it in the module of its subject and list it here.
"""

from projections.facts.allowances import allowances
from projections.facts.people import assignments, cadres, postings, units
from projections.facts.policies import policies
from projections.facts.results import results, talks
from projections.facts.scores import log_entries, scores, work_items
from projections.facts.withdrawals import withdrawals
from projections.facts.years import closings, components, expected, roster
from projections.view import View

VIEWS: tuple[View, ...] = (
    units,
    assignments,
    cadres,
    postings,
    policies,
    roster,
    expected,
    components,
    closings,
    scores,
    work_items,
    log_entries,
    results,
    talks,
    allowances,
    withdrawals,
)

__all__ = [
    "VIEWS",
    "allowances",
    "assignments",
    "cadres",
    "closings",
    "components",
    "expected",
    "log_entries",
    "policies",
    "postings",
    "results",
    "roster",
    "scores",
    "talks",
    "units",
    "withdrawals",
    "work_items",
]
