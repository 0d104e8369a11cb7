"""Times: recorded in UTC, read and entered in Asia/Shanghai, compared as whole microseconds."""

from datetime import UTC, date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
    """Return the last microsecond of a day in Shanghai."""
    return datetime.combine(day, time.max, SHANGHAI)


def parse_moment(text: str) -> datetime | None:
    """Return an aware UTC time: a time without zone is Shanghai's, a day its first moment."""
    try:
        if len(text) == 10:
            local = datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
        else:
            local = datetime.fromisoformat(text)
        return (local if local.tzinfo else local.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
