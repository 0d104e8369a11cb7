"""An account: who may sign in, and what they were granted. Stream ``account/zhang``.

An account's id is its person's own: that of the cadre, where the person is one. What is secret
(passwords, sessions, tokens) is never in the log. Topics and field names are the storage format:
they never change.
"""

from collections.abc import Collection
from datetime import date

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.sentence import Term, say
from domain.unit import Unit

OFFICERS = ("system_admin", "security_admin", "security_auditor")
"""The three separated officers: nobody holds two of them."""

UNIT_ROLES = ("unit_admin", "unit_head", "unit_deputy")
"""Roles that are held for one unit, or for several, one by one."""

ROLES = (
    "rater",
    *UNIT_ROLES,
    "appraisal_office",
    "organization_auditor",
    "discipline_witness",
    *OFFICERS,
)

NOBODY = "-"
"""Stands for whoever tried to sign in without having an account."""

Held = tuple[str, str | None]
"""A role, and the unit that it is held for."""


class Account(Stream):
    """One person's account."""

    TOPIC = "account"
    PARTS = ("account",)

    class Opened(Fact):
        """Somebody may sign in from now on; nothing is granted yet."""

        TOPIC = "account.opened"
        name: str

        def apply(self, account: "Account") -> None:
            """Fold: it is open."""
            account.name = self.name
            account.open = True

    class Closed(Fact):
        """Nobody signs in with it again."""

        TOPIC = "account.closed"
        reason: str

        def apply(self, account: "Account") -> None:
            """Fold: it holds nothing any more."""
            account.open = False
            account.held = set()
            account.tokens = set()

    class Locked(Fact):
        """It was locked by an administrator, until it is unlocked."""

        TOPIC = "account.locked"
        reason: str

        def apply(self, account: "Account") -> None:
            """Fold: it is locked."""
            account.locked = True

    class Unlocked(Fact):
        """It was unlocked, from a lock or from failed attempts."""

        TOPIC = "account.unlocked"

        def apply(self, account: "Account") -> None:
            """Fold: it isn't locked."""
            account.locked = False

    class PasswordChanged(Fact):
        """Its holder changed the password, knowing the old one."""

        TOPIC = "account.password_changed"

        def apply(self, account: "Account") -> None:
            """Fold: nothing that commands ask for."""

    class PasswordReset(Fact):
        """The password was changed by somebody who needn't know the old one.

        Args:
            at_console: at the archive's own machine, since no administrator could sign in.
        """

        TOPIC = "account.password_reset"
        at_console: bool = False

        def apply(self, account: "Account") -> None:
            """Fold: nothing that commands ask for."""

    class Granted(Fact):
        """A role was granted, for a unit or everywhere."""

        TOPIC = "account.granted"
        role: str
        unit: str | None = None

        def apply(self, account: "Account") -> None:
            """Fold: it is held."""
            account.held.add((self.role, self.unit))

    class Revoked(Fact):
        """A role was taken back."""

        TOPIC = "account.revoked"
        role: str
        unit: str | None = None

        def apply(self, account: "Account") -> None:
            """Fold: it isn't held."""
            account.held.discard((self.role, self.unit))

    class TokenMade(Fact):
        """A machine may act for the account in one of its roles, until a day.

        Args:
            token: the token's id, which is no secret.
        """

        TOPIC = "account.token_made"
        token: str
        label: str
        role: str
        until: date
        unit: str | None = None

        def apply(self, account: "Account") -> None:
            """Fold: it is valid."""
            account.tokens.add(self.token)

    class TokenRevoked(Fact):
        """A machine may no longer act for the account."""

        TOPIC = "account.token_revoked"
        token: str

        def apply(self, account: "Account") -> None:
            """Fold: it isn't valid."""
            account.tokens.discard(self.token)

    def begin(self) -> None:
        """Set the state before the first event."""
        self.name = ""
        self.open = False
        self.locked = False
        self.held: set[Held] = set()
        self.tokens: set[str] = set()

    @property
    def code(self) -> str:
        """The account's id."""
        return self.parts[0]

    def must_be_open(self) -> None:
        """Refuse what is asked of an account that there isn't, or that was closed.

        Raises:
            Refusal: there is none of this id, or it was closed.
        """
        if not self.open:
            if self.version:
                raise Refusal(say("account_closed", account=self.code), "account")
            raise Refusal(say("account_unknown", account=self.code), "account")

    def register(self, stamp: Stamp, name: str) -> None:
        """Open the account.

        Raises:
            Refusal: there was one of this id, which stands for somebody for good.
        """
        if self.version or self.code == NOBODY:
            raise Refusal(say("account_exists", account=self.code), "account")
        self.record(self.Opened, stamp, name=name)

    def close(self, stamp: Stamp, reason: str, officer: str | None) -> None:
        """Close the account for good.

        Args:
            officer: the officer's role that it holds, if any.

        Raises:
            Refusal: it isn't open, is one's own, or an officer's.
        """
        self.must_be_open()
        self._must_be_anothers(stamp)
        if officer is not None:
            raise Refusal(say("officer_stays", account=self.code, role=Term(officer)), "account")
        self.record(self.Closed, stamp, reason=reason)

    def lock(self, stamp: Stamp, reason: str) -> None:
        """Lock the account until it is unlocked.

        Raises:
            Refusal: it isn't open, is one's own, or locked already.
        """
        self.must_be_open()
        self._must_be_anothers(stamp)
        if self.locked:
            raise Refusal(say("account_locked", account=self.code), "account")
        self.record(self.Locked, stamp, reason=reason)

    def unlock(self, stamp: Stamp) -> None:
        """Unlock the account, whatever locked it.

        Raises:
            Refusal: it isn't open, or is one's own.
        """
        self.must_be_open()
        self._must_be_anothers(stamp)
        self.record(self.Unlocked, stamp)

    def change_password(self, stamp: Stamp) -> None:
        """Record that its holder changed the password.

        Raises:
            Refusal: it isn't open, or somebody else's.
        """
        self.must_be_open()
        if stamp.by != self.code:
            raise Refusal(say("account_anothers", account=self.code), "account")
        self.record(self.PasswordChanged, stamp)

    def reset_password(self, stamp: Stamp, *, at_console: bool) -> None:
        """Record that the password was changed without the old one.

        Raises:
            Refusal: it isn't open, or is one's own, who knows the old one.
        """
        self.must_be_open()
        if not at_console:
            self._must_be_anothers(stamp)
        self.record(self.PasswordReset, stamp, at_console=at_console)

    def grant(
        self, stamp: Stamp, role: str, *, unit: Unit | None, officer: str | None, cadre: Cadre
    ) -> None:
        """Grant a role.

        Args:
            unit: the unit that it is for; with a unit's role, and only with one.
            officer: the officer's role that the account holds, if any.
            cadre: the stream of the cadre of the account's id.

        Raises:
            Refusal: to oneself, twice, for a wrong unit, to an officer, or to rate who is no cadre.
        """
        self.must_be_open()
        self._must_be_anothers(stamp)
        if (unit is None) == (role in UNIT_ROLES):
            if unit is None:
                raise Refusal(say("role_wants_unit", role=Term(role)), "unit")
            raise Refusal(say("role_of_no_unit", role=Term(role)), "unit")
        if unit is not None:
            unit.must_exist(stamp.on)
        if officer is not None and role != "rater":
            self._refuse_two(role, officer)
        if role == "rater":
            cadre.must_be_known("account")
        if (role, unit.code if unit else None) in self.held:
            raise Refusal(say("grant_held", account=self.code, role=Term(role)), "role")
        self.record(self.Granted, stamp, role=role, unit=unit.code if unit else None)

    def revoke(self, stamp: Stamp, role: str, unit: str | None) -> None:
        """Take a role back.

        Raises:
            Refusal: it isn't held, or by oneself.
        """
        self._must_be_anothers(stamp)
        if (role, unit) not in self.held:
            raise Refusal(say("grant_not_held", account=self.code, role=Term(role)), "role")
        self.record(self.Revoked, stamp, role=role, unit=unit)

    def must_be_free_for(self, role: str, officer: str | None) -> None:
        """Refuse an officer's role to whoever holds another one, or a role that sees scores.

        Raises:
            Refusal: the account isn't open, or holds what can't be held together.
        """
        self.must_be_open()
        others: Collection[str] = {held for held, _ in self.held if held != "rater"}
        if officer is not None and officer != role:
            others = {officer}
        for other in sorted(others):
            self._refuse_two(role, other)

    def make_token(
        self, stamp: Stamp, token: str, label: str, role: str, unit: str | None, until: date
    ) -> None:
        """Let a machine act for the account, in one of its roles and for no longer than a day.

        Raises:
            Refusal: it is somebody else's, the role isn't held, or the day is past.
        """
        self.must_be_open()
        if stamp.by != self.code:
            raise Refusal(say("account_anothers", account=self.code), "account")
        if (role, unit) not in self.held:  # an officer's never is: it stands with the officers
            raise Refusal(say("grant_not_held", account=self.code, role=Term(role)), "role")
        if until <= stamp.on:
            raise Refusal(say("token_until_past", until=until), "until")
        self.record(
            self.TokenMade, stamp, token=token, label=label, role=role, unit=unit, until=until
        )

    def revoke_token(self, stamp: Stamp, token: str) -> None:
        """Let a machine act no longer.

        Raises:
            Refusal: the account has no such token.
        """
        if token not in self.tokens:
            raise Refusal(say("token_unknown", token=token), "token")
        self.record(self.TokenRevoked, stamp, token=token)

    def _must_be_anothers(self, stamp: Stamp) -> None:
        if stamp.by == self.code:
            raise Refusal(say("account_ones_own", account=self.code), "account")

    def _refuse_two(self, role: str, other: str) -> None:
        raise Refusal(
            say("roles_separate", account=self.code, role=Term(role), other=Term(other)), "role"
        )
