"""The order of a scheme's and a work list's steps, and who may take each (R08-R10, R28).

Commands refuse by these tables what is out of order or by the wrong hands; the checks find by the
same tables what paper history holds of it.
"""

from collections.abc import Collection, Mapping
from typing import Literal

SchemeStep = Literal["drafted", "screened", "resolved", "countersigned", "ratified", "returned"]
ListStep = Literal["submitted", "reviewed", "resolved", "filed", "returned"]

OFFICE = "appraisal_office"
"""Held in any unit, it is held for all: the office serves the whole city."""

Order = Mapping[str, tuple[str | None, ...]]
"""What a step may come directly after; None is the beginning."""

SCHEME_ORDER: Order = {
    "drafted": (None, "drafted", "returned"),
    "screened": ("drafted",),
    "resolved": ("screened",),
    "countersigned": ("resolved",),
    "ratified": ("countersigned",),
    "returned": ("drafted", "screened", "resolved", "countersigned"),
}
LIST_ORDER: Order = {
    "submitted": (None, "submitted", "reviewed", "resolved", "filed", "returned"),
    "reviewed": ("submitted",),
    "resolved": ("submitted",),
    "filed": ("reviewed", "resolved"),
    "returned": ("submitted", "reviewed", "resolved"),
}
SCHEME_STEPS: tuple[str, ...] = tuple(SCHEME_ORDER)
LIST_STEPS: tuple[str, ...] = tuple(LIST_ORDER)

PARTY_GROUP = ("party_member", "unit_head")
SCHEME_ROLES: Mapping[str, tuple[str, ...]] = {
    "screened": (OFFICE,),
    "resolved": PARTY_GROUP,
    "countersigned": ("city_leader",),
    "ratified": (OFFICE,),
    "returned": (OFFICE, *PARTY_GROUP, "city_leader"),
}
"""Any of these roles may take the step; a step that isn't listed is nobody's in particular."""

APPROVALS: Mapping[str, str] = {
    "chief": "resolved",
    "team_member": "resolved",
    "section_chief": "reviewed",
    "other": "reviewed",
}
"""Which step approves the list of a cadre of this category."""


def in_order(order: Order, before: str | None, step: str) -> bool:
    """Tell if the step may come directly after ``before``."""
    return before in order[step]


def scheme_roles(step: str) -> tuple[str, ...]:
    """Return the roles of which one takes this step of a scheme; none: anybody."""
    return SCHEME_ROLES.get(step, ())


def list_roles(step: str, *, has_deputy: bool) -> tuple[str, ...]:
    """Return the roles of which one takes this step of a work list; none: anybody.

    Args:
        has_deputy: a deputy of the unit that day isn't the list's author; else its head reviews.
    """
    if step == "reviewed":
        return ("unit_deputy",) if has_deputy else ("unit_head",)
    return PARTY_GROUP if step == "resolved" else ()


def approves(step: str, category: str | None) -> bool:
    """Tell if this step isn't the wrong approval of a cadre's list; unknown: either will do."""
    approval = APPROVALS.get(category or "")
    return approval is None or step not in ("reviewed", "resolved") or step == approval


def holds_any(held: Collection[str], roles: Collection[str]) -> bool:
    """Tell if one of ``roles`` is held, or none is wanted."""
    return not roles or any(role in held for role in roles)
