"""Who is at the command line: by a token in the environment, or a session of ``shiji sign-in``."""

import functools
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from eventsourcing.persistence import MapperDeserialisationError, PersistenceError
from eventsourcing.utils import TopicError

from archive.access import OPERATIONS, Actor
from archive.archive import Archive
from archive.cli.options import Failure
from archive.integrity.key_folder import settings_folder
from archive.store.guards import StoreMissing
from domain.sentence import say

VARIABLE: Final = "SHIJI_TOKEN"
_ON_DAMAGED: Final = ("verify", "restore")
"""Operations for archives that can't be read, of which nothing is shown."""


def who_asks(archive: Archive) -> Actor | None:
    """Return who is signed in here; None where nobody is, or nobody needs to be.

    Raises:
        SignInNeeded: the session or the token is no longer valid.
        PasswordExpired: a password must be chosen first.
    """
    if not archive.accounts.founded:
        return None
    if token := os.environ.get(VARIABLE):
        return archive.accounts.actor_of_token(token)
    session = kept_session(archive)
    return None if session is None else archive.accounts.actor(session)


def account_here(location: str) -> str | None:
    """Return the id of whoever is signed in here to the archive at a location, if anybody is."""
    try:
        with Archive(location) as archive:
            actor = who_asks(archive)
    except StoreMissing:
        return None
    return None if actor is None else actor.account


def kept_session(archive: Archive) -> str | None:
    """Return the token of the session kept for this archive; None where none is.

    Raises:
        Failure: others than its owner may read it.
    """
    file = _file(archive)
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise Failure(say("session_file_open", file=file))
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        return None


def keep_session(archive: Archive, token: str) -> None:
    """Keep a session's token, for nobody but the user whose machine it is."""
    file = _file(archive)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    forget_session(archive)
    with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as kept:
        kept.write(token + "\n")


def forget_session(archive: Archive) -> None:
    """Delete the session kept for this archive."""
    with suppress(FileNotFoundError):
        _file(archive).unlink()


def _file(archive: Archive) -> Path:
    name = sha256(archive.log.identity().encode()).hexdigest()[:32]
    return settings_folder() / "shiji" / "sessions" / name


def operation(
    name: str, *about: str, look: bool = False, unless: str | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what lets a command be run only by who may do this operation.

    Args:
        name: of ``archive.access.OPERATIONS``.
        about: the parameters that the access log tells.
        look: it shows who scored whom, so that the look is recorded.
        unless: with this parameter it has nothing to do with the archive.
    """

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def guarded(**given: Any) -> Any:
            if unless is None or not given[unless]:
                told = {one: given[one] for one in about}
                for location in _locations(given):
                    must(location, name, look=look, **told)
            return command(**given)

        guarded.operation = name  # type: ignore[attr-defined]
        return guarded

    assert name in OPERATIONS
    return add


def must(location: str, name: str, *, look: bool = False, **about: Any) -> None:
    """Refuse an operation on the archive at a location that whoever is here may not do.

    Raises:
        SignInNeeded: nobody is signed in.
        Denied: it isn't allowed, which is recorded.
    """
    try:
        with Archive(location) as archive:
            access, actor = archive.access, who_asks(archive)
            if look:
                access.look(actor, name, **about)
            else:
                access.must(actor, name, **about)
    except StoreMissing:
        return  # there is nothing to guard
    except (PersistenceError, MapperDeserialisationError, TopicError):
        if name not in _ON_DAMAGED:
            raise


def _locations(given: dict[str, Any]) -> tuple[str, ...]:
    if "options" in given:
        return (given["options"].location,)
    return (given["location"],) if "location" in given else (given["source"], given["target"])
