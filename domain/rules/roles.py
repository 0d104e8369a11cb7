"""Who holds a role in a unit on a day, of what was recorded about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A role was taken (or, not ``assigned``, given up) on a day."""

    role: str
    cadre: str
    on: date
    assigned: bool


def holders(changes: Iterable[RoleChange], role: str, day: date) -> list[str]:
    """Return who holds the role on ``day``, the last assigned last.

    Args:
        changes: in the order in which they were recorded; they count in that of their days.
    """
    until_then = [change for change in changes if change.role == role and change.on <= day]
    holding: dict[str, None] = {}
    for change in sorted(until_then, key=lambda change: change.on):
        holding.pop(change.cadre, None)
        if change.assigned:
            holding[change.cadre] = None
    return list(holding)
