"""Which components of a year's score may be recorded, and when that is a correction."""

from domain.fact import Stamp, must_be_approved
from domain.refusal import Refusal
from domain.rules.policy import Policy
from domain.sentence import Term, say


def must_be_component(component: str, policy: Policy) -> None:
    """Raise a refusal unless the policy has the component, or it is one of the finals."""
    known = tuple(dict.fromkeys((*policy.components, "performance", "annual")))
    if component not in known:
        raise Refusal(
            say("component_unknown", component=component, policy=policy.name, known=known),
            "component",
        )


def is_from_outside(component: str, policy: Policy, *, legacy: bool) -> bool:
    """Tell if the policy takes the component from outside, so that it is recorded.

    Raises:
        Refusal: no such component; or the policy computes it, and it isn't paper history's.
    """
    must_be_component(component, policy)
    part = policy.components.get(component)
    if part is not None and part.source == "outside":
        return True
    if not legacy:
        raise Refusal(
            say("component_computed", component=Term(component), policy=policy.name), "component"
        )
    return False


def must_be_correction(
    stamp: Stamp, cadre: str, component: str, reason: str | None, approver: str | None
) -> None:
    """Raise a refusal unless what was recorded before is recorded anew as a correction."""
    if not (reason and approver):
        raise Refusal(
            say("component_recorded_before", cadre=cadre, component=Term(component)), "component"
        )
    must_be_approved(stamp, reason, approver)
