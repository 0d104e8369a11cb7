"""When a lead is worth review: the rates of false leads and the floors under them."""

from typing import Literal

import numpy as np

from projections.patterns.panel import Bools, Floats

Strength = Literal["review", "strong", "none"]

REVIEW = 0.05
"""The false discovery rate of what is flagged."""
WINDOW_REVIEW = 0.10
FLOOR = 4.0
"""Less than this many points is never flagged, however sure."""
LEAST_RATINGS = 5
"""So many periods in each direction are needed to flag a dyad; with fewer it is ranked."""
VISIBLE = 3.9
"""So many standard errors an effect needs to be seen."""
LISTED = 100
"""How many are ranked beside those that are flagged."""


def strengths(q: Floats, q_strong: Floats, allowed: Bools) -> list[Strength]:
    """Return how strong each lead is, after the floors. (m,)"""
    review, strong = (q <= REVIEW) & allowed, (q_strong <= REVIEW) & allowed
    names = np.where(review & strong, "strong", np.where(review, "review", "none"))
    listed: list[Strength] = names.tolist()
    return listed
