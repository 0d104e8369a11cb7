"""How far the quota of 优秀 may be exceeded with approval (R15): policy and law, the stricter."""

from domain.refusal import Refusal
from domain.rules.consistency import share as shown
from domain.rules.policy import Policy
from domain.sentence import say


def quota_range(policy: Policy, law: Policy | None) -> tuple[int, int]:
    """Return the quota and the most that may be approved, in basis points, of the stricter."""
    layers = [layer.grading for layer in (policy, law) if layer is not None]
    return min(layer.quota for layer in layers), min(layer.quota_max for layer in layers)


def must_be_approvable(share: int, policy: Policy, law: Policy | None) -> None:
    """Raise a refusal unless the share is above the quota and within the most allowed."""
    quota, most = quota_range(policy, law)
    if not quota < share <= most:
        raise Refusal(
            say("quota_share", share=shown(share), quota=shown(quota), most=shown(most)), "share"
        )
