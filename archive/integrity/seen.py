"""What a witness has cosigned: for each archive the last checkpoint, as a file beside its key."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from archive.integrity.checkpoint import Opened, Trust, open_checkpoint
from archive.integrity.signer import Verifier
from archive.store.files import put_in_place
from domain.refusal import Refusal
from domain.sentence import say

_LOCK: Final = "witness.lock"
_LOCK_SECONDS: Final = 10


class SeenFails(Refusal):
    """What was cosigned last can't be read or kept."""


class Seen:
    """The last checkpoint of one archive that a witness cosigned.

    Args:
        folder: the witness's, with its key.
        origin: the archive's name.
        logs: the archive's keys.
        witness: the witness's own, so that nobody else's checkpoint is taken for it.
    """

    def __init__(self, folder: Path, origin: str, logs: list[Verifier], witness: Verifier) -> None:
        self.folder = folder
        self.path = folder / f"{quote(origin, safe='')}.checkpoint"
        self._origin = origin
        self._trust = Trust(logs, [witness], wanted=1)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the only right to cosign here: two at once could cosign two histories.

        Raises:
            SeenFails: somebody else kept it, or the folder can't be written.
        """
        try:
            lock = sqlite3.connect(self.folder / _LOCK, timeout=_LOCK_SECONDS, isolation_level=None)
            with closing(lock):
                lock.execute("BEGIN EXCLUSIVE")
                yield
        except sqlite3.Error as error:
            raise SeenFails(say("witness_busy", path=self.folder, reason=error)) from None

    def last(self) -> Opened | None:
        """Return the checkpoint cosigned last; None before the first.

        Raises:
            SeenFails: the file can't be read.
            Refusal: it isn't a checkpoint that this witness cosigned.
        """
        try:
            note = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SeenFails(say("file_unreadable", file=self.path, reason=error.strerror)) from None
        return open_checkpoint(note, self._origin, self._trust)

    def keep(self, note: bytes) -> None:
        """Keep a cosigned checkpoint as the last; it is there whole, or the one before is.

        Raises:
            SeenFails: it can't be written.
        """
        try:
            put_in_place(self.path, note)
        except OSError as error:
            raise SeenFails(say("file_unwritable", file=self.path, reason=error.strerror)) from None
