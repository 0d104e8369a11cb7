"""A period that supervision is about (考核周期): a year, a half, a quarter or a month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)|-?Q(?P<quarter>[1-4])|-H(?P<half>[12]))?", re.ASCII
)
FIRST_YEAR, LAST_YEAR = 1949, 2200


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole months within one year.

    Args:
        text: as it is written: ``2018``, ``2018-H1``, ``2018-Q2`` or ``2018-06``.
        year: the assessment year it belongs to.
        starts, ends: its first and last day.
    """

    text: str
    year: int
    starts: date
    ends: date


def parse_period(text: str) -> Period | None:
    """Return the period written so (a quarter also as ``2018Q2``), None where it is none."""
    written = _WRITTEN.fullmatch(text)
    if written is None or not FIRST_YEAR <= int(written["year"]) <= LAST_YEAR:
        return None
    year = int(written["year"])
    if written["quarter"]:
        quarter = int(written["quarter"])
        return _period(f"{year}-Q{quarter}", year, 3 * quarter - 2, 3)
    if written["half"]:
        half = int(written["half"])
        return _period(f"{year}-H{half}", year, 6 * half - 5, 6)
    if written["month"]:
        month = int(written["month"])
        return _period(text, year, month, 1) if 1 <= month <= 12 else None
    return _period(text, year, 1, 12)


def _period(text: str, year: int, first_month: int, months: int) -> Period:
    after = first_month + months
    next_month = date(year, after, 1) if after <= 12 else date(year + 1, 1, 1)
    return Period(text, year, date(year, first_month, 1), next_month - timedelta(days=1))
