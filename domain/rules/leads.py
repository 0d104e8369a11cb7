"""What reviewers make of a lead (线索) between them.

A lead is closed by two different reviewers who agree. Two who differ leave it open, for a third
to agree with one of them; three who all differ leave it undecided.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

Outcome = Literal["upheld", "innocent", "undecided"]
Status = Literal["open", "upheld", "innocent", "undecided"]
AGREE = 2
MOST = 3


def status(outcomes: Iterable[str]) -> str:
    """Return what a lead's reviews leave it as: ``open``, or the outcome it is closed with.

    Args:
        outcomes: one of each reviewer; no more than three are ever recorded.
    """
    counted = Counter(outcomes)
    if not counted:
        return "open"
    (outcome, agreeing), *_ = counted.most_common()
    if agreeing >= AGREE:
        return outcome
    return "undecided" if counted.total() >= MOST else "open"
