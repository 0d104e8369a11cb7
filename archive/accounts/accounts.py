"""The accounts of an archive: founding them, signing in, and administering them.

What happens is recorded first, then its secret kept: what is lost in between is a password, which
can be set anew, and never an event.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select, update

from archive.access import Access
from archive.accounts.attempts import Attempts
from archive.accounts.database import Secrets, passwords
from archive.accounts.passwords import (
    PasswordWeak,
    hash_of,
    initial_password,
    is_password,
    must_be_strong,
)
from archive.accounts.register import Register
from archive.accounts.sessions import Sessions
from archive.accounts.tokens import MOST_DAYS, Token, Tokens, new_token_id
from archive.fields import Id
from archive.store.mark import Restored
from archive.who import Actor, Grant, PasswordExpired, SignInNeeded
from domain.account import NOBODY, OFFICERS
from domain.refusal import Refusal
from domain.sentence import say
from domain.times import day_of


class SignInRefused(Refusal):
    """The account or the password is wrong; which of them isn't told."""

    def __init__(self) -> None:
        super().__init__(say("sign_in_refused"))


class LockedOut(Refusal):
    """Too many attempts failed; none is looked at before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(say("locked_out", until=until))
        self.until = until


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in.

    Args:
        account, name: whose session it is.
        must_change: a password must be chosen before anything else.
        expires: when the session ends at the latest.
    """

    account: str
    name: str
    must_change: bool
    expires: datetime


@dataclass(frozen=True, slots=True)
class SignedIn(Session):
    """A session that has just begun, with its token, which is told only here."""

    token: str


