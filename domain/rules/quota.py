"""The quota of 优秀 (R15): of policy and law the stricter, exceeded with approval only."""

from dataclasses import dataclass

from domain.refusal import Refusal
from domain.rules.consistency import share as shown
from domain.rules.facts import QuotaApproval, UnitYear
from domain.rules.policy import Policy
from domain.sentence import say


@dataclass(frozen=True, slots=True)
class Quota:
    """The share of 优秀 in basis points, its clause, and the approval that raised it, if any."""

    share: int
    clause: str
    approval: QuotaApproval | None = None


def quota(unit_year: UnitYear) -> Quota:
    """Return the quota of a unit's year, as it was approved where it was.

    An approval counts up to the most that the stricter allows, and lowers nothing.
    """
    layers = [unit_year.policy, *([unit_year.law] if unit_year.law else [])]
    strictest = min(layers, key=lambda layer: layer.grading.quota)
    stated, most = quota_range(unit_year.policy, unit_year.law)
    approval = unit_year.approval
    if approval and (raised := min(approval.share, most)) > stated:
        limits = min(layers, key=lambda layer: layer.grading.quota_max)
        return Quota(raised, limits.clause("grading.quota_max"), approval)
    return Quota(stated, strictest.clause("grading.quota"))


def quota_range(policy: Policy, law: Policy | None) -> tuple[int, int]:
    """Return the quota and the most that may be approved, in basis points, of the stricter."""
    layers = [layer.grading for layer in (policy, law) if layer is not None]
    return min(layer.quota for layer in layers), min(layer.quota_max for layer in layers)


def must_be_approvable(share: int, policy: Policy, law: Policy | None) -> None:
    """Raise a refusal unless the share is above the quota and within the most allowed."""
    quota, most = quota_range(policy, law)
    if not quota < share <= most:
        refusal = say(
            "quota_share" if quota < most else "quota_fixed",
            share=shown(share),
            quota=shown(quota),
            most=shown(most),
        )
        raise Refusal(refusal, "share")
