"""The unit index: do a unit's people repay one another's scores, beyond severity and merit?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from projections.patterns.assessing import Fitted
from projections.patterns.known import mean_known
from projections.patterns.multiplicity import benjamini_hochberg
from projections.patterns.panel import Floats
from projections.patterns.srm import Relations, relations
from projections.patterns.strength import REVIEW, Strength


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """How much a unit's people score one another alike beyond severity and merit (SRM).

    Args:
        reciprocity, se: the dyadic covariance k and its standard error, points².
        actor, partner, relationship: variances, points².
        correlation: k over the relationship variance.
    """

    group: str
    people: int
    periods: int
    actor: float
    partner: float
    relationship: float
    actor_partner: float
    reciprocity: float
    se: float
    correlation: float
    z: float
    p: float
    q: float
    strength: Strength
    family: int


def everybody_scored(one: Fitted) -> bool:
    """Tell whether everybody scored everybody else in some period, as the index needs."""
    n = len(one.panel.people)
    return bool((one.fit.count > 0).sum() == n * (n - 1))


def averaged(one: Fitted) -> Floats:
    """Return each cell's mean over the periods, without what differs between periods. (n, n)"""
    ols = one.fit.ols
    severity, merit = mean_known(ols.severity, 0), mean_known(ols.merit, 0)
    return mean_known(ols.residual, 0) + severity[:, None] + merit[None, :]


def unit_indexes(groups: Sequence[Fitted]) -> tuple[UnitIndex, ...]:
    """Return the index of each group in which everybody scored everybody, the greatest z first."""
    found = [relations(averaged(one)) for one in groups]
    z = np.array([f.reciprocity.value / f.reciprocity.se for f in found])
    p = stats.norm.sf(z)
    q = benjamini_hochberg(p)
    made = [
        _index(one, f, float(own_z), float(own_p), float(own_q), len(found))
        for one, f, own_z, own_p, own_q in zip(groups, found, z, p, q, strict=True)
    ]
    return tuple(sorted(made, key=lambda index: -index.z))


def _index(one: Fitted, f: Relations, z: float, p: float, q: float, family: int) -> UnitIndex:
    return UnitIndex(
        group=one.panel.group,
        people=f.people,
        periods=len(one.periods),
        actor=f.actor.value,
        partner=f.partner.value,
        relationship=f.relationship.value,
        actor_partner=f.actor_partner.value,
        reciprocity=f.reciprocity.value,
        se=f.reciprocity.se,
        correlation=f.reciprocity.value / f.relationship.value,
        z=z,
        p=p,
        q=q,
        strength="review" if q <= REVIEW else "none",
        family=family,
    )
