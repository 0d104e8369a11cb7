"""Which policy judges a unit's year (R25).

A pilot's policy goes before the city's, a later adoption before an earlier; a closed year
keeps the one it was closed under.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.rules.document import adopted_policy
from domain.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Adoption:
    """A document adopted ``on`` a day; ``units`` are a pilot's, none means all."""

    document: str
    on: date
    recorded: datetime
    units: tuple[str, ...] = ()

    @property
    def policy(self) -> Policy:
        """The policy that the document states."""
        return adopted_policy(self.document)


def in_force(
    adoptions: Iterable[Adoption], unit: str, year: int, layer: str = "city"
) -> Adoption | None:
    """Return the adoption that judges ``unit`` in ``year``, or None where none covers it."""
    candidates = [
        adoption
        for adoption in adoptions
        if adoption.policy.layer == layer
        and adoption.policy.covers(year)
        and (not adoption.units or unit in adoption.units)
    ]
    return max(candidates, key=lambda v: (bool(v.units), v.on, v.recorded), default=None)


def closed_under(adoptions: Iterable[Adoption], sha256: str) -> Adoption | None:
    """Return the adoption with this hash: the one a closed year keeps."""
    return next((adoption for adoption in adoptions if adoption.policy.sha256 == sha256), None)
