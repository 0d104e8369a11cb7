"""Which policy judges a unit's year (R25).

A pilot's policy goes before the city's, a later adoption before an earlier; a closed year
keeps the one it was closed under.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Version:
    """A text in force since its adoption ``on``; ``units`` are a pilot's, none means all."""

    policy: Policy
    on: date
    recorded: datetime
    units: tuple[str, ...] = ()
    position: int = 0


def in_force(
    versions: Iterable[Version], unit: str, year: int, layer: str = "city"
) -> Version | None:
    """Return the version that judges ``unit`` in ``year``, or None where none covers it."""
    candidates = [
        version
        for version in versions
        if version.policy.layer == layer
        and version.policy.covers(year)
        and (not version.units or unit in version.units)
    ]
    return max(candidates, key=lambda v: (bool(v.units), v.on, v.recorded), default=None)


def closed_under(versions: Iterable[Version], sha256: str) -> Version | None:
    """Return the version with this hash: the one a closed year keeps."""
    return next((version for version in versions if version.policy.sha256 == sha256), None)
