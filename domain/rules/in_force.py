"""Which policy judges a unit's year (R25).

An amendment takes the place of the text it amends. Then a pilot's policy goes before the
city's, and a later adoption before an earlier, of one day that which begins with a later year; a
closed year keeps the text it was closed under.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.rules.document import adopted_policy
from domain.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Adoption:
    """One text of a policy, adopted or amended.

    Args:
        on: the day on which the policy was adopted; an amendment doesn't change its rank.
        recorded: when the log recorded the text.
        units: a pilot's; none means all.
        unstated: JSON of the values that held for what the document leaves out.
        position: of its event in the log, where known.
    """

    name: str
    document: str
    on: date
    recorded: datetime
    units: tuple[str, ...] = ()
    unstated: str = "{}"
    position: int = 0

    @property
    def policy(self) -> Policy:
        """The policy that the document states."""
        return adopted_policy(self.document, self.unstated)


def in_force(
    adoptions: Iterable[Adoption], unit: str, year: int, layer: str = "city"
) -> Adoption | None:
    """Return the text that judges ``unit`` in ``year``, or None where none covers it.

    Args:
        adoptions: each policy's texts in the order in which they were recorded.
    """
    latest = {adoption.name: adoption for adoption in adoptions}
    candidates = [
        adoption
        for adoption in latest.values()
        if adoption.policy.layer == layer
        and adoption.policy.covers(year)
        and (not adoption.units or unit in adoption.units)
    ]
    return max(candidates, key=_precedence, default=None)


def _precedence(adoption: Adoption) -> tuple[bool, date, int, datetime]:
    first_year = adoption.policy.from_year
    return bool(adoption.units), adoption.on, first_year, adoption.recorded


def closed_under(adoptions: Iterable[Adoption], sha256: str) -> Adoption | None:
    """Return the text with this hash: the one a closed year keeps."""
    return next((adoption for adoption in adoptions if adoption.policy.sha256 == sha256), None)


def contradicted(offered: Adoption, policy: Policy, others: Iterable[Adoption]) -> Adoption | None:
    """Return the adoption of which nothing says whether it or the one offered judges a year.

    Both were adopted on the same day for the same layer, for all units or for a common pilot, and
    begin with the same year. Of two days the later adoption counts, of two years the later.

    Args:
        policy: what the offered document states.
        others: each policy's texts in the order in which they were recorded.
    """
    latest = {adoption.name: adoption for adoption in others}
    return next(
        (
            other
            for other in latest.values()
            if other.on == offered.on
            and other.policy.layer == policy.layer
            and other.policy.from_year == policy.from_year
            and _share_units(other.units, offered.units)
        ),
        None,
    )


def _share_units(ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not (ones or others) or not set(ones).isdisjoint(others)
