"""What a cadre's service record does to a year's grade (R15).

A sanction in force in the year bars 优秀, an admonition recorded as one too; a talk bars
nothing. Long leave and an open case leave the year ungraded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.rules.facts import Service
from domain.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Leave:
    """The days of a year that somebody was away, each counted once, and what says so."""

    days: int
    evidence: tuple[int, ...]


def barring(service: Iterable[Service], year: int, layer: Policy) -> tuple[Service, ...]:
    """Return the sanctions that bar 优秀: those of the policy's kinds in force in the year."""
    return tuple(
        line
        for line in service
        if line.kind == "sanction" and line.what in layer.bars.sanctions and _within(line, year)
    )


def leave(service: Iterable[Service], year: int, layer: Policy) -> Leave:
    """Return the leave of the policy's kinds in the year; open-ended, it runs to its end.

    Of what is recorded of one kind from one day on the last counts: it says until when.
    """
    recorded = {
        (line.what, line.starts): line
        for line in sorted(service, key=lambda line: line.position)
        if line.kind == "absence" and line.what in layer.absence.kinds
    }
    absences = sorted(
        (line for line in recorded.values() if _within(line, year)),
        key=lambda line: (line.starts, line.position),
    )
    first, last = date(year, 1, 1), date(year, 12, 31)
    days, counted = 0, first - timedelta(days=1)
    for line in absences:
        since = max(line.starts, counted + timedelta(days=1))
        until = min(line.ends or last, last)
        if until >= since:
            days += (until - since).days + 1
            counted = until
    return Leave(days, tuple(sorted(line.position for line in absences)))


def open_case(service: Iterable[Service], year: int, closed_on: date | None) -> tuple[int, ...]:
    """Return the openings of what was open for the year: opened by its end, not closed in time.

    In time is by the day of the year's closing; while the year is open, whenever it is closed.
    A closing closes whatever was opened up to its day.
    """
    opened: list[int] = []
    year_end = date(year, 12, 31)
    cases = (line for line in service if line.kind == "case")
    for line in sorted(cases, key=lambda line: (line.starts, line.position)):
        if line.what == "opened" and line.starts <= year_end:
            opened.append(line.position)
        elif line.what == "closed" and (closed_on is None or line.starts <= closed_on):
            opened.clear()
    return tuple(sorted(opened))


def _within(line: Service, year: int) -> bool:
    return line.starts <= date(year, 12, 31) and (
        line.ends is None or line.ends >= date(year, 1, 1)
    )
