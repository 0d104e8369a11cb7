"""Attempts to sign in: after some that failed none is looked at for a while.

They are counted before the password is compared, so that attempts at once are no more than attempts
one by one; and in any name, so that nobody learns which names there are.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from archive.accounts.database import Secrets, attempts
from domain.times import from_micros, micros

MOST_FAILURES: Final = 5
WAIT: Final = timedelta(minutes=15)
"""How long nothing is looked at, and how far apart failures may be to be counted together."""


class Attempts:
    """The attempts of one archive."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets

    def locked(self, name: str, now: datetime) -> datetime | None:
        """Return until when no attempt in this name is looked at; None where they are."""
        with self.secrets.begin() as connection:
            until = self._row(connection, name).until
        return from_micros(until) if until > micros(now) else None

    def count(self, name: str, now: datetime) -> datetime | None:
        """Count an attempt that begins; return until when no other is looked at if it fails."""
        with self.secrets.begin() as connection:
            row, at = self._row(connection, name), micros(now)
            together = row.until == 0 and row.last >= micros(now - WAIT)
            failures = row.failures + 1 if together else 1
            until = micros(now + WAIT) if failures >= MOST_FAILURES else 0
            values = {"failures": failures, "last": at, "until": until}
            connection.execute(update(attempts).where(_is(name)).values(values))
        return from_micros(until) if until else None

    def forget(self, name: str) -> None:
        """Forget what failed: somebody signed in, or was unlocked."""
        with self.secrets.begin() as connection:
            connection.execute(delete(attempts).where(_is(name)))

    def _row(self, connection: Connection, name: str) -> Any:
        """Return what is counted of a name, held until the transaction ends."""
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        new = {"name": _hash(name), "failures": 0, "last": 0, "until": 0}
        connection.execute(dialect.insert(attempts).values(new).on_conflict_do_nothing())
        return connection.execute(select(attempts).where(_is(name)).with_for_update()).one()


def _hash(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogatepass")).digest()


def _is(name: str) -> Any:
    return attempts.c.name == _hash(name)
