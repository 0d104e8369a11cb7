"""An archive that was restored is read-only: whoever wants to record is refused, and told why."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from eventsourcing.persistence import PersistenceError

from archive.integrity.ledger.ledger import Ledger
from archive.integrity.restore.memory import Memory
from archive.integrity.restore.noticing import notice
from archive.store.guards import StoreError
from archive.store.log import Log
from archive.store.mark import Mark, Restored


def must_not_be_restored(
    location: str | Path,
    log: Log,
    ledger: Ledger | None,
    clock: Callable[[], datetime],
    keys: Path | None = None,
) -> None:
    """Refuse to record in an archive that was restored, marked as such or noticed here.

    What is noticed here is marked for everybody, by who may; who may not notices it each time.
    A ledger that can't be read tells nothing, since nothing that is recorded depends on it.

    Args:
        location: the archive's.
        log: its log.
        ledger: its ledger, if it has one.
        clock: the server's time, aware.
        keys: where the keys of archives are (``key_folder``).

    Raises:
        Restored: it is read-only.
    """
    mark = log.restored() or _noticed(location, log, ledger, clock, keys)
    if mark is not None:
        with suppress(StoreError, PersistenceError):
            mark = log.mark_restored(mark)
        raise Restored(mark)


def _noticed(
    location: str | Path,
    log: Log,
    ledger: Ledger | None,
    clock: Callable[[], datetime],
    keys: Path | None,
) -> Mark | None:
    if ledger is None:
        return None
    with suppress(StoreError, PersistenceError):
        why = notice(log, ledger, Memory(location, ledger.origin, keys))
        return Mark(clock(), why) if why else None
    return None
