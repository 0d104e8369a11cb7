"""How much of what is planted in a simulated city leads find, and how many leads are false."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from projections.patterns.releasing import Pointed

Label = dict[str, Any]

JACCARD = 0.6
"""So much of both must be shared for a ring to be the planted one."""
PLANTED = {"pairs": "pair", "windows": "pair", "rings": "ring", "raters": "straight_liner"}
"""The label that leads of a kind are to find; of the other kinds nothing is planted."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind of leads against what was planted.

    Args:
        planted, found: labels of that kind, and those that a lead points at.
        leads, right: leads, and those that point at something planted.
        in_controls: leads in units in which nothing is planted.
    """

    kind: str
    planted: int
    found: int
    leads: int
    right: int
    in_controls: int

    @property
    def recall(self) -> float | None:
        """The share of the planted that was found."""
        return self.found / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """The share of the leads that is right."""
        return self.right / self.leads if self.leads else None


def counted(
    labels: Sequence[Label], leads: Iterable[Pointed], kinds: Iterable[str]
) -> list[Counted]:
    """Return each kind's leads against the labels of the same units."""
    every = [*leads]
    controls = {label["unit"] for label in labels if label["kind"] == "control"}
    found = []
    for kind in kinds:
        own = [lead for lead in every if lead.kind == kind]
        wanted = [label for label in labels if label["kind"] == PLANTED.get(kind)]
        hits = [label for label in wanted if any(_points_at(lead, label) for lead in own)]
        right = [lead for lead in own if any(_is_right(lead, label) for label in labels)]
        inside = sum(lead.unit in controls for lead in own)
        found.append(Counted(kind, len(wanted), len(hits), len(own), len(right), inside))
    return found


def _points_at(lead: Pointed, label: Label) -> bool:
    members, planted = set(lead.members), set(label["members"])
    if lead.kind == "rings":
        return len(members & planted) >= JACCARD * len(members | planted)
    return members == planted


def _is_right(lead: Pointed, label: Label) -> bool:
    """Tell if what a lead says of its members was planted, as pairs of a ring are too."""
    if lead.kind == "units":
        return label["unit"] == lead.unit and label["kind"] in ("pair", "ring")
    if lead.kind in ("pairs", "windows") and label["kind"] in ("pair", "ring"):
        return set(lead.members) <= set(label["members"])
    return label["kind"] == PLANTED.get(lead.kind) and _points_at(lead, label)
