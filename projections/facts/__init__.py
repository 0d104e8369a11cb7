"""The views, by subject. A view's row is a pure function of one event.

To add a view, declare it in the module of its subject and list it here.
"""

from projections.facts.access import access
from projections.facts.allowances import allowances
from projections.facts.decisions import decisions
from projections.facts.leads import lead_releases, lead_replies, lead_reviews, leads
from projections.facts.lists import list_steps
from projections.facts.people import assignments, cadres, postings, units
from projections.facts.policies import policies
from projections.facts.results import result_steps, results
from projections.facts.schemes import schemes
from projections.facts.scores import log_entries, scores, work_items
from projections.facts.service import service
from projections.facts.supervision import supervision
from projections.facts.talks import talk_steps, talks
from projections.facts.withdrawals import withdrawals
from projections.facts.years import closings, components, expected, quotas, roster
from projections.view import View

VIEWS: tuple[View, ...] = (
    units,
    assignments,
    cadres,
    postings,
    service,
    policies,
    schemes,
    roster,
    expected,
    components,
    closings,
    quotas,
    scores,
    work_items,
    list_steps,
    log_entries,
    results,
    result_steps,
    talks,
    talk_steps,
    allowances,
    decisions,
    supervision,
    lead_releases,
    leads,
    lead_reviews,
    lead_replies,
    access,
    withdrawals,
)

__all__ = [
    "VIEWS",
    "access",
    "allowances",
    "assignments",
    "cadres",
    "closings",
    "components",
    "decisions",
    "expected",
    "lead_releases",
    "lead_replies",
    "lead_reviews",
    "leads",
    "list_steps",
    "log_entries",
    "policies",
    "postings",
    "quotas",
    "result_steps",
    "results",
    "roster",
    "schemes",
    "scores",
    "service",
    "supervision",
    "talk_steps",
    "talks",
    "units",
    "withdrawals",
    "work_items",
]
