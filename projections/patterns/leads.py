"""Kinds of leads (线索), and what is told of groups without any. A lead is never a verdict."""

from dataclasses import dataclass
from typing import Literal

from domain.sentence import Sentence

Kind = Literal[
    "pairs",
    "rings",
    "windows",
    "raters",
    "in-group",
    "rivals",
    "retaliation",
    "units",
    "one-way",
    "lift",
    "rotation",
]
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class NotAssessable:
    """What can't be told of a group (or of one rater in it), and why; never the same as clean.

    Args:
        who: the rater, where it is about one only.
    """

    kind: Kind
    group: str
    reason: Sentence
    who: str | None = None


@dataclass(frozen=True, slots=True)
class NothingFound:
    """A group in which nothing was flagged, and the smallest effect that would have been seen.

    Args:
        visible: 3.9 times the group's median standard error: of a typical dyad, ring of three,
            window of three periods or test; in points, of a unit's reciprocity points².
    """

    kind: Kind
    group: str
    visible: float
