"""Which policy judged a unit's year, as of the time asked."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from domain.rules.in_force import Adoption, closed_under, in_force
from domain.rules.policy import Policy
from domain.times import from_micros
from projections.facts import policies
from projections.reader import Reader


class Policies:
    """The policy texts known as of the reader's time.

    A closing names its text by hash. Where that text wasn't known then (imported out of order),
    nothing says how the year is judged: no other policy takes its place.
    """

    def __init__(self, reader: Reader) -> None:
        first_on: dict[str, date] = {}
        self.known = []
        for row in sorted(reader.rows(policies), key=lambda row: row.position):
            on = first_on.setdefault(row.policy, date.fromisoformat(row.on))
            self.known.append(_adoption(row, on))

    def judging(self, unit: str, year: int, closed: Row[Any] | None) -> Policy | None:
        """Return a closed year's own policy, else the one in force; None where none is known."""
        if closed is None:
            adoption = in_force(self.known, unit, year)
        else:
            adoption = closed_under(self.known, closed.policy_sha256)
        return adoption.policy if adoption else None

    def law(self, unit: str, year: int, closed: Row[Any] | None) -> Policy | None:
        """Return the law's layer; a closed year isn't judged by what was adopted after it.

        A closing names its text by hash; an older one that names none is judged by what was
        adopted before it.
        """
        if closed is not None and closed.law_sha256:
            adoption = closed_under(self.known, closed.law_sha256)
        else:
            adoption = in_force(_before(self.known, closed), unit, year, "law")
        return adoption.policy if adoption else None


def _before(known: Sequence[Adoption], closed: Row[Any] | None) -> Sequence[Adoption]:
    if closed is None:
        return known
    return [adoption for adoption in known if adoption.position < closed.position]


def _adoption(row: Row[Any], adopted_on: date) -> Adoption:
    return Adoption(
        name=row.policy,
        document=row.text,
        on=adopted_on,
        recorded=from_micros(row.recorded_at),
        units=tuple(json.loads(row.units)),
        unstated=row.unstated,
        position=row.position,
    )
