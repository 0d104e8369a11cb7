"""Tokens by which machines act for an account, in one of its roles and for a limited time."""

from datetime import datetime
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Final, NamedTuple

from sqlalchemy import delete, insert, select

from archive.accounts.database import Secrets, tokens
from domain.times import from_micros, micros

PREFIX: Final = "shiji_"
MOST_DAYS: Final = 366


class Token(NamedTuple):
    """What is known of a token; the token itself isn't."""

    token: str
    account: str
    label: str
    role: str
    unit: str | None
    made: datetime
    expires: datetime


class Tokens:
    """The tokens of one archive."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets

    def put(self, made: Token) -> str:
        """Keep a token and return its text, of which only a hash is kept."""
        text = PREFIX + token_urlsafe(32)
        row = made._asdict() | {"made": micros(made.made), "expires": micros(made.expires)}
        with self.secrets.begin() as connection:
            connection.execute(insert(tokens).values(row | {"hash": _hash(text)}))
        return text

    def find(self, text: str, now: datetime) -> Token | None:
        """Return the token that a text is; None where it expired, was revoked or never was."""
        with self.secrets.begin() as connection:
            row = connection.execute(
                select(tokens).where(tokens.c.hash == _hash(text), tokens.c.expires > micros(now))
            ).one_or_none()
        return None if row is None else _token(row)

    def all(self, account: str | None = None) -> list[Token]:
        """Return the tokens of an account, or of all."""
        which = select(tokens).order_by(tokens.c.account, tokens.c.made)
        if account is not None:
            which = which.where(tokens.c.account == account)
        with self.secrets.begin() as connection:
            return [_token(row) for row in connection.execute(which)]

    def remove(self, token: str) -> None:
        """Forget a token; that it was revoked stands in the log."""
        with self.secrets.begin() as connection:
            connection.execute(delete(tokens).where(tokens.c.token == token))


def new_token_id() -> str:
    """Return an id for a token, which is no secret."""
    return token_hex(4)


def _token(row: object) -> Token:
    values = {name: getattr(row, name) for name in Token._fields}
    values |= {name: from_micros(values[name]) for name in ("made", "expires")}
    return Token(**values)


def _hash(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
