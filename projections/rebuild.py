"""A rebuild: the next generation of the views is filled beside the live one, then changes places.

Readers never see a half-built view, live catching up goes on meanwhile, and a rebuild that
is killed leaves the old views standing; the next one clears its leftovers away.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from projections import standing
from projections.database import Beside, Database
from projections.database.defining import make
from projections.fold import Fold, PoisonEvent
from projections.folded import folded
from projections.folding import Block, Blocks, Opener
from projections.log import Log, fingerprint_at
from projections.standing import Standing
from projections.view import View

Progress = Callable[[int, int], None]
"""Called with the position reached and the position to reach."""


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild read, how long it took, and the rows of each view."""

    events: int
    seconds: float
    rows: dict[str, int]


class Rebuild:
    """One rebuild of all views; who runs it holds the rebuild lock.

    Args:
        opener: opens log and fold in other processes; None folds here.
        sets_aside: go past events that can't be read, instead of stopping at the first.
    """

    def __init__(
        self,
        database: Database,
        views: Sequence[View],
        log: Log,
        fold: Fold,
        opener: Opener | None,
        *,
        sets_aside: bool,
    ) -> None:
        self._database = database
        self._views = views
        self._log = log
        self._fold = fold
        self._opener = opener
        self._tables = {view.name: view.table for view in views}
        self._packing = database.packing([view.table for view in views])
        self._sets_aside = sets_aside
        self._aside: list[PoisonEvent] = []
        self._rows = Counter({view.name: 0 for view in views})
        self._events = 0
        self._position = 0

    def run(self, progress: Progress | None = None) -> RebuildReport:
        """Rebuild, and change places.

        Raises:
            PoisonEvent: an event can't be read; the old views stand.
        """
        started = time.perf_counter()
        with self._database.beside() as beside:
            self._fill(beside, progress)
            for view in self._views:
                for index in view.indexes:
                    with beside.writing() as connection:
                        make(connection, index)
            self._read_on(beside)
            beside.complete()
            # Who catches up waits from here on: nobody has read further than the new views.
            with self._database.writing():
                self._read_on(beside)
                with beside.writing() as connection:
                    self._settle(connection)
                beside.change_places()
        self._database.retire()
        return RebuildReport(self._events, time.perf_counter() - started, dict(self._rows))

    def _fill(self, beside: Beside, progress: Progress | None) -> None:
        with beside.writing() as connection:
            standing.create(connection)
            make(connection, *self._tables.values())
        upto = self._log.last_position()
        with closing(self._folded(upto, self._opener)) as blocks:
            for block in blocks:
                self._write(beside, block)
                if progress:
                    progress(self._position, upto)

    def _read_on(self, beside: Beside) -> None:
        """Read what was recorded since."""
        while self._position < (upto := self._log.last_position()):
            for block in self._folded(upto, None):
                self._write(beside, block)

    def _folded(self, upto: int, opener: Opener | None) -> Blocks:
        return folded(self._log, self._fold, self._packing.pack, self._position, upto, opener)

    def _write(self, beside: Beside, block: Block) -> None:
        with beside.writing() as connection:
            if not self._inserted(connection, block):
                self._write_singly(connection, block)
        self._events += block.events
        self._position = block.upto

    def _inserted(self, connection: Connection, block: Block) -> bool:
        """Insert the block's rows; tell if it went well."""
        if block.packed is None:
            return False
        try:
            self._packing.insert(connection, block.packed)
        except (OperationalError, MemoryError):
            raise  # the machine's trouble, not an event's
        except Exception:
            return False
        self._count(block.rows)
        return True

    def _write_singly(self, connection: Connection, block: Block) -> None:
        """Write all of a block but its poison events."""
        for page in self._log.scan(block.after, block.upto):
            for row in page:
                poison = self._fold.write(connection, self._tables, [row])
                if poison and not self._sets_aside:
                    raise poison[0]
                self._aside += poison
                if not poison:
                    self._count([len(of_view) for of_view in self._fold.rows([row])])

    def _count(self, rows: Sequence[int]) -> None:
        self._rows.update(dict(zip(self._tables, rows, strict=True)))

    def _settle(self, connection: Connection) -> None:
        shapes = standing.shapes_of(self._views)
        at = fingerprint_at(self._log, self._position)
        standing.settle(connection, Standing(self._position, at, shapes))
        standing.put_aside(connection, self._aside)
