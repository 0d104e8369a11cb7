"""What is recorded of accounts: by their administrators, and by whoever lets people in.

These are no public commands: each goes with a secret that isn't in the log, or says what was
decided at the door there and then. ``archive.accounts`` and ``archive.access`` record them.
"""

from types import SimpleNamespace
from typing import Final

from archive.commands.declare import Command
from archive.fields import Choice, Day, Flag, Id, Moment, Text
from archive.streams import Streams
from archive.who import SIGNED_IN, everywhere
from domain.access_log import AccessLog
from domain.account import OFFICERS, ROLES, Account
from domain.fact import Stamp
from domain.officers import ONE, Officers
from domain.times import day_of


def _officers(streams: Streams) -> Officers:
    return streams.get(Officers, ONE)


def _account(streams: Streams, c: SimpleNamespace) -> Account:
    return streams.get(Account, c.account)


def _log(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> AccessLog:
    return streams.get(AccessLog, day_of(stamp.timestamp).year, c.account)


def _found(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    named = (c.system_admin, c.security_admin, c.security_auditor)
    _officers(streams).found(stamp, *named)


def _open(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _account(streams, c).register(stamp, c.name)


def _close(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    officer = _officers(streams).role_of.get(c.account)
    _account(streams, c).close(stamp, c.reason, officer)


def _lock(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _account(streams, c).lock(stamp, c.reason)


def _unlock(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _account(streams, c).unlock(stamp)


def _change_password(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _account(streams, c).change_password(stamp)


def _reset_password(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _account(streams, c).reset_password(stamp, at_console=bool(c.at_console))


def _grant(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    officers, account = _officers(streams), _account(streams, c)
    held = officers.role_of.get(c.account)
    if c.role in OFFICERS:
        account.must_be_free_for(c.role, held)
        officers.name(stamp, c.role, c.account)
        return
    unit = streams.unit(c.unit) if c.unit is not None else None
    cadre = streams.cadre(c.account)
    account.grant(stamp, c.role, unit=unit, officer=held, cadre=cadre)


def _revoke(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    if c.role in OFFICERS:
        _officers(streams).release(stamp, c.role, c.account)
    else:
        _account(streams, c).revoke(stamp, c.role, c.unit)


def _make_token(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _account(streams, c).make_token(stamp, c.token, c.label, c.role, c.unit, c.until)


def _revoke_token(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _account(streams, c).revoke_token(stamp, c.token)


def _sign_in(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _log(streams, stamp, c).sign_in(stamp)


def _fail(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _log(streams, stamp, c).fail(stamp)


def _lock_out(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _log(streams, stamp, c).lock_out(stamp, c.until)


def _deny(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _log(streams, stamp, c).deny(stamp, c.asked, c.about or "")


def _look(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _log(streams, stamp, c).look(stamp, c.asked, c.about or "")


def _enter_paper(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _log(streams, stamp, c).enter_paper(stamp)


_ADMIN = everywhere("system_admin")
_GRANTER = everywhere("security_admin")
_ROLE = {"account": Id(), "role": Choice(ROLES), "unit": Id(required=False)}
_ABOUT = {"asked": Id(), "about": Text(2000, required=False)}

ADMINISTERING: Final = {
    command.name: command
    for command in (
        Command("account.open", _open, _ADMIN, account=Id(), name=Text(100)),
        Command("account.close", _close, _ADMIN, account=Id(), reason=Text(2000)),
        Command("account.lock", _lock, _ADMIN, account=Id(), reason=Text(2000)),
        Command("account.unlock", _unlock, _ADMIN, account=Id()),
        Command(
            "account.reset_password",
            _reset_password,
            _ADMIN,
            account=Id(),
            at_console=Flag(required=False),
        ),
        Command("account.grant", _grant, _GRANTER, **_ROLE),
        Command("account.revoke", _revoke, _GRANTER, **_ROLE),
        Command("account.change_password", _change_password, SIGNED_IN, account=Id()),
        Command(
            "account.make_token",
            _make_token,
            SIGNED_IN,
            **_ROLE,
            token=Id(),
            label=Text(100),
            until=Day(),
        ),
        Command("account.revoke_token", _revoke_token, SIGNED_IN, account=Id(), token=Id()),
    )
}
"""What whoever is signed in may ask to be recorded, by roles."""

NOTED: Final = {
    command.name: command
    for command in (
        Command(
            "officers.found",
            _found,
            system_admin=Id(),
            security_admin=Id(),
            security_auditor=Id(),
        ),
        Command("access.sign_in", _sign_in, account=Id()),
        Command("access.fail", _fail, account=Id()),
        Command("access.lock_out", _lock_out, account=Id(), until=Moment()),
        Command("access.deny", _deny, account=Id(), **_ABOUT),
        Command("access.look", _look, account=Id(), **_ABOUT),
        Command("access.enter_paper", _enter_paper, account=Id()),
    )
}
"""What is recorded at the door, by nobody's leave."""

ACCOUNTS: Final = {**ADMINISTERING, **NOTED}
