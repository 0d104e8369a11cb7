"""Which policy judged a unit's year, as of the time asked."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from domain.rules.in_force import Adoption, closed_under, in_force
from domain.rules.policy import Policy
from domain.times import from_micros
from projections.facts import policies
from projections.reader import Reader


class Policies:
    """Every policy text in the log, and those known as of the reader's time.

    A closing that is known names its text by hash, so a closed year's own policy is looked up
    among all texts, whenever they became known.
    """

    def __init__(self, reader: Reader) -> None:
        table = policies.table
        rows = reader.connection.execute(select(table).order_by(table.c.position)).all()
        first_on: dict[str, date] = {}
        for row in rows:
            first_on.setdefault(row.policy, date.fromisoformat(row.on))
        adoptions = [(row, _adoption(row, first_on[row.policy])) for row in rows]
        self.all = [adoption for _, adoption in adoptions]
        known = {row.position for row in reader.rows(policies)}
        self.known = [adoption for row, adoption in adoptions if row.position in known]

    def judging(self, unit: str, year: int, closed: Row[Any] | None) -> Policy | None:
        """Return a closed year's own policy, else the one in force; None where none covers it."""
        if closed is None:
            adoption = in_force(self.known, unit, year)
        else:
            adoption = closed_under(self.all, closed.policy_sha256)
        return adoption.policy if adoption else None

    def law(self, unit: str, year: int, closed: Row[Any] | None) -> Policy | None:
        """Return the law's layer; a closed year isn't judged by what was adopted after it."""
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
