"""Sessions, kept at the server: whoever holds a session's token is signed in, until it ends."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from sqlalchemy import delete, insert, select, update

from archive.accounts.database import Secrets, sessions
from domain.times import from_micros, micros

LONGEST: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=2)


class Sessions:
    """The sessions of one archive."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets

    def make(self, account: str, now: datetime) -> str:
        """Begin a session and return its token, of which only a hash is kept."""
        token, at = token_urlsafe(32), micros(now)
        with self.secrets.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.made <= micros(now - LONGEST)))
            row = {"hash": _hash(token), "account": account, "made": at, "used": at}
            connection.execute(insert(sessions).values(row))
        return token

    def use(self, token: str, now: datetime) -> tuple[str, datetime] | None:
        """Return whose session it is and when it ends; None where it ended or never was."""
        with self.secrets.begin() as connection:
            own = sessions.c.hash == _hash(token)
            row = connection.execute(select(sessions).where(own)).one_or_none()
            if row is None or row.made <= micros(now - LONGEST) or row.used <= micros(now - IDLE):
                return None
            connection.execute(update(sessions).where(own).values(used=micros(now)))
        return row.account, from_micros(row.made) + LONGEST

    def end(self, token: str) -> None:
        """End a session."""
        with self.secrets.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == _hash(token)))

    def end_all(self, account: str, but: str | None = None) -> None:
        """End every session of an account, but the one of a token."""
        which = sessions.c.account == account
        if but is not None:
            which &= sessions.c.hash != _hash(but)
        with self.secrets.begin() as connection:
            connection.execute(delete(sessions).where(which))


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
