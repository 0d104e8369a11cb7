"""Which roster judges a cadre who stands on several of one year.

Where the cadre takes part goes before where not; of those alike the one listed last.
"""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from domain.roster import PRIORITY


class Listed(Protocol):
    """A roster line: how the cadre takes part and when the line was recorded."""

    @property
    def participates(self) -> Any:
        """Whether the cadre takes part."""

    @property
    def known_at(self) -> Any:
        """When it became known, in whatever compares."""

    @property
    def position(self) -> Any:
        """Its place in the log, or what stands in the same order."""


L = TypeVar("L", bound=Listed)


def judging_last(lines: Iterable[L]) -> list[L]:
    """Return one cadre's lines of one year, the judging one last."""
    return sorted(lines, key=_priority)


def _priority(line: Listed) -> tuple[Any, ...]:
    return PRIORITY[line.participates], line.known_at, line.position
