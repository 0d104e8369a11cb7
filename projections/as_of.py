"""The point in time that a question is asked as of."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Table

from domain.times import day_of, from_micros, last_moment, micros, parse_moment


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was known then, or the log up to a position; with neither, all that is known.

    Args:
        today: the day on which deadlines are judged; as of a position, the archive puts in the
            day of that event.
        known_at: microseconds; facts known later are left out.
        position: facts behind it in the log are left out.
    """

    today: date
    known_at: int | None = None
    position: int | None = None

    def conditions(self, table: Table) -> list[ColumnElement[bool]]:
        """Return what a row of ``table`` must meet to count."""
        limits: list[ColumnElement[bool]] = []
        if self.known_at is not None:
            limits.append(table.c.known_at <= self.known_at)
        if self.position is not None:
            limits.append(table.c.position <= self.position)
        return limits

    @property
    def moment(self) -> datetime | None:
        """The time, in Shanghai, if it was asked as of one."""
        return None if self.known_at is None else from_micros(self.known_at)


def parse_as_of(text: str | None, now: datetime) -> AsOf | None:
    """Read ``2018-02-10``, ``2018-02-10T09:30``, ``#1234`` or nothing; None if it is neither.

    A day includes all of itself in Shanghai.
    """
    if text is None:
        return AsOf(day_of(now))
    if re.fullmatch(r"#[0-9]{1,18}", text):
        return AsOf(day_of(now), position=int(text[1:]))
    moment = parse_moment(text)
    if moment is None:
        return None
    if len(text) == 10:
        moment = last_moment(day_of(moment))
    return AsOf(day_of(moment), known_at=micros(moment))
