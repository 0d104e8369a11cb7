"""How much of what is planted in a simulated city leads find, and how many leads are false."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from projections.patterns.found import Found
from projections.patterns.releasing import Pointed

Label = dict[str, Any]
Who = tuple[str, str]

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


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranked list, which flags nothing, against what was planted.

    Args:
        planted: so many labels.
        first: how many of them stand among as many first places of the list.
    """

    kind: str
    planted: int
    first: int

    @property
    def share(self) -> float | None:
        """Recall and precision in one, as the list is cut at what was planted."""
        return self.first / self.planted if self.planted else None


def ranked(labels: Sequence[Label], found: Iterable[Found]) -> list[Ranked]:
    """Return how leaders' favourites and lifts before a promotion are ranked, by ballots."""
    ballots = [one for one in found if one.source == "ballot"]
    liked = [
        (label["members"][0], ratee)
        for label in labels
        if label["kind"] == "favourite"
        for ratee in label["members"][1:]
    ]
    lifted = [
        (label["members"][0], str(label["promoted"])) for label in labels if label["kind"] == "lift"
    ]
    leaders = (one for one in ballots if one.relation == "leader")
    favoured = [(x.rater, x.ratee) for one in leaders for x in one.one_way]
    lifts = sorted((x for one in ballots for x in one.lift), key=lambda lift: -lift.z)
    return [
        _first("one-way", liked, favoured),
        _first("lift", lifted, [(x.ratee, x.decided) for x in lifts]),
    ]


def _first(kind: str, planted: Sequence[Who], listed: Iterable[Who]) -> Ranked:
    places = [*dict.fromkeys(listed)][: len(planted)]
    return Ranked(kind, len(planted), len({*planted} & {*places}))


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
