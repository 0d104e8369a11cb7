"""Sealing what an archive recorded, right after it is saved.

The seal comes behind the commit and can't undo it: whatever goes wrong with the ledger, its key
or its disk is remembered for whoever asks, and the next recording tries again.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from eventsourcing.persistence import PersistenceError

from archive.integrity.key_folder import signing_key
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.ledger.opening import open_ledger
from archive.integrity.restore.memory import Memory
from archive.integrity.sealer import Sealer
from archive.integrity.strict import base64_of
from archive.store.guards import StoreFails
from archive.store.location import is_postgres
from archive.store.log import Log
from domain.refusal import Refusal
from domain.sentence import Sentence, say


class Sealing:
    """Seals an archive in a folder, if it has a ledger, with the key that is at hand.

    An archive on a server is sealed by ``shiji seal --follow``: its recorders neither hold the
    key nor wait for each other's seals.

    Args:
        location: the archive's.
        log: its log.
        clock: the server's time, aware.
        keys: where the keys of archives are (``key_folder``).
    """

    def __init__(
        self,
        location: str | Path,
        log: Log,
        clock: Callable[[], datetime],
        keys: Path | None = None,
    ) -> None:
        self.location = location
        self.log = log
        self.clock = clock
        self.keys = keys
        self.trouble: Sentence | None = None
        """Why what was recorded last isn't sealed."""
        self._ledger: Ledger | None = None
        self._sealer: Sealer | None = None
        self._sealed = False

    def ledger(self) -> Ledger | None:
        """Return the archive's ledger, None where it has none.

        Raises:
            Refusal: it can't be opened.
        """
        if self._ledger is None:
            self._ledger = open_ledger(self.location)
        return self._ledger

    def root(self, position: int) -> str | None:
        """Return the root over the log up to a position, as checkpoints have it.

        None where that isn't sealed, or the ledger can't be read: what was recorded stands all the
        same, and whoever verifies says what is wrong with the ledger.
        """
        with suppress(Refusal, PersistenceError):
            if ledger := self.ledger():
                try:
                    leaf = ledger.runs().leaf_of(position)
                    return None if leaf is None else base64_of(ledger.root(leaf + 1))
                finally:
                    if is_postgres(self.location):
                        ledger.close()  # no recorder keeps a connection for it
        return None

    def begin(self) -> None:
        """Begin to record: forget what went wrong before."""
        self.trouble = None

    def __call__(self) -> None:
        """Seal what was saved; what went wrong once isn't tried again for this recording."""
        if self.trouble is not None or is_postgres(self.location):
            return
        try:
            if sealer := self._made():
                sealer.seal()
                self._sealed = True
        except (Refusal, StoreFails) as error:
            self.trouble = error.sentence
        except PersistenceError as error:
            self.trouble = say("store_fails", reason=error)

    def close(self) -> None:
        """Close the ledger; this machine remembers what it sealed."""
        if self._ledger is not None:
            if self._sealed:
                with suppress(Refusal, PersistenceError):
                    Memory(self.location, self._ledger.origin, self.keys).keep(
                        self.log, self._ledger
                    )
            self._ledger.close()

    def _made(self) -> Sealer | None:
        ledger = self.ledger()
        if self._sealer is None and ledger is not None:
            self._sealer = Sealer(
                ledger, self.log, signing_key(ledger.origin, self.keys), self.clock
            )
        return self._sealer
