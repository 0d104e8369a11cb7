"""Parts of a unit whose people never score one another: each is a group of its own.

Severity and merit can be told apart only among raters and ratees whom scores connect; a unit's
leading team and its staff, or the portfolios of a town, often aren't. A part is followed from year
to year by whom it has in common: who is promoted leaves one part for another.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from projections.patterns.gathering import Gathering
from projections.patterns.panel import Ints

MARK = "#"
"""Stands between a unit's id, in which it can't be, and the number of a part."""


def unit_of(group: str) -> str:
    """Return the unit that a group of the archive is, or is a part of."""
    return group.partition(MARK)[0]


def is_of(group: str, unit: str | None) -> bool:
    """Tell if a group is a unit's (or any, where none is named)."""
    return unit is None or unit in (group, unit_of(group))


def parts(gathering: Gathering) -> Iterator[Gathering]:
    """Yield the parts, the one with most scores first; it keeps the unit's id, others are numbered.

    ``U012#2`` is the second part of U012.
    """
    chain = chains(*gathering.codes, len(gathering.people))
    by_size = [label for label, _ in Counter(chain.tolist()).most_common()]
    if len(by_size) == 1:
        yield gathering
        return
    for number, label in enumerate(by_size, start=1):
        group = gathering.group if number == 1 else f"{gathering.group}{MARK}{number}"
        yield gathering.part(group, chain == label)


def chains(period: Ints, rater: Ints, ratee: Ints, people: int) -> Ints:
    """Return for each score the part that it belongs to, over all periods. (m,)

    Args:
        period: as a number, in order of time.
        rater, ratee: as numbers below ``people``.
    """
    chain = np.empty(len(period), dtype=np.intp)
    latest: dict[int, frozenset[int]] = {}
    for when in np.unique(period):
        now = np.flatnonzero(period == when)
        label, members = _connected(rater[now], ratee[now], people)
        names = _followed(members, latest)
        chain[now] = np.array([names[part] for part in range(len(members))], dtype=np.intp)[label]
        latest.update({names[part]: nodes for part, nodes in enumerate(members)})
    return chain


def _connected(rater: Ints, ratee: Ints, people: int) -> tuple[Ints, list[frozenset[int]]]:
    """Return the part of each score of one period, and whom each part holds.

    A person's giving and getting are two nodes: a deputy gives in one part and gets in another.
    """
    size = 2 * people
    edges = coo_array((np.ones(len(rater)), (rater, ratee + people)), shape=(size, size))
    _, labels = connected_components(edges, directed=False)
    used, label = np.unique(labels[rater], return_inverse=True)
    nodes = np.unique(np.concatenate([rater, ratee + people]))
    return label, [frozenset(nodes[labels[nodes] == part].tolist()) for part in used]


def _followed(members: list[frozenset[int]], latest: dict[int, frozenset[int]]) -> dict[int, int]:
    """Return the name of each part: of the earlier one with which it shares most, or a new one."""
    shared = sorted(
        (-len(nodes & before), name, part)
        for part, nodes in enumerate(members)
        for name, before in latest.items()
        if nodes & before
    )
    names: dict[int, int] = {}
    taken: set[int] = set()
    for _, name, part in shared:
        if part not in names and name not in taken:
            names[part] = name
            taken.add(name)
    new = len(latest)
    for part in range(len(members)):
        if part not in names:
            names[part], new = new, new + 1
    return names
