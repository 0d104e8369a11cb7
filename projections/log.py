"""The log, as views read it."""

from collections.abc import Iterator
from typing import Protocol

Row = tuple[int, str, int, str, bytes]
"""Position, stream id, version, topic, state."""


class Log(Protocol):
    """Whatever can be read in order, page by page."""

    def scan(self, after: int, upto: int | None = None, page: int = ...) -> Iterator[list[Row]]:
        """Yield pages of the rows behind position ``after``, up to and with ``upto``."""
        ...

    def last_position(self) -> int:
        """Return the position of the last event; 0 when there is none."""
        ...
