"""A year served in several units: how many days in each, and which of its lists a score is about.

The days of a posting run from its date to the day before the next; those of an open year to its
end, as posted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.rules.facts import Served


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting from a day on; ``unit`` is None for who leaves."""

    unit: str | None
    since: date
    position: int


def days_served(postings: Iterable[Posting], year: int) -> tuple[Served, ...]:
    """Return the days served in each unit in the year, in order of first days."""
    following = sorted(postings, key=lambda posting: (posting.since, posting.position))
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days: dict[str, int] = {}
    evidence: dict[str, list[int]] = {}
    ends = [posting.since for posting in following[1:]] + [after]
    for posting, end in zip(following, ends, strict=False):  # no posting, one end
        served = min(end, after) - max(posting.since, first)
        if posting.unit is not None and served > timedelta():
            days[posting.unit] = days.get(posting.unit, 0) + served.days
            evidence.setdefault(posting.unit, []).append(posting.position)
    return tuple(Served(unit, n, tuple(sorted(evidence[unit]))) for unit, n in days.items())


def last_unit(postings: Iterable[Posting], year: int) -> str | None:
    """Return the unit of the last posting by the year's end, even if he has left since."""
    year_end = date(year, 12, 31)
    posted = [p for p in postings if p.unit is not None and p.since <= year_end]
    return max(posted, key=lambda p: (p.since, p.position)).unit if posted else None


def list_of(unit: str, lists: Mapping[str, object]) -> str | None:
    """Return whose list a score given in ``unit`` is about: its own, else the last handed in.

    Args:
        lists: by unit, the last handed in last.
    """
    return unit if unit in lists else next(reversed([*lists]), None)
