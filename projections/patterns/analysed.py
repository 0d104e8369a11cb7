"""Every stratum's panels analysed: each by itself, all its groups together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from projections.patterns.across import Across, across
from projections.patterns.assessing import fitted
from projections.patterns.finding import find
from projections.patterns.found import Found
from projections.patterns.leads import KINDS as ALL_KINDS
from projections.patterns.panel import Panel
from projections.patterns.releasing import Pointed, pointed
from projections.patterns.stratum import prepared

Stratum = tuple[str, str]
"""A relation and a source."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """What was found in some panels.

    Args:
        found: of each stratum.
        leads: what people should look into, in a fixed order.
    """

    panels: tuple[Panel, ...]
    found: tuple[Found, ...]
    leads: tuple[Pointed, ...]


def analyse(panels: Iterable[Panel], seed: int, kinds: Collection[str]) -> Analysed:
    """Return what is found of these kinds; the same panels and seed give the same."""
    ordered = sorted(panels, key=lambda panel: (*stratum_of(panel), panel.group))
    wanted = [kind for kind in ALL_KINDS if kind in kinds]
    found = tuple(find(own, seed, wanted) for own in strata(ordered))
    return Analysed(tuple(ordered), found, tuple(pointed(found, ordered)))


def across_strata(panels: Iterable[Panel]) -> list[tuple[str, Across]]:
    """Return the leaders and subordinates who favour each other, with the source of the scores."""
    found = []
    by_stratum = {stratum_of(own[0]): own for own in strata(sorted(panels, key=stratum_of))}
    for relation, source in by_stratum:
        if relation == "leader" and ("subordinate", source) in by_stratum:
            down, up = (
                prepared([fitted(panel) for panel in by_stratum[side, source]])
                for side in ("leader", "subordinate")
            )
            pairs = across(down.between, up.between, down.tau2, up.tau2)
            found += [(source, pair) for pair in pairs]
    return found


def strata(panels: Sequence[Panel]) -> list[list[Panel]]:
    """Return panels, in order of their strata, by stratum."""
    return [list(own) for _, own in groupby(panels, stratum_of)]


def stratum_of(panel: Panel) -> Stratum:
    """Return whose scores of what kind a panel holds."""
    return panel.relation, panel.source
