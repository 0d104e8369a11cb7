"""Passwords: which are accepted, and how they are kept and compared."""

from functools import cache
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from archive.nfc import nfc
from domain.refusal import Refusal
from domain.sentence import say

LEAST, MOST = 10, 64
_MOST_TYPED = 4 * MOST  # a character may be typed as several
LEAST_GUESSES = 10**8
"""How many guesses a password must stand, as zxcvbn counts them: nobody tries as many online."""

_hasher = PasswordHasher()  # argon2id, RFC 9106's second choice: 64 MiB


class PasswordWeak(Refusal):
    """The password isn't one that is accepted."""


def must_be_strong(password: str, account: str, name: str) -> None:
    """Refuse a password that is short, well known, or made of who it is for.

    Args:
        password: what was chosen.
        account, name: whose it is.

    Raises:
        PasswordWeak: it isn't accepted.
    """
    if not LEAST <= len(password) <= MOST:
        raise PasswordWeak(say("password_length", least=LEAST, most=MOST), "password")
    lower = password.casefold()
    if any(len(own) > 1 and own.casefold() in lower for own in (account, name)):
        raise PasswordWeak(say("password_is_name"), "password")
    if zxcvbn(password, user_inputs=[account, name, "shiji"])["guesses"] < LEAST_GUESSES:
        raise PasswordWeak(say("password_guessed"), "password")


def initial_password() -> str:
    """Return a password to be handed over once, and changed at the first sign-in."""
    return token_urlsafe(12)


def hash_of(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(_bytes(password))


def is_password(kept: str | None, password: str) -> bool:
    """Tell if it is the password of which this is kept.

    Where nothing is kept it takes as long to say no.
    """
    try:
        _hasher.verify(kept or _of_nobody(), _bytes(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


@cache
def _of_nobody() -> str:
    return _hasher.hash(token_urlsafe(32))


def _bytes(password: str) -> bytes:
    """Return a password as it is compared, however its characters were typed.

    What is longer than any is compared as none.
    """
    text = nfc(password) if len(password) <= _MOST_TYPED else ""
    return text.encode("utf-8", "surrogatepass")
