"""What became of accounts, and what they did that is to be accounted for."""

from typing import Any

from sqlalchemy import Column, Text

from domain.access_log import AccessLog
from domain.account import OFFICERS, Account
from domain.officers import Officers
from projections.view import View

access = View(
    "access",
    version=1,
    columns=(
        Column("account", Text),
        Column("happened", Text),
        Column("role", Text),
        Column("unit", Text),
        Column("told", Text),
    ),
    indexes=(("account",),),
)
"""``told`` is the name, the reason, the token's id, the time of a lock, or what was asked."""

_Rows = list[tuple[Any, ...]]


@access.on(Officers.Founded, *OFFICERS)
def _founded(stream: list[str], e: Any) -> _Rows:
    return [(getattr(e, role), "named", role, None, None) for role in OFFICERS]


@access.on(Officers.Named, "account", "role")
def _named(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (e.account, "named", e.role, None, None)


@access.on(Officers.Released, "account", "role")
def _released(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (e.account, "released", e.role, None, None)


@access.on(Account.Opened, "name")
def _opened(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "opened", None, None, e.name)


@access.on(Account.Closed, "reason")
def _closed(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "closed", None, None, e.reason)


@access.on(Account.Locked, "reason")
def _locked(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "locked", None, None, e.reason)


@access.on(Account.Unlocked)
def _unlocked(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "unlocked", None, None, None)


@access.on(Account.PasswordChanged)
def _changed(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "password_changed", None, None, None)


@access.on(Account.PasswordReset, "at_console")
def _reset(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "recovered" if e.at_console else "password_reset", None, None, None)


@access.on(Account.Granted, "role", "unit")
def _granted(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "granted", e.role, e.unit, None)


@access.on(Account.Revoked, "role", "unit")
def _revoked(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "revoked", e.role, e.unit, None)


@access.on(Account.TokenMade, "token", "label", "role", "unit", "until")
def _token_made(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "token_made", e.role, e.unit, f"{e.token} {e.label} {e.until}")


@access.on(Account.TokenRevoked, "token")
def _token_revoked(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], "token_revoked", None, None, e.token)


@access.on(AccessLog.SignedIn)
def _signed_in(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[2], "signed_in", None, None, None)


@access.on(AccessLog.Failed)
def _failed(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[2], "failed", None, None, None)


@access.on(AccessLog.LockedOut, "until")
def _locked_out(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[2], "locked_out", None, None, e.until.isoformat())


@access.on(AccessLog.Denied, "asked", "about")
def _denied(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[2], "denied", None, None, f"{e.asked} {e.about}".strip())


@access.on(AccessLog.Looked, "asked", "about")
def _looked(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[2], "looked", None, None, f"{e.asked} {e.about}".strip())


@access.on(AccessLog.Imported)
def _imported(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[2], "imported", None, None, None)


HAPPENED = (
    "opened", "closed", "locked", "unlocked", "named", "released", "granted", "revoked",
    "password_changed", "password_reset", "recovered", "token_made", "token_revoked", "signed_in",
    "failed", "locked_out", "denied", "looked", "imported",
)  # fmt: skip
"""What may happen to an account, or be done with it."""