class Accounts:
    """The accounts of one archive.

    Args:
        access: of the archive.
        register: records what happens to accounts.
        secrets: where what is secret stands.
        clock: the server's time, aware.
    """

    def __init__(
        self,
        access: Access,
        register: Register,
        secrets: Secrets,
        clock: Callable[[], datetime],
    ) -> None:
        self.access = access
        self.register = register
        self.clock = clock
        self._secrets = secrets
        self._attempts = Attempts(secrets)
        self._sessions = Sessions(secrets)
        self._tokens = Tokens(secrets)

    @property
    def founded(self) -> bool:
        """Whether the archive has accounts."""
        return self.access.founded

    # Founding

    def found(self, officers: Mapping[str, tuple[str, str]]) -> dict[str, str]:
        """Found the accounts of an archive that has none, with its three officers.

        Args:
            officers: by each officer's role the account's id and its person's name.

        Returns:
            The initial passwords by account, told only here.

        Raises:
            Refusal: the archive has accounts, or the officers aren't three.
        """
        named = {role: officers[role] for role in OFFICERS}
        by = named["system_admin"][0]
        with self._secrets.begin():  # that a secret can be kept is known before it is needed
            pass
        opened = [
            {"command": "account.open", "by": by, "account": account, "name": name}
            for account, name in named.values()
        ]
        found = {"command": "officers.found", "by": by}
        found |= {role: account for role, (account, _) in named.items()}
        self.register.record([found, *opened])
        return {account: self._set_initial(account) for account, _ in named.values()}

    def recover(self, account: str) -> str:
        """Give a system administrator a password, where none of them has any left.

        That is so when the database of secrets was lost, or the log alone was copied.

        Raises:
            Refusal: it is no system administrator, or one of them can sign in.
        """
        administrators = self.access.officers().holders("system_admin")
        if account not in administrators:
            raise Refusal(say("recover_whom", accounts=tuple(administrators)), "account")
        if any(self._kept(one)[0] is not None for one in administrators):
            raise Refusal(say("recover_needless"))
        told = {"command": "account.reset_password", "account": account, "at_console": True}
        self.register.record([told | {"by": account}])
        return self._set_initial(account)

    # Signing in

    def sign_in(self, account: str, password: str) -> SignedIn:
        """Begin a session.

        Whether there is no such account, or another password, it says the same after as long.

        Raises:
            LockedOut: too many attempts failed in this name.
            SignInRefused: there is no such account, it is closed, or the password is another.
            Refusal: the account was locked by an administrator.
        """
        account = self._must_match(account, password)
        found = self.access.account(account)
        if found.locked:
            raise Refusal(say("account_locked", account=account))
        with suppress(Restored):  # it is read-only; whoever opens it again signs in first
            self.register.note("access.sign_in", account)
        token = self._sessions.make(account, self.clock())
        session = self.session(token)
        return SignedIn(session.account, session.name, session.must_change, session.expires, token)

    def session(self, token: str) -> Session:
        """Return whose session a token is of; it counts as used.

        Raises:
            SignInNeeded: it ended, or never was.
        """
        found = self._sessions.use(token, self.clock())
        if found is None:
            raise SignInNeeded
        account, expires = found
        stream = self.access.account(account)
        if not stream.open or stream.locked:
            raise SignInNeeded
        return Session(account, stream.name, self._kept(account)[1], expires)

    def actor(self, token: str) -> Actor:
        """Return who asks in a session, with what is held now.

        Raises:
            SignInNeeded: it ended, or never was.
            PasswordExpired: a password must be chosen first.
        """
        session = self.session(token)
        if session.must_change:
            raise PasswordExpired
        return self.access.now(Actor(session.account)) or Actor(session.account)

    def actor_of_token(self, text: str) -> Actor:
        """Return for whom a machine asks, with no more than its token gives.

        Raises:
            SignInNeeded: the token expired, was revoked or never was.
        """
        found = self._tokens.find(text, self.clock())
        if found is None:
            raise SignInNeeded
        given = frozenset({Grant(found.role, found.unit)})
        actor = Actor(found.account, given, found.token)
        return self.access.now(actor) or actor

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._sessions.end(token)

    def change_password(
        self, account: str, old: str, new: str, *, session: str | None = None
    ) -> None:
        """Change a password, knowing the old one; other sessions of the account end.

        Args:
            session: the token of the session that goes on, if any does.

        Raises:
            LockedOut: too many attempts failed in this name.
            SignInRefused: the old password is wrong.
            PasswordWeak: the new one isn't accepted.
        """
        self._must_match(account, old)
        name = self.access.account(account).name
        must_be_strong(new, account, name)
        if new == old:
            raise PasswordWeak(say("password_same"), "password")
        told = {"command": "account.change_password", "by": account, "account": account}
        self.access.record(Actor(account), [told])
        self._keep(account, new, must_change=False)
        self._sessions.end_all(account, but=session)

    # Administering

    def open(self, actor: Actor | None, account: str, name: str) -> str:
        """Open an account and return its initial password, told only here."""
        self._ask(actor, "account.open", account=account, name=name)
        return self._set_initial(account)

    def close(self, actor: Actor | None, account: str, reason: str) -> None:
        """Close an account for good."""
        self._ask(actor, "account.close", account=account, reason=reason)
        self._sessions.end_all(account)

    def lock(self, actor: Actor | None, account: str, reason: str) -> None:
        """Lock an account until it is unlocked; its sessions end."""
        self._ask(actor, "account.lock", account=account, reason=reason)
        self._sessions.end_all(account)

    def unlock(self, actor: Actor | None, account: str) -> None:
        """Unlock an account, whether it was locked or too many attempts failed."""
        self._ask(actor, "account.unlock", account=account)
        self._attempts.forget(account)

    def reset_password(self, actor: Actor | None, account: str) -> str:
        """Set a password without knowing the old one, and return it; it is told only here."""
        self._ask(actor, "account.reset_password", account=account)
        self._sessions.end_all(account)
        return self._set_initial(account)

    def grant(self, actor: Actor | None, account: str, role: str, unit: str | None = None) -> None:
        """Grant a role, for a unit where it is a unit's."""
        self._ask(actor, "account.grant", account=account, role=role, unit=unit)

    def revoke(self, actor: Actor | None, account: str, role: str, unit: str | None = None) -> None:
        """Take a role back."""
        self._ask(actor, "account.revoke", account=account, role=role, unit=unit)

    def make_token(
        self,
        actor: Actor | None,
        role: str,
        unit: str | None = None,
        *,
        label: str,
        days: int = 90,
    ) -> str:
        """Make a token for a machine that acts for whoever asks; its text is told only here.

        Raises:
            Refusal: the role isn't held, is an officer's, or it would be valid for too long.
        """
        present = self._present(actor)
        if present.token is not None:
            raise Refusal(say("token_by_token"))
        if not 1 <= days <= MOST_DAYS:
            raise Refusal(say("token_days", most=MOST_DAYS), "days")
        now = self.clock()
        until: date = day_of(now) + timedelta(days=days)
        made = Token(
            new_token_id(), present.account, label, role, unit, now, now + timedelta(days=days)
        )
        self._ask(
            actor, "account.make_token", account=made.account, token=made.token, label=label,
            role=role, unit=unit, until=until.isoformat(),
        )  # fmt: skip
        return self._tokens.put(made)

    def revoke_token(self, actor: Actor | None, token: str) -> None:
        """Let a machine act no longer; one's own token, or anybody's as system administrator."""
        found = next((one for one in self.tokens(actor) if one.token == token), None)
        if found is None:
            raise Refusal(say("token_unknown", token=token), "token")
        self._ask(actor, "account.revoke_token", account=found.account, token=token)
        self._tokens.remove(token)

    def tokens(self, actor: Actor | None) -> list[Token]:
        """Return the tokens that whoever asks may revoke: one's own, an administrator's all."""
        present = self._present(actor)
        return self._tokens.all(None if present.holds("system_admin") else present.account)

    # What they share

    def _present(self, actor: Actor | None) -> Actor:
        present = self.access.now(actor)
        if present is None:
            raise Refusal(say("accounts_not_founded"))
        return present

    def _ask(self, actor: Actor | None, command: str, /, **given: Any) -> None:
        present = self._present(actor)
        self.access.record(present, [{"command": command, "by": present.account, **given}])

    def _must_match(self, typed: str, password: str) -> str:
        """Return the account that a password is of; refuse a wrong one, or too many.

        An account that there isn't is refused in the same way.
        """
        now = self.clock()
        if until := self._attempts.locked(typed, now):
            raise LockedOut(until)
        until = self._attempts.count(typed, now)
        account = _well_formed(typed)
        there = self.access.account(account).open
        kept, _ = self._kept(account)
        if is_password(kept if there else None, password):
            self._attempts.forget(typed)
            return account
        who = account if there else None
        with suppress(Restored):
            self.register.note("access.fail", who)
            if until is not None:
                self.register.note("access.lock_out", who, until=until.isoformat())
        raise SignInRefused

    def _set_initial(self, account: str) -> str:
        password = initial_password()
        self._keep(account, password, must_change=True)
        self._attempts.forget(account)
        return password

    def _kept(self, account: str) -> tuple[str | None, bool]:
        """Return the hash of an account's password, if one is kept, and if it must be changed."""
        with self._secrets.begin() as connection:
            own = select(passwords).where(passwords.c.account == account)
            row = connection.execute(own).one_or_none()
        return (None, True) if row is None else (row.hash, row.must_change)

    def _keep(self, account: str, password: str, *, must_change: bool) -> None:
        row = {"account": account, "hash": hash_of(password), "must_change": must_change}
        with self._secrets.begin() as connection:
            done = connection.execute(
                update(passwords).where(passwords.c.account == account).values(row)
            )
            if not done.rowcount:
                connection.execute(passwords.insert().values(row))


def _well_formed(account: str) -> str:
    """Return what was typed as an account's id, or the id that nobody has."""
    try:
        return str(Id().deserialize(account))
    except ValidationError:
        return NOBODY
