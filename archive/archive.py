"""The archive: one location that records commands and answers questions."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from eventsourcing.persistence import JSONTranscoder

from archive.access import Access
from archive.accounts.accounts import Accounts
from archive.accounts.database import Secrets
from archive.accounts.register import Register
from archive.citing import Citing
from archive.commands.accounts import ACCOUNTS
from archive.deciding import Outcome, Raw
from archive.integrity.ledger.ledger import Ledger
from archive.recording import Recording
from archive.restored import must_not_be_restored
from archive.sealing import Sealing
from archive.store.location import is_postgres, open_log
from archive.store.mapper import FactMapper
from archive.streams import CLOSING_TOPICS
from archive.views import open_views
from archive.who import Actor
from domain.refusal import Refusal
from domain.sentence import Sentence
from domain.times import day_of
from projections.as_of import AsOf
from projections.log import Row
from projections.reader import Reader
from projections.rebuild import Progress, RebuildReport


class Archive:
    """An open archive.

    One in a folder that has a ledger, and whose key is at hand, is sealed after each commit.

    Args:
        location: a folder, which holds the log (``events.sqlite``), the ledger and what can be
            rebuilt from the log, or a ``postgresql://`` URL.
        create: make it where there is none.
        clock: the server's time, aware.

    Raises:
        StoreError: there is none, it isn't ours, or it is of a newer format.
    """

    def __init__(
        self,
        location: str | Path,
        *,
        create: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.location = location
        self.log = open_log(location, create=create, closing_topics=CLOSING_TOPICS)
        self.mapper = FactMapper(JSONTranscoder())
        self.clock = clock
        self.views = open_views(location, self.log)
        self._sealing = Sealing(location, self.log, clock)
        of = (self.log, self.mapper, Citing(self.views, self._sealing.root), clock, self._sealing)
        self._recording = Recording(*of)
        register = Register(Recording(*of, ACCOUNTS), self._sealing.begin)
        self._secrets = Secrets(location)
        self.access = Access(self.log, self.mapper, register)
        self.accounts = Accounts(self.access, register, self._secrets, clock)
        self._looked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its files."""
        self._sealing.close()
        self._secrets.close()
        self.views.database.close()
        self.log.close()

    def do(self, command: Raw, actor: Actor | None = None) -> tuple[int, ...]:
        """Record one command and return the positions of its events.

        Args:
            actor: who asks for it, where the archive has accounts.

        Raises:
            Refusal: it was refused; nothing is recorded.
        """
        (outcome,) = self.record([command], actor=actor)
        if outcome.refusal:
            raise outcome.refusal
        return outcome.positions

    def record(
        self,
        commands: Iterable[Raw],
        *,
        actor: Actor | None = None,
        atomic: bool = False,
        stop_at_first: bool = False,
    ) -> Iterator[Outcome]:
        """Record many commands, each accepted or refused on its own.

        See :meth:`archive.recording.Recording.record`; ``unsealed`` tells afterwards whether it
        could be sealed.

        Args:
            actor: who asks for them, where the archive has accounts; each is recorded as theirs.

        Raises:
            SignInNeeded: the archive has accounts, and nobody is signed in.
            Restored: the archive was restored, and is read-only until it is verified.
        """
        self._sealing.begin()
        if not self._looked:
            self._must_not_be_restored()
            self._looked = True
        actor = self.access.now(actor)
        outcomes = self._recording.record(
            self.access.signed(actor, commands),
            atomic=atomic,
            stop_at_first=stop_at_first,
            allow=self.access.allow(actor),
        )
        return self.access.heard(actor, outcomes)

    def rehearse(self, commands: Iterable[Raw], actor: Actor | None = None) -> list[Outcome]:
        """Return what would become of commands that are recorded all at once; nothing is recorded.

        Args:
            actor: who asks for them, where the archive has accounts.

        Raises:
            SignInNeeded: the archive has accounts, and nobody is signed in.
        """
        actor = self.access.now(actor)
        theirs = (self.access.as_theirs(actor, raw) for raw in commands)
        return self._recording.rehearse(theirs, self.access.allow(actor))

    def _must_not_be_restored(self) -> None:
        ledger = None
        with suppress(Refusal):  # nothing that is recorded depends on it
            ledger = self.ledger()
        try:
            must_not_be_restored(self.location, self.log, ledger, self.clock)
        finally:
            if ledger is not None and is_postgres(self.location):
                ledger.close()  # recorders on a server don't seal; it connects anew when asked

    @property
    def unsealed(self) -> Sentence | None:
        """Why what was recorded last isn't sealed; None where it is, or nobody seals it here."""
        return self._sealing.trouble

    def ledger(self) -> Ledger | None:
        """Return the archive's ledger; None where it has none.

        Raises:
            Refusal: it isn't ours, of a newer format, or can't be opened.
        """
        return self._sealing.ledger()

    @contextmanager
    def ask(self, as_of: AsOf, progress: Progress | None = None) -> Iterator[Reader]:
        """Yield a reader of the facts as of a point in time, all events caught up.

        What it reads is one state of the views, however long the asking takes. As of a
        position, deadlines are judged on the day on which its event was recorded.
        """
        self.views.ensure(progress)
        if as_of.position is not None:
            as_of = replace(as_of, today=self._day_at(as_of.position) or as_of.today)
        with self.views.engine.connect() as connection:
            reader = Reader(connection, as_of)
            reader.log = self.log
            yield reader

    def rebuild(self, progress: Progress | None = None) -> RebuildReport:
        """Make every view anew from the log."""
        return self.views.rebuild(progress)

    def today(self) -> date:
        """Return the day it is in Shanghai."""
        return day_of(self.clock())

    def events(self, positions: Iterable[int]) -> list[Row]:
        """Return the stored rows at these positions, in the log's order."""
        return self.log.read(list(positions))

    def _day_at(self, position: int) -> date | None:
        """Return the day on which the last readable event up to ``position`` was recorded."""
        for last in range(min(position, self.log.last_position()), 0, -1):
            for row in self.log.read([last]):
                with suppress(msgspec.DecodeError):  # a poison event doesn't tell
                    return day_of(msgspec.json.decode(row[4], type=_Recorded).timestamp)
        return None


class _Recorded(msgspec.Struct):
    timestamp: datetime
