"""A period that supervision is about (考核周期): a year, a half, a quarter or a month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)|-?Q(?P<quarter>[1-4])|-?H(?P<half>[12]))?", re.ASCII
)
_CHINESE = re.compile(
    r"(?P<year>\d{4})年(?:度|(?P<month>\d{1,2})月份?|第?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<half>[上下])半年)?",
    re.ASCII,
)
_NUMBERS = str.maketrans("一二三四上下", "123412")
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
    """Return the period written so, None where it is none.

    Besides the forms of ``Period.text``: ``2018Q2``, ``2018H1``, ``2018年``, ``2018年上半年``,
    ``2018年第二季度``, ``2018年6月``.
    """
    written = _WRITTEN.fullmatch(text) or _CHINESE.fullmatch(text)
    if written is None or not FIRST_YEAR <= int(written["year"]) <= LAST_YEAR:
        return None
    year = int(written["year"])
    if written["quarter"]:
        quarter = int(written["quarter"].translate(_NUMBERS))
        return _period(f"{year}-Q{quarter}", year, 3 * quarter - 2, 3)
    if written["half"]:
        half = int(written["half"].translate(_NUMBERS))
        return _period(f"{year}-H{half}", year, 6 * half - 5, 6)
    if written["month"]:
        month = int(written["month"])
        return _period(f"{year}-{month:02}", year, month, 1) if 1 <= month <= 12 else None
    return _period(str(year), year, 1, 12)


def _period(text: str, year: int, first_month: int, months: int) -> Period:
    after = first_month + months
    next_month = date(year, after, 1) if after <= 12 else date(year + 1, 1, 1)
    return Period(text, year, date(year, first_month, 1), next_month - timedelta(days=1))
