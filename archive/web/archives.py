"""Open archives, one for each thread: an archive is made for one thread at a time."""

import threading

from archive.archive import Archive


class Archives:
    """Opens the archive at a location once for each thread that asks.

    Args:
        location: the archive's.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self._here = threading.local()
        self._lock = threading.Lock()
        self._opened: list[Archive] = []

    def here(self) -> Archive:
        """Return the archive of this thread.

        Raises:
            Refusal: it can't be opened.
        """
        found: Archive | None = getattr(self._here, "archive", None)
        if found is None:
            found = self._here.archive = Archive(self.location)
            with self._lock:
                self._opened.append(found)
        return found

    def close(self) -> None:
        """Close them all; whose threads still answer fail."""
        with self._lock:
            opened, self._opened = self._opened, []
        for archive in opened:
            archive.close()
        self._here = threading.local()
