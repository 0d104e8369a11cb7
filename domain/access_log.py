"""What an account did in one year, to be accounted for. Stream ``access-log/2026/zhang``.

Who signed in or failed to, what was denied, and every look at who scored whom. Attempts in a name
that has no account stand under ``-``: what was typed there may be a password. Topics and field
names are the storage format: they never change.
"""

from datetime import date, datetime

from domain.fact import Fact, Stamp, Stream

MOST_DENIED = 1_000
"""How many denials of one account are recorded a day: more tell nothing more."""


class AccessLog(Stream):
    """One account's year."""

    TOPIC = "access-log"
    PARTS = ("year", "account")

    class SignedIn(Fact):
        """The account signed in."""

        TOPIC = "access.signed_in"

        def apply(self, log: "AccessLog") -> None:
            """Fold: nothing that commands ask for."""

    class Failed(Fact):
        """Somebody tried to sign in with a wrong password, or without an account."""

        TOPIC = "access.failed"

        def apply(self, log: "AccessLog") -> None:
            """Fold: nothing that commands ask for."""

    class LockedOut(Fact):
        """So many attempts failed that none is looked at before a time."""

        TOPIC = "access.locked_out"
        until: datetime

        def apply(self, log: "AccessLog") -> None:
            """Fold: nothing that commands ask for."""

    class Denied(Fact):
        """The account asked for what it may not.

        Args:
            asked: the command, question or operation.
            about: what it was asked of, e.g. ``cadre=C00007 year=2018``.
        """

        TOPIC = "access.denied"
        asked: str
        about: str

        def apply(self, log: "AccessLog") -> None:
            """Fold: one more of that day."""
            log.denied = log.denied + 1 if self.on == log.denied_on else 1
            log.denied_on = self.on

    class Looked(Fact):
        """The account looked at who scored whom."""

        TOPIC = "access.looked"
        asked: str
        about: str

        def apply(self, log: "AccessLog") -> None:
            """Fold: nothing that commands ask for."""

    class Imported(Fact):
        """The account began to record paper history, whose events keep the names on the paper."""

        TOPIC = "access.imported"

        def apply(self, log: "AccessLog") -> None:
            """Fold: nothing that commands ask for."""

    def begin(self) -> None:
        """Set the state before the first event."""
        self.denied = 0
        self.denied_on: date | None = None

    def sign_in(self, stamp: Stamp) -> None:
        """Record a sign-in."""
        self.record(self.SignedIn, stamp)

    def fail(self, stamp: Stamp) -> None:
        """Record a failed attempt."""
        self.record(self.Failed, stamp)

    def lock_out(self, stamp: Stamp, until: datetime) -> None:
        """Record that no attempt is looked at before ``until``."""
        self.record(self.LockedOut, stamp, until=until)

    def deny(self, stamp: Stamp, asked: str, about: str) -> None:
        """Record what was denied, as long as there aren't too many today."""
        if self.denied < MOST_DENIED or self.denied_on != stamp.on:
            self.record(self.Denied, stamp, asked=asked, about=about)

    def look(self, stamp: Stamp, asked: str, about: str) -> None:
        """Record a look at who scored whom."""
        self.record(self.Looked, stamp, asked=asked, about=about)

    def enter_paper(self, stamp: Stamp) -> None:
        """Record that paper history is recorded."""
        self.record(self.Imported, stamp)
