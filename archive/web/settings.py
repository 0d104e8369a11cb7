"""How a desk is set up."""

import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from archive.web.held import one_at_a_time

MOST_UPLOAD = 50 * 1024 * 1024
"""Bytes; what is larger is refused before it is read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a desk is set up.

    Args:
        location: the archive's.
        state: a folder outside the archive for the key of cookies, uploads and long work.
        https: whether it is reached by https only; then cookies and browsers are told so.
        proxies: how many servers of one's own stand in front and tell the client's address.
        limited: whether requests are counted and limited.
        threads: how many requests are answered at once.
        own_machine: whether only browsers of its own machine reach it, with no proxy between.
    """

    location: str
    state: Path
    https: bool = False
    proxies: int = 0
    limited: bool = True
    threads: int = 2
    own_machine: bool = False

    def secret(self) -> bytes:
        """Return the key that signs cookies; it is made once."""
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.state / "secret"
        with one_at_a_time(self.state / "secret.held"):
            if not path.exists():
                beside = path.with_suffix(f".{secrets.token_hex(4)}")
                made = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                with os.fdopen(made, "wb") as file:
                    file.write(secrets.token_bytes(32))
                beside.replace(path)
        return path.read_bytes()


def state_folder(location: str) -> Path:
    """Return where the desk of an archive keeps its own things, if nothing else is asked for."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    place = location if "://" in location else str(Path(location).resolve())
    return Path(home) / "shiji" / sha256(place.encode()).hexdigest()[:16]
