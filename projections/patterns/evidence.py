"""The evidence on any two people of a stratum, whether they are listed or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from projections.patterns.assessing import fitted
from projections.patterns.pairs import Pair, pair_of
from projections.patterns.panel import Floats, Panel
from projections.patterns.parts import is_of
from projections.patterns.stratum import prepared


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Two people in one stratum of one group.

    Args:
        pair: what was tested of them.
        people, residuals: of the whole group, for its heat map. (n, n)
    """

    relation: str
    source: str
    pair: Pair
    people: tuple[str, ...]
    residuals: Floats


def evidence(panels: Sequence[Panel], a: str, b: str, group: str | None = None) -> list[Evidence]:
    """Return what one stratum's scores tell of two people, in each group where both are.

    Args:
        panels: all groups of one relation and one source, since a test's family is all of them.
        group: the only one looked at.
    """
    stratum = prepared([fitted(panel) for panel in panels])
    dyads = stratum.tested.dyads
    found = []
    for unit, one in enumerate(stratum.between):
        people = one.panel.people
        if not is_of(one.panel.group, group) or not {a, b} <= set(people):
            continue
        first, second = sorted((people.index(a), people.index(b)))
        mine = (dyads.unit == unit) & (dyads.a == first) & (dyads.b == second)
        for at in np.flatnonzero(mine):
            pair = pair_of(stratum.between, stratum.tested, int(at))
            stratum_of = one.panel.relation, one.panel.source
            found.append(Evidence(*stratum_of, pair, people, one.fit.mean))
    return found
