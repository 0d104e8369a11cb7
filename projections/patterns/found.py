"""All that was found in one stratum: one relation's scores from one source."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from projections.patterns.in_group import InGroup
from projections.patterns.leads import NotAssessable, NothingFound
from projections.patterns.lift import Lift
from projections.patterns.one_way import OneWay
from projections.patterns.pairs import Pair
from projections.patterns.panel import Floats
from projections.patterns.raters import RaterSheet
from projections.patterns.rings import Ring
from projections.patterns.rivals import Rivalry
from projections.patterns.rotation import Rotation
from projections.patterns.units import UnitIndex
from projections.patterns.windows import Window


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in one stratum: one relation's scores from one source.

    Args:
        seed: with the same panels it gives the same.
        tau2: the variance of honest affinity, points².
        shift: the median that every dyad's z is measured from.
        residuals: each assessable group's ē, rater by ratee, for its heat map. (n, n)
        people: whom the rows of a heat map are.
        families: how many tests each family of a kind had, listed or not: of in-group the raters'
            and the units'; of raters how many sheets there are, who follow from a rule.
    """

    relation: str
    source: str
    seed: int
    tau2: float | None
    shift: float | None
    pairs: tuple[Pair, ...] = ()
    rings: tuple[Ring, ...] = ()
    windows: tuple[Window, ...] = ()
    raters: tuple[RaterSheet, ...] = ()
    in_group: tuple[InGroup, ...] = ()
    rivals: tuple[Rivalry, ...] = ()
    retaliation: tuple[Pair, ...] = ()
    units: tuple[UnitIndex, ...] = ()
    one_way: tuple[OneWay, ...] = ()
    lift: tuple[Lift, ...] = ()
    rotation: tuple[Rotation, ...] = ()
    not_assessable: tuple[NotAssessable, ...] = ()
    nothing_found: tuple[NothingFound, ...] = ()
    residuals: Mapping[str, Floats] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    families: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
