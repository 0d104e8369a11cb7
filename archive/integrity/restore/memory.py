"""What this machine last saw of an archive: its newest checkpoint, in a file beside the key.

Only the machine that holds an archive's key remembers. So what a backup puts back can't take this
along, and no other machine is told by an older memory of its own. It is kept by the archive's
location: a copy elsewhere is another archive to it.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from archive.integrity.checkpoint import Checkpoint, parse_text
from archive.integrity.ed25519 import Type
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import key_file
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.note import parse_note
from archive.integrity.restore.recorded import STREAM
from archive.integrity.strict import Malformed, strict_decimal
from archive.store.files import put_in_place
from archive.store.location import PostgresLocation, is_postgres
from archive.store.log import Log
from domain.refusal import Refusal

_FIRST: Final = "restores "
_WHAT: Final = "checkpoint"


@dataclass(frozen=True, slots=True)
class Saw:
    """What was seen last.

    Args:
        restores: how many restores the log told of by then.
        checkpoint: the ledger's newest.
    """

    restores: int
    checkpoint: Checkpoint


class Memory:
    """What this machine last saw of the archive at a location.

    Args:
        location: the archive's.
        origin: its name.
        folder: where the keys of archives are (``key_folder``).
    """

    def __init__(self, location: str | Path, origin: str, folder: Path | None = None) -> None:
        keys = key_folder(origin, folder)
        self._here = os.path.exists(key_file(keys, Type.LOG))
        self._path = keys / f"{sha256(_place(location).encode()).hexdigest()[:16]}.seen"

    def last(self) -> Saw | None:
        """Return what was seen last; None where nothing was, or it can't be read."""
        try:
            first, _, note = self._path.read_bytes().partition(b"\n")
            restores = strict_decimal(first.decode().removeprefix(_FIRST), _WHAT)
            return Saw(restores, parse_text(parse_note(note, _WHAT).text))
        except (OSError, UnicodeError, Malformed, Refusal):
            return None

    def keep(self, log: Log, ledger: Ledger) -> None:
        """Remember the newest checkpoint, if this machine holds the key.

        What can't be written isn't remembered: nothing that is recorded depends on it.
        """
        newest = ledger.checkpoint() if self._here else None
        if newest is None:
            return
        # A ledger that a fall of the machine shortens must not be taken for an older one.
        ledger.store.settle()
        restores = len(log.read_streams([STREAM]))
        try:
            put_in_place(self._path, f"{_FIRST}{restores}\n".encode() + newest.note)
        except OSError:
            return


def _place(location: str | Path) -> str:
    if is_postgres(location):
        return str(PostgresLocation.parse(str(location)))
    return str(Path(location).resolve())
