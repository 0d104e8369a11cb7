"""Keys as files: made once, never overwritten, readable by their owner alone.

``log.key`` signs an archive's checkpoints and ``witness.key`` cosigns them; each has its public
half beside it, ``log.vkey`` or ``witness.vkey``, to be handed to whoever verifies. All are one
line of text (``ed25519.py``).
"""

import os
import secrets
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from archive.form import printable
from archive.integrity.ed25519 import KEY_SIZE, PrivateKey, PublicKey, Type
from archive.integrity.signer import key_name
from archive.integrity.strict import Malformed, strict_text
from domain.refusal import Refusal
from domain.sentence import Term, say

_LONGEST: Final = 4096
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class KeyRefused(Refusal):
    """A key file can't be made, or isn't to be used."""


def key_file(folder: Path, type_: Type) -> Path:
    """Return where the private key of this type stands in a folder."""
    return folder / f"{type_.name.lower()}.key"


def make_key(folder: Path, name: str, type_: Type) -> PrivateKey:
    """Make a pair of keys and write both halves into a folder, which is made if need be.

    A file appears whole or not at all, and only where there is none. The private half comes first:
    should the machine stop in between, ``PrivateKey.public.vkey`` is what is missing.

    Args:
        folder: where; the names are given by the type.
        name: whose it is: an archive's origin, or a witness's name.
        type_: what it is to sign.

    Raises:
        KeyRefused: the name can't be a key's, there is such a key already, or the folder can't be
            written.
    """
    if not key_name(name):
        raise KeyRefused(say("key_name_wrong", name=printable(name)))
    private = key_file(folder, type_)
    public = private.with_suffix(".vkey")
    for path in (private, public):
        if path.exists():
            raise KeyRefused(say("key_exists", path=path))
    key = PrivateKey(name, type_, secrets.token_bytes(KEY_SIZE))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_new(private, key.skey + "\n", 0o600)
        _write_new(public, key.public.vkey + "\n", 0o644)
    except OSError as error:
        raise KeyRefused(say("key_unwritable", path=folder, reason=error.strerror)) from None
    return key


def load_key(folder: Path, type_: Type) -> PrivateKey:
    """Return the private key of this type in a folder.

    Raises:
        KeyRefused: there is none, others may read it (POSIX), it can't be read, or it is of
            another type.
        Malformed: it is cut off, damaged, foreign, or of a type that this program doesn't know.
    """
    path = key_file(folder, type_)
    key = PrivateKey.parse(_line(path, private=True))
    if key.type is not type_:
        found = Term(f"{key.type.name.lower()}_key")
        raise KeyRefused(say("key_other_type", path=path, found=found))
    return key


def load_public_key(path: Path) -> PublicKey:
    """Return the public key in a file.

    Raises:
        KeyRefused: there is none, or it can't be read.
        Malformed: it is cut off, damaged, foreign, or of a type that this program doesn't know.
    """
    return PublicKey.parse(_line(path, private=False))


def fingerprint(key: PublicKey) -> str:
    """Return the SHA-256 of a public key's 32 bytes, in 16 groups to be read out or printed."""
    digest = sha256(key.public).hexdigest().upper()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def _line(path: Path, *, private: bool) -> str:
    what = "private_key" if private else "public_key"
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if private and os.name == "posix" and mode & _OTHERS:
                raise KeyRefused(say("key_open_to_others", path=path, mode=f"{mode & 0o777:03o}"))
            data = file.read(_LONGEST + 1)
    except FileNotFoundError:
        raise KeyRefused(say("key_missing", what=Term(what), path=path)) from None
    except OSError as error:
        raise KeyRefused(say("key_unreadable", path=path, reason=error.strerror)) from None
    line, *more = strict_text(data, what, _LONGEST).removesuffix("\n").split("\n")
    if more:
        raise Malformed(say("key_lines", path=path))
    return line


def _write_new(path: Path, text: str, mode: int) -> None:
    """Write a file that isn't there yet, whole and durably.

    Raises:
        OSError: there is one (FileExistsError), or it can't be written.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(beside, flags, mode), "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)  # unlike a rename, it never takes another file's place
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
