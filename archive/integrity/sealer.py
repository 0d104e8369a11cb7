"""Sealing: what was recorded gets its leaves in the ledger, and a signed checkpoint.

A sealer goes on from wherever the ledger ends, so that one that was killed is taken up by the
next, and it never writes to the log.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.integrity.checkpoint import Checkpoint
from archive.integrity.entry import event_entry
from archive.integrity.ledger.appending import Appending
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.signer import Signer
from archive.store.log import PAGE, Log
from domain.refusal import Refusal
from domain.sentence import say
from domain.times import micros

Progress = Callable[[int, int], None]


class LogChanged(Refusal):
    """The log doesn't go on from what was sealed."""


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a sealing did.

    Args:
        size: how many leaves there are now.
        added: how many of them are new, leaves of heads included.
        position: the last event's that is sealed.
        done: whether that was the log's last, and the checkpoint of this size is signed.
    """

    size: int
    added: int
    position: int
    done: bool


class Sealer:
    """Seals a log into its ledger. Of several at once one seals, and the others wait for it.

    Args:
        ledger: the archive's.
        log: the archive's.
        signer: the archive's key, named like its origin.
        clock: the server's time, aware.
        before_heads: where a ledger is made anew, the positions that heads followed in it.
    """

    def __init__(
        self,
        ledger: Ledger,
        log: Log,
        signer: Signer,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        before_heads: Collection[int] = frozenset(),
    ) -> None:
        self.ledger = ledger
        self.log = log
        self.signer = signer
        self.clock = clock
        self.before_heads = before_heads
        self._appending: Appending | None = None

    def seal(self, progress: Progress | None = None, *, heads: bool = False) -> SealReport:
        """Seal all that is recorded.

        Args:
            progress: told (done, of) in positions.
            heads: commit to every stream's latest version behind it, too, before the day ends.

        Raises:
            LogChanged, NoEntry, LedgerFails, PersistenceError: as by :meth:`seal_page`.
        """
        added, sealed = 0, None
        while sealed is None or not sealed.done:
            sealed = self.seal_page(heads=heads)
            added += sealed.added
            if progress:
                progress(sealed.position, max(sealed.position, self.log.last_position()))
        return replace(sealed, added=added)

    def seal_page(self, *, heads: bool = False) -> SealReport:
        """Seal a page of the log in one transaction; sign a checkpoint when it was the last.

        Args:
            heads: append the heads of the day so far when it was the last.

        Raises:
            LogChanged: the log lacks what was sealed, or has something else in its place.
            NoEntry: a row of the log can't be an event.
            LedgerFails: another sealer kept the lock, or the store fails.
            PersistenceError: the log can't be read.
        """
        try:
            with self.ledger.store.writing():
                appending = self._edge()
                before = appending.size
                done = self._append(appending)
                if done and heads:
                    appending.append_heads()
                if done:
                    self._sign(appending)
        except BaseException:
            self._appending = None  # it may be ahead of what is stored
            raise
        added = appending.size - before
        return SealReport(appending.size, added, appending.last_position, done)

    def _edge(self) -> Appending:
        """Return the ledger's edge, read again if somebody else sealed meanwhile."""
        if self._appending is None or self._appending.size != self.ledger.size:
            self._appending = Appending(self.ledger, self.log, self.before_heads)
        return self._appending

    def _append(self, appending: Appending) -> bool:
        """Append a page of the log, and return whether it was the last."""
        last, upto = appending.last_position, self.log.last_position()
        if last:
            sealed = [self._leaf(*row[1:]) for row in self.log.read([last])]
            if upto < last or sealed != [appending.last_event]:
                raise LogChanged(say("log_changed", position=last))
        appending.append(next(self.log.scan(last, upto, PAGE), []))
        return appending.last_position >= upto

    def _leaf(self, stream: str, version: int, topic: str, state: bytes) -> bytes:
        return self.ledger.hashing.leaf(event_entry(stream, version, topic, state))

    def _sign(self, appending: Appending) -> None:
        size, newest = appending.size, self.ledger.checkpoint()
        if size == (newest.size if newest else 0):
            return
        now = micros(self.clock())
        checkpoint = Checkpoint(self.ledger.origin, size, appending.root, self.ledger.hashing.name)
        note = checkpoint.signed(self.signer, now // 1_000_000)
        self.ledger.store.insert("checkpoints", [(size, note, now)])
