"""How far amounts differ, under each definition of the spread (R13), and the band it must keep.

Amounts are compared as ratios to the standard, or to standards of one's own.
"""

from collections.abc import Collection
from fractions import Fraction

from domain.rules.consistency import WHOLE
from domain.rules.measured import unrounded
from domain.rules.policy import Definition, Spread


def measure(
    definition: Definition, ratios: Collection[Fraction], floating: Fraction | None
) -> Fraction | None:
    """Return how far ratios differ; None where nobody was paid or the definition can't be used.

    Args:
        floating: the share of the standard that floats; None where the pool declares none.
    """
    if not ratios:
        return None
    if definition == "range":
        return max(ratios) - min(ratios)
    if definition == "max_deviation":
        return max(abs(ratio - 1) for ratio in ratios)
    return floating


def within(value: Fraction, spread: Spread) -> bool:
    """Tell if a spread keeps the band, both ends included."""
    return spread.low <= value * WHOLE <= spread.high


def percent(ratio: Fraction) -> str:
    """Return a ratio for reading: 1/5 is ``"20.00%"``; ``…`` when more decimals would follow."""
    return f"{unrounded(ratio * WHOLE)}%"
