"""What two have in common: both directions weighted together, by how sure each is.

Honest affinity of two for each other is a little mutual, so the directions aren't independent.
"""

import numpy as np

from projections.patterns.panel import Floats

RECIPROCITY = 0.15
"""ρ, how honest affinity of two for each other is correlated."""


def combined(
    one: Floats, other: Floats, variance: Floats, of_other: Floats, covariance: Floats | float
) -> tuple[Floats, Floats]:
    """Return the weighted mean of the two directions and its standard error, in points.

    Args:
        one, other: ē of each direction, in points.
        variance, of_other: of each, affinity's included, points².
        covariance: of both, points².
    """
    determinant = variance * of_other - covariance**2
    g1, g2 = (of_other - covariance) / determinant, (variance - covariance) / determinant
    return (g1 * one + g2 * other) / (g1 + g2), (g1 + g2) ** -0.5


def shared(
    one: Floats, other: Floats, noise: Floats, of_other: Floats, tau2: float
) -> tuple[Floats, Floats, Floats]:
    """Return both directions of a period as one series y, with its variances.

    Args:
        one, other: residuals of each direction, a row for each pair. (m, T)
        noise, of_other: what noise gives each as variance, points². (m,)
        tau2: the variance of honest affinity, points².

    Returns:
        y (m, T); V, what noise gives it as variance, and M, what lasting affinity gives. (m,)
    """
    u1 = of_other / (noise + of_other)
    u2 = 1 - u1
    y = u1[:, None] * one + u2[:, None] * other
    affinity = tau2 * (u1**2 + u2**2 + 2 * RECIPROCITY * u1 * u2)
    return y, u1**2 * noise + u2**2 * of_other, np.asarray(affinity)
