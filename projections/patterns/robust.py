"""The robust fit: additive, but favours neither move severities and merits nor swell the noise.

What a rater's slope makes of merit is taken out of the residuals. The noise is what varies within
a dyad over time: the total residual variance would put affinity and the favour into it.
"""

from dataclasses import dataclass

import numpy as np

from projections.patterns.additive import Additive
from projections.patterns.alternating import Alternating
from projections.patterns.known import mean_known
from projections.patterns.panel import Bools, Floats, Ints

ROUNDS = 4
FULL = 2.0
NOTHING = 4.0
"""A residual weighs 1 up to FULL robust standard deviations, less up to NOTHING, then 0."""
MAD = 1.4826
CRAMPED = 0.45
"""Under this share of the unit's median spread a rater's points are no measure of favour.

He straight-lines, or gives so much to all that the scale's end cuts the best off: whoever is worse
then seems to be favoured, though it is the others who got less than he would have given.
"""
SLOPE_SD = 0.15
PRIOR = 10
"""The degrees of freedom with which a rater's noise is shrunk to the unit's median."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One panel fitted; NaN where nobody scored or a cell tells nothing.

    Args:
        ols: the ordinary fit of the same points.
        severity, merit: of the robust fit, in points. (T, n)
        spread: the rater's own standard deviation within periods over the unit's median. (n,)
        cramped: whose spread is under CRAMPED. (n,)
        weight: of each cell, the same in every period; 0 to 1. (n, n)
        slope: by how much more than others a rater stretches merit. (n,)
        residual: e, in points, without the slope's part. (T, n, n)
        mean: ē, the residual's mean over the periods. (n, n)
        count: in how many periods the rater scored the ratee. (n, n)
        noise: v, the variance of a rater's scores within a dyad over time, points². (n,)
        factor: f, by how much the additive fit changes that variance in a residual. (n, n)
        doubt: what a slope that isn't known surely adds to f in ē; it lasts, so that it
            averages out over no periods. (n, n)
    """

    ols: Additive
    severity: Floats
    merit: Floats
    spread: Floats
    cramped: Bools
    weight: Floats
    slope: Floats
    residual: Floats
    mean: Floats
    count: Ints
    noise: Floats
    factor: Floats
    doubt: Floats

    @property
    def variance(self) -> Floats:
        """V, what noise gives ē as variance, points². (n, n)"""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.noise[:, None] * (self.factor + self.doubt) / self.count


def spreads(points: Floats) -> Floats:
    """Return each rater's standard deviation within periods, in points; NaN: none. (n,)

    Args:
        points: NaN where there are none. (T, n, n)
    """
    seen = ~np.isnan(points)
    count = seen.sum(axis=2)
    total = np.where(seen, points, 0.0).sum(axis=2)
    centre = total / np.maximum(count, 1)
    away = np.where(seen, points - centre[:, :, None], 0.0)
    within = np.where(count > 1, (away**2).sum(axis=2) / np.maximum(count - 1, 1), np.nan)
    own: Floats = np.sqrt(mean_known(within, 0))
    return own


def fit(points: Floats, ols: Additive, without: Bools | None = None) -> Fit:
    """Return the robust fit of a panel.

    Args:
        points: NaN where there are none. (T, n, n)
        ols: its ordinary fit.
        without: cells that get no weight whatever they hold. (n, n)
    """
    spread = spreads(points)
    spread = spread / np.nanmedian(spread)
    cramped = spread < CRAMPED
    telling = ols.telling
    count = telling.sum(axis=0)
    barred = cramped[:, None] | (np.False_ if without is None else without)
    solver = Alternating(points, telling)
    mean, merit = mean_known(ols.residual, 0, telling), ols.merit
    for _ in range(ROUNDS):
        weight = np.where(barred, 0.0, weights(mean, cramped))
        severity, merit = solver.solve(weight, merit)
        mean = solver.mean_residual(severity, merit)
    residual = points - severity[:, :, None] - merit[:, None, :]
    slope, pull = slopes(residual, merit, weight, telling)
    residual = np.where(telling, residual - slope[:, None] * merit[:, None, :], np.nan)
    mean = mean_known(residual, 0)
    leverage = mean_known(ols.leverage, 0, telling)
    return Fit(
        ols=ols,
        severity=severity - mean_known(severity, 1)[:, None],
        merit=merit,
        spread=spread,
        cramped=cramped,
        weight=weight,
        slope=slope,
        residual=residual,
        mean=mean,
        count=count,
        noise=noises(residual, mean, ols.leverage, cramped),
        factor=1 + leverage - 2 * leverage * weight,
        doubt=(1 - leverage) * pull * (1 - 2 * weight),
    )


