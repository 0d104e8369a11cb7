"""Where an archive's keys are: outside of it, so that a copy of the archive can't sign."""

import os
from pathlib import Path
from urllib.parse import quote

from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.keys import KeyRefused, load_key
from domain.sentence import say

VARIABLE = "SHIJI_KEYS"


def key_folder(origin: str, folder: str | Path | None = None) -> Path:
    """Return the folder of one archive's keys.

    Args:
        origin: the archive's name.
        folder: where the keys of archives are, a folder for each; ``$SHIJI_KEYS`` by default,
            else ``shiji/keys`` where the user's settings are.
    """
    given = folder or os.environ.get(VARIABLE)
    return (Path(given) if given else settings_folder() / "shiji" / "keys") / quote(origin, safe="")


def signing_key(origin: str, folder: str | Path | None = None) -> PrivateKey:
    """Return the key that signs an archive's checkpoints.

    Args:
        origin: the archive's name.
        folder: as ``key_folder`` takes it.

    Raises:
        KeyRefused: there is none, others may read it, or it is another archive's.
        Malformed: it is damaged.
    """
    key = load_key(key_folder(origin, folder), Type.LOG)
    if key.name != origin:
        raise KeyRefused(say("ledger_of_another", origin=origin, name=key.name))
    return key


def settings_folder() -> Path:
    """Return where the user's settings are."""
    given = os.environ.get("XDG_CONFIG_HOME")
    return Path(given) if given else Path.home() / ".config"
