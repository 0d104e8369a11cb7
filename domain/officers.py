"""The three separated officers of an archive with accounts. Stream ``officers/archive``.

Its first event founds the accounts: with it everybody signs in. They stand in one stream so that
nobody comes to hold two of the roles, and no role is left without a holder, whoever acts at once.
Topics and field names are the storage format: they never change.
"""

from typing import Final

from domain.account import OFFICERS
from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.sentence import Term, say

ONE: Final = "archive"
"""The only stream's second segment."""


class Officers(Stream):
    """Who administers the system, who grants, and who audits them both."""

    TOPIC = "officers"
    PARTS = ("archive",)

    class Founded(Fact):
        """The archive has accounts from now on; these are its first officers."""

        TOPIC = "officers.founded"
        system_admin: str
        security_admin: str
        security_auditor: str

        def apply(self, officers: "Officers") -> None:
            """Fold: each holds a role."""
            for role in OFFICERS:
                officers.role_of[getattr(self, role)] = role

    class Named(Fact):
        """Somebody became an officer."""

        TOPIC = "officers.named"
        role: str
        account: str

        def apply(self, officers: "Officers") -> None:
            """Fold: the role is held."""
            officers.role_of[self.account] = self.role

    class Released(Fact):
        """Somebody is no longer an officer."""

        TOPIC = "officers.released"
        role: str
        account: str

        def apply(self, officers: "Officers") -> None:
            """Fold: the role isn't held."""
            officers.role_of.pop(self.account, None)

    def begin(self) -> None:
        """Set the state before the first event."""
        self.role_of: dict[str, str] = {}

    @property
    def founded(self) -> bool:
        """Whether the archive has accounts."""
        return self.version > 0

    def holders(self, role: str) -> list[str]:
        """Return the accounts that hold a role, in order."""
        return sorted(account for account, held in self.role_of.items() if held == role)

    def found(
        self, stamp: Stamp, system_admin: str, security_admin: str, security_auditor: str
    ) -> None:
        """Found the accounts of the archive, by naming three people.

        Raises:
            Refusal: it has accounts already, or two of the three are one.
        """
        if self.founded:
            raise Refusal(say("accounts_founded"))
        if len({system_admin, security_admin, security_auditor}) < len(OFFICERS):
            raise Refusal(say("officers_not_three"), "security_auditor")
        self.record(
            self.Founded,
            stamp,
            system_admin=system_admin,
            security_admin=security_admin,
            security_auditor=security_auditor,
        )

    def name(self, stamp: Stamp, role: str, account: str) -> None:
        """Name an officer; that the account may be one is its own to check.

        Raises:
            Refusal: it is oneself, or holds the role already.
        """
        _must_be_another(stamp, account)
        if self.role_of.get(account) == role:
            raise Refusal(say("grant_held", account=account, role=Term(role)), "role")
        self.record(self.Named, stamp, role=role, account=account)

    def release(self, stamp: Stamp, role: str, account: str) -> None:
        """Release an officer, as long as another one holds the role.

        Raises:
            Refusal: it is oneself, the role isn't held, or by nobody else.
        """
        _must_be_another(stamp, account)
        if self.role_of.get(account) != role:
            raise Refusal(say("grant_not_held", account=account, role=Term(role)), "role")
        if self.holders(role) == [account]:
            raise Refusal(say("officer_last", account=account, role=Term(role)), "role")
        self.record(self.Released, stamp, role=role, account=account)


def _must_be_another(stamp: Stamp, account: str) -> None:
    if stamp.by == account:
        raise Refusal(say("account_ones_own", account=account), "account")
