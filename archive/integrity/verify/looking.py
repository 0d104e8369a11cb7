"""What full and quick verification have in common: an archive that is looked at, part by part."""

import gc
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from eventsourcing.persistence import PersistenceError

from archive.integrity.checkpoint import Trust
from archive.integrity.ledger.ledger import Ledger, LedgerDamaged
from archive.integrity.ledger.opening import open_ledger
from archive.integrity.ledger.store import LedgerFails
from archive.integrity.restore.recorded import losses
from archive.integrity.verify.aligning import Alignment
from archive.integrity.verify.checkpoints import Checkpoints
from archive.integrity.verify.events import Events
from archive.integrity.verify.found import Found
from archive.integrity.verify.nodes import Judge
from archive.integrity.verify.report import Verified
from archive.integrity.verify.rows import heads_rows
from archive.integrity.verify.snapshot import Snapshot, data_of, restore_rows, unreadable
from domain.refusal import Refusal
from domain.sentence import say

Progress = Callable[[int, int], None]


_ODD = (ArithmeticError, LookupError, TypeError, ValueError, struct.error)
"""What values of another kind than this program writes may end in: SQLite keeps any of them."""


class Looking:
    """One state of an archive, and what was found in it so far.

    Args:
        snapshot: the state.
        trust: whose signatures are believed.

    Raises:
        LedgerDamaged, HashUnknown: the ledger doesn't say what it is of.
    """

    def __init__(self, snapshot: Snapshot, trust: Trust) -> None:
        self.snapshot = snapshot
        self.found = Found()
        self.ledger = Ledger(snapshot)  # type: ignore[arg-type]  # it only reads
        self.size = self.ledger.size
        self.heads = heads_rows(snapshot, self.size)
        self.alignment = Alignment.of(self.size, [row[0] for row in self.heads])
        told = losses(restore_rows(snapshot))
        self.checkpoints = Checkpoints(self.ledger, trust, self.found, told)
        self.seconds: dict[str, float] = {}

    @property
    def unsigned(self) -> int:
        """How many leaves there are behind the newest checkpoint, as while a long log is sealed."""
        return max(0, self.size - self.checkpoints.newest)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time a part; where the store fails in it, that is a fault, and the next part goes on."""
        started = time.perf_counter()
        enabled = gc.isenabled()
        gc.disable()  # rows are no cycles, and looking for some takes a quarter of the time
        try:
            yield
        except Refusal as refusal:
            self.found.fault(refusal.sentence)
        except (PersistenceError, *_ODD) as error:
            self.found.fault(unreadable(self.snapshot.place, error).sentence)
        finally:
            if enabled:
                gc.enable()
        took = time.perf_counter() - started
        self.seconds[name] = self.seconds.get(name, 0) + took

    def verified(self) -> list[tuple[int, Judge]]:
        """Return what earlier verifications saw, by size: the tree must go on from it."""
        judges: list[tuple[int, Judge]] = []
        for size, root in self.snapshot.rows("SELECT size, root FROM verified ORDER BY size"):
            if not 0 <= size <= self.size:
                sizes = {"size": size, "found": self.size}
                self.found.fault(say("verify_shorter_than_verified", **sizes))
            else:
                judges.append((size, self._judge(data_of(root))))
        return judges

    def report(self, events: Events, since: int, days: int) -> Verified:
        """Return what was found, once all parts are done.

        Args:
            events: as they were gone through.
            since: the leaf from which on everything was looked at.
            days: how many leaves of heads there are from there on.
        """
        last = self.alignment.last_position
        return Verified(
            events=events.count,
            position=last,
            unsigned=self.unsigned,
            unsealed=max(0, events.last - last),
            leaves=self.size,
            since=since,
            checkpoints=self.checkpoints.count,
            days=days,
            against=tuple(self.checkpoints.begins),
            faults=tuple(self.found.faults()),
            count=self.found.count,
            notes=tuple(self.found.notes),
            seconds=self.seconds,
        )

    def day_before(self, leaf: int) -> date | None:
        """Return the day that was before a leaf; None before the first."""
        rows = self.snapshot.rows(
            "SELECT day FROM days WHERE leaf < :leaf ORDER BY leaf DESC LIMIT 1", leaf=leaf
        )
        try:
            return date.fromisoformat(rows[0][0]) if rows else None
        except (TypeError, ValueError):
            raise LedgerDamaged(
                say("ledger_damaged", path=self.snapshot.place, leaf=leaf)
            ) from None

    def _judge(self, seen: bytes) -> Judge:
        def judge(size: int, root: bytes) -> None:
            if root != seen:
                self.found.fault(say("verify_other_than_verified", size=size))

        return judge


def keep(location: str | Path, size: int, root: bytes, at: int, found: Found) -> None:
    """Keep in the ledger up to where all was in order; what can't be kept is a note.

    Args:
        at: when, in microseconds since 1970.
    """
    try:
        ledger = open_ledger(location)
        assert ledger is not None
        with ledger, ledger.store.writing():
            if not ledger.store.rows("SELECT 1 FROM verified WHERE size >= :size", size=size):
                ledger.store.insert("verified", [(size, root, at)])
    except LedgerFails as error:
        found.note(say("verify_not_kept", reason=error.sentence))
