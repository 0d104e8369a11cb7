"""A rebuild: the next tables are filled beside the live ones, then change places with them.

Readers never see a half-built view, live catching up goes on meanwhile, and a rebuild that
is killed leaves the old views standing; the next one clears its leftovers away.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, Engine, Index, MetaData, Table, func, inspect, select, text

from projections import standing
from projections.dialect import writing
from projections.fold import Fold, PoisonEvent
from projections.log import Log, Row, fingerprint
from projections.standing import Standing
from projections.view import View

Progress = Callable[[int, int], None]
"""Called with the position reached and the position to reach."""

_NEXT = "__next"


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild read, how long it took, and the rows of each view."""

    events: int
    seconds: float
    rows: dict[str, int]


class Rebuild:
    """One rebuild of all views; who runs it holds the rebuild lock.

    Args:
        sets_aside: go past events that can't be read, instead of stopping at the first.
    """

    def __init__(
        self, engine: Engine, views: Sequence[View], log: Log, fold: Fold, *, sets_aside: bool
    ) -> None:
        self._engine = engine
        self._views = views
        self._log = log
        self._fold = fold
        self._tables = {view.name: _beside(view) for view in views}
        self._sets_aside = sets_aside
        self._aside: list[PoisonEvent] = []
        self._events = 0
        self._position = 0
        self._fingerprint = ""

    def run(self, progress: Progress | None = None) -> RebuildReport:
        """Rebuild, and change places.

        Raises:
            PoisonEvent: an event can't be read; the old views stand.
        """
        started = time.perf_counter()
        with writing(self._engine) as connection:
            self._clear(connection)
        upto = self._log.last_position()
        for page in self._log.scan(0, upto):
            with writing(self._engine) as connection:
                self._write(connection, page)
            if progress:
                progress(self._position, upto)
        self._index()
        with writing(self._engine) as connection:
            for page in self._log.scan(self._position):
                self._write(connection, page)
            self._change_places(connection)
            rows = {view.name: _count(connection, view.table) for view in self._views}
        return RebuildReport(self._events, time.perf_counter() - started, rows)

    def _clear(self, connection: Connection) -> None:
        for name in inspect(connection).get_table_names():
            if name.endswith(_NEXT):
                _drop(connection, name)
        for table in self._tables.values():
            table.create(connection)

    def _write(self, connection: Connection, page: Sequence[Row]) -> None:
        for poison in self._fold.write(connection, self._tables, page):
            if not self._sets_aside:
                raise poison
            self._aside.append(poison)
        self._events += len(page)
        self._position = page[-1][0]
        self._fingerprint = fingerprint(page[-1])

    def _index(self) -> None:
        # Names of indexes are the database's, and the live table's are taken: a new one each time.
        stamp = uuid4().hex[:8]
        for view in self._views:
            table = self._tables[view.name]
            for columns in view.indexes:
                index = Index(
                    f"{view.name}_{'_'.join(columns)}_{stamp}", *(table.c[name] for name in columns)
                )
                with writing(self._engine) as connection:
                    index.create(connection)

    def _change_places(self, connection: Connection) -> None:
        before = standing.standing(connection)
        for name in {*(before.shapes if before else ()), *(view.name for view in self._views)}:
            _drop(connection, name)
        for view in self._views:
            connection.execute(text(f'ALTER TABLE "{view.name}{_NEXT}" RENAME TO "{view.name}"'))
        shapes = standing.shapes_of(self._views)
        standing.settle(connection, Standing(self._position, self._fingerprint, shapes))
        standing.put_aside(connection, self._aside)


def _beside(view: View) -> Table:
    return view.table.to_metadata(MetaData(), name=view.name + _NEXT)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _drop(connection: Connection, name: str) -> None:
    connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
