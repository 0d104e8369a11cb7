"""What scoring patterns are told of."""

from collections.abc import Mapping
from dataclasses import dataclass

from projections.leads import About, ReleasedLead
from projections.patterns.panel import Panel


@dataclass(frozen=True, slots=True)
class Scores:
    """What is analysed, and what is known of it besides.

    Args:
        names: of people by their ids; a table has none.
        known: the last lead released about each thing.
    """

    panels: tuple[Panel, ...]
    names: Mapping[str, str]
    known: Mapping[About, ReleasedLead]
