"""Which roster judges a cadre who stands on several of one year: he is ranked on one only.

Where the cadre takes part goes before where not; of those alike the unit of the last posting by
the year's end, else the one listed last. The first closing that ranked him keeps him there,
whatever is recorded behind it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from domain.roster import PRIORITY


class Listed(Protocol):
    """A roster line: where and how the cadre takes part, and when the line was recorded."""

    @property
    def unit(self) -> Any:
        """The unit whose roster it is."""

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


def judging_last(lines: Iterable[L], posted: str | None = None) -> list[L]:
    """Return one cadre's lines of one year, the judging one last.

    Args:
        posted: the unit of the last posting by the year's end.
    """

    def priority(line: L) -> tuple[Any, ...]:
        here = line.unit == posted
        return PRIORITY[line.participates], here, line.known_at, line.position

    return sorted(lines, key=priority)


def settled(
    seen: Callable[[Any], Sequence[L]], closings: Mapping[str, Any]
) -> tuple[list[L], dict[str, str]]:
    """Return one cadre's lines of one year, the judging one last, and where each ranks him.

    Args:
        seen: the lines as they stood at a place in the log, None for now, the judging one last.
        closings: the place of each closed unit's closing, of those on whose roster he is.

    Returns:
        The lines as they stand, and by unit of a line the unit that ranks him as this one sees
        it: a closed unit as at its closing.
    """
    keeps: str | None = None
    ranks: dict[str, str] = {}
    for unit, place in sorted(closings.items(), key=lambda closing: closing[1]):
        then = [line for line in seen(place) if line.participates == "yes"]
        if not then:
            continue
        judging = keeps or then[-1].unit
        ranks[unit] = judging
        if judging == unit:
            keeps = unit
    lines = list(seen(None))
    lines.sort(key=lambda line: line.unit == keeps)
    ranking = [line.unit for line in lines if line.participates == "yes"]
    for line in lines:
        if ranking:
            ranks.setdefault(line.unit, ranking[-1])
    return lines, ranks
