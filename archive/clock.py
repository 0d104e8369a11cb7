"""The server's time, which never goes back behind what the log holds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_TICK = timedelta(microseconds=1)


class Clock:
    """Gives each command a time of its own, later than any before.

    Args:
        server: the server's time, aware.
    """

    def __init__(self, server: Callable[[], datetime]) -> None:
        self.server = server
        self.last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the server's time, later than any given or passed before."""
        self.last = max(self.server(), self.last + _TICK)
        return self.last

    def passed(self, moment: datetime) -> None:
        """Know that something was recorded at ``moment``; the next time is later."""
        self.last = max(self.last, moment)
