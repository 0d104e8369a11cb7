"""Times: recorded in UTC, read and entered in Asia/Shanghai, compared as whole microseconds."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def micros(moment: datetime) -> int:
    """Return an aware time as whole microseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND


def from_micros(count: int) -> datetime:
    """Return microseconds since 1970 as a time in Shanghai."""
    return (EPOCH + count * _MICROSECOND).astimezone(SHANGHAI)


def day_of(moment: datetime) -> date:
    """Return the day in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def last_moment(day: date) -> datetime:
    """Return the last microsecond of a day in Shanghai, in UTC: two zones compare slowly."""
    return datetime.combine(day, time.max, SHANGHAI).astimezone(UTC)


def parse_moment(text: str) -> datetime | None:
    """Return an aware UTC time: a time without zone is Shanghai's, a day its first moment.

    None for what is no time, or not of the years 1900 to 2200: every zone has those.
    """
    # Python reads more: 20181220 would be a time of that day and not the day.
    if not _MOMENT.fullmatch(text) or not 1900 <= int(text[:4]) <= 2200:
        return None
    try:
        if len(text) == 10:
            local = datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
        else:
            local = datetime.fromisoformat(text)
        return (local if local.tzinfo else local.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except ValueError:
        return None