def robust_deviation(values: Floats) -> float:
    """Return what a normal sample's standard deviation would be, from its median deviation."""
    return float(MAD * np.median(np.abs(values - np.median(values))))


def weights(mean: Floats, cramped: Bools) -> Floats:
    """Return the weight of each cell by its own residual and by what the two have in common.

    Args:
        mean: residuals averaged over the periods, NaN where there are none. (n, n)
        cramped: raters whose residuals don't count for the scale. (n,)
    """
    of_steady = np.abs(mean[~cramped])
    of_steady = of_steady[~np.isnan(of_steady)]
    scale = MAD * float(np.median(of_steady)) if of_steady.size else 0.0
    if scale <= 0:
        return np.ones(mean.shape)
    shared = np.abs(mean + mean.T) / np.sqrt(2)
    distance = np.fmax(np.abs(mean), shared) / scale
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(distance <= FULL, 1.0, np.where(distance <= NOTHING, 2 / distance, 0.0))
    return np.where(np.isnan(distance), 1.0, weight)


def slopes(
    residual: Floats, merit: Floats, weight: Floats, telling: Bools
) -> tuple[Floats, Floats]:
    """Return g, shrunk to 0 as if the slopes had a standard deviation of .15, and its leverage.

    The variance of g is v over the same sum that g is divided by. Times the ratee's merit it
    stands in ē, more the further he is from the unit's mean; less it by twice the part that a
    cell of full weight had in g itself, as with the additive fit's leverage.

    Returns:
        g (n,) and by cell T·b̄² over that sum (n, n).
    """
    r = np.where(telling, residual, 0.0)
    b = np.where(np.isnan(merit), 0.0, merit)
    count = telling.sum(axis=0)
    spent = count.sum(axis=1) - telling.any(axis=2).sum(axis=0)
    able = spent > 0
    if not able.any():
        return np.zeros(len(spent)), np.zeros(count.shape)
    typical = np.median((r**2).sum(axis=(0, 2))[able] / spent[able])
    over = (weight * (r * b[:, None, :]).sum(axis=0)).sum(axis=1)
    under = (weight * (telling * b[:, None, :] ** 2).sum(axis=0)).sum(axis=1)
    below = (under + typical / SLOPE_SD**2)[:, None]
    summed = (telling * b[:, None, :]).sum(axis=0)
    pull = _over(summed**2, count * below)
    return _over(over[:, None], below)[:, 0], pull


def _over(above: Floats, below: Floats) -> Floats:
    """Return a quotient, 0 where there is nothing to divide by."""
    quotient: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return quotient


def noises(residual: Floats, mean: Floats, leverage: Floats, cramped: Bools) -> Floats:
    """Return v: each rater's variance within dyads over time, shrunk to the unit's median. (n,)"""
    seen = ~np.isnan(residual)
    away = np.where(seen, (residual - mean) ** 2 / (1 - leverage), 0.0).sum(axis=(0, 2))
    freedom = np.maximum(seen.sum(axis=0) - 1, 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(freedom > 0, away / freedom, np.nan)
    steady = own[~cramped & (freedom > 0)]
    typical = np.median(steady) if steady.size else np.nan
    shrunk: Floats = (PRIOR * typical + away) / (PRIOR + freedom)
    return shrunk
