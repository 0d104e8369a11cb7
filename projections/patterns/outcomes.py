"""What reviewed leads say of the method: how many of those released were false.

Of the leads that reviewers decided, the share found innocent estimates the true false discovery
rate. Its interval is Wilson's (1927, JASA 22:209), which holds for few leads and for none found
innocent. The undecided ones tell nothing: beside the interval stand the shares as if all of them
were innocent, or none (Manski 2003, Partial Identification).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # the normal quantile of a two-sided interval of .95


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many leads ended in each way, and the share that was false.

    Args:
        open, upheld, innocent, undecided: counts.
        false_share: innocent ÷ (innocent + upheld); None where none was decided.
        low, high: of its interval; 0 and 1 where none was decided.
        least, most: the share if every undecided lead was right, or false; None where none closed.
    """

    open: int
    upheld: int
    innocent: int
    undecided: int
    false_share: float | None
    low: float
    high: float
    least: float | None
    most: float | None


def outcomes(statuses: Iterable[str]) -> Outcomes:
    """Return what leads that stand at ``statuses`` say of all leads of their kind."""
    n = Counter(statuses)
    upheld, innocent, undecided = n["upheld"], n["innocent"], n["undecided"]
    decided, closed = upheld + innocent, upheld + innocent + undecided
    low, high = wilson(innocent, decided)
    return Outcomes(
        open=n["open"],
        upheld=upheld,
        innocent=innocent,
        undecided=undecided,
        false_share=innocent / decided if decided else None,
        low=low,
        high=high,
        least=innocent / closed if closed else None,
        most=(innocent + undecided) / closed if closed else None,
    )


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the bounds of Wilson's score interval of a share, at .95."""
    if not of:
        return 0.0, 1.0
    share = hits / of
    below = 1 + Z**2 / of
    centre = (share + Z**2 / (2 * of)) / below
    half = Z * sqrt(share * (1 - share) / of + Z**2 / (4 * of**2)) / below
    low = 0.0 if hits == 0 else centre - half
    return low, 1.0 if hits == of else centre + half
