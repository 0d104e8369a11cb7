"""Rings: three to six in one unit who all favour one another, one test a unit.

The best of all cliques is tested, so each clique pays for how many there are of its size. The
second tail leaves out its strongest pair: one strong pair with hangers-on is no ring.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import networkx as nx
import numpy as np
from scipy import special

from projections.patterns import robust
from projections.patterns.assessing import Fitted
from projections.patterns.dyads import Tested
from projections.patterns.multiplicity import benjamini_hochberg
from projections.patterns.panel import Bools, Floats, Ints
from projections.patterns.robust import Fit
from projections.patterns.strength import FLOOR, REVIEW, Strength

SMALLEST, LARGEST = 3, 6
EDGE = 1.0
EACH_WAY = 0.5
"""Both directions above 1 loses: law A, five periods, finds .68 of the rings instead of .81."""
SIZES = LARGEST - SMALLEST + 1


@dataclass(frozen=True, slots=True)
class Ring:
    """Three to six who all favour one another.

    Args:
        estimate: what they give one another more than expected, mean of all directions, in points.
        z: the sum of its dyads' z over the root of their number.
    """

    group: str
    members: tuple[str, ...]
    estimate: float
    z: float
    p: float
    q: float
    strength: Strength
    floor_met: bool
    family: int


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """The likeliest ring of each unit; one place for each. (units,)

    Args:
        members: indexes of its people, none where nobody's favours close.
        z: the sum of the dyads' z over the root of their number, S.
        p, q: of the unit; Benjamini–Hochberg over the units in which any two score each other.
        family: how many these are.
    """

    members: tuple[tuple[int, ...], ...]
    z: Floats
    p: Floats
    q: Floats
    family: int


def rings(fits: Sequence[Fit], tested: Tested) -> Rings:
    """Return each unit's ring."""
    dyads = tested.dyads
    found = []
    least = np.minimum(tested.z_a, tested.z_b)
    edge = (tested.z > EDGE) & (least > EACH_WAY) & dyads.steady
    for fit, mine in zip(fits, dyads.by_unit(len(fits)), strict=True):
        found.append(
            best(len(fit.cramped), dyads.a[mine], dyads.b[mine], tested.z[mine], edge[mine])
        )
    members = tuple(ring for ring, _, _ in found)
    z = np.array([s for _, s, _ in found])
    p = np.exp(np.minimum(0.0, np.array([log_p for _, _, log_p in found])))
    q = np.ones(len(p))
    mutual = np.unique(dyads.unit)
    q[mutual] = benjamini_hochberg(p[mutual])
    return Rings(members, z, p, q, len(mutual))


def leads(groups: Sequence[Fitted], tested: Tested) -> tuple[Ring, ...]:
    """Return each group's ring, if any, the least p first.

    Args:
        groups: those that the dyads are numbered by.
    """
    found = rings([one.fit for one in groups], tested)
    listed = []
    for at, one in enumerate(groups):
        if found.members[at]:
            estimate = effect(one, found.members[at])
            listed.append(
                Ring(
                    group=one.panel.group,
                    members=tuple(one.panel.people[i] for i in found.members[at]),
                    estimate=estimate,
                    z=float(found.z[at]),
                    p=float(found.p[at]),
                    q=float(found.q[at]),
                    strength="review" if found.q[at] <= REVIEW and estimate >= FLOOR else "none",
                    floor_met=estimate >= FLOOR,
                    family=found.family,
                )
            )
    return tuple(sorted(listed, key=lambda ring: (ring.p, ring.group)))


def effect(one: Fitted, members: tuple[int, ...]) -> float:
    """Return the mean residual within a ring, in points, of a fit that leaves the ring out.

    Five of twelve who favour one another look generous and good besides: with their own scores in
    the fit, half of the favour goes into severities and merits.
    """
    ring = np.zeros(one.fit.weight.shape, dtype=bool)
    ring[np.ix_(members, members)] = ~np.eye(len(members), dtype=bool)
    fit = robust.fit(one.points, one.fit.ols, ring | (one.fit.weight == 0))
    return float(fit.mean[ring].mean())


def best(n: int, a: Ints, b: Ints, z: Floats, edge: Bools) -> tuple[tuple[int, ...], float, float]:
    """Return the clique with the least ln p, its S and its ln p; nobody, 0 and 0 without any.

    Args:
        n: people in the unit.
        a, b, z: its dyads. (m,)
        edge: the dyads that may bind a ring. (m,)
    """
    graph = nx.Graph()
    graph.add_edges_from(zip(a[edge].tolist(), b[edge].tolist(), strict=True))
    by_size = nx.enumerate_all_cliques(graph)
    small = takewhile(lambda clique: len(clique) <= LARGEST, by_size)
    cliques = [clique for clique in small if len(clique) >= SMALLEST]
    if not cliques:
        return (), 0.0, 0.0
    at = np.zeros((n, n))
    at[a, b] = at[b, a] = z
    ranked: list[tuple[float, float, tuple[int, ...]]] = []
    for size in range(SMALLEST, LARGEST + 1):
        some = np.array([c for c in cliques if len(c) == size], dtype=np.intp)
        if not len(some):
            break
        s, log_p = significance(at, some, n)
        where = int(log_p.argmin())
        ranked.append((float(log_p[where]), float(s[where]), tuple(sorted(some[where].tolist()))))
    log_least, s_least, members = min(ranked)
    return members, s_least, log_least


def significance(z: Floats, cliques: Ints, n: int) -> tuple[Floats, Floats]:
    """Return S and ln p of cliques of one size. (m,)

    Args:
        z: of each dyad. (n, n)
        cliques: a clique's members in each row. (m, size)
        n: people in the unit.
    """
    size = cliques.shape[1]
    one, other = np.triu_indices(size, 1)
    inner = z[cliques[:, one], cliques[:, other]]
    k = inner.shape[1]
    s = inner.sum(axis=1) / np.sqrt(k)
    rest = (inner.sum(axis=1) - inner.max(axis=1)) / np.sqrt(k - 1)
    whole = special.log_ndtr(-s) + _log_choose(n, size) + np.log(SIZES)
    weaker = special.log_ndtr(-rest) + _log_choose(n - 2, size - 2)
    return s, np.maximum(whole, weaker)


def _log_choose(n: int, k: int) -> float:
    return float(np.log(special.binom(n, k)))
