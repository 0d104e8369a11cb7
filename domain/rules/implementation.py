"""A unit's own implementation of the assessment (R24): its points less what was deducted (R29)."""


def net_points(points: int | None, deductions: int) -> int | None:
    """Return what enters the unit's assessment, in hundredths; None while it isn't scored.

    Cadres' own scores stay untouched.
    """
    return None if points is None else max(0, points - deductions)
