"""The views, compared with the rows that the log makes, without making them anew.

A row is a function of one event, so that both sides are compared block of positions by block, by
digests, whatever order the rows stand in. Answers that are remembered beside the views can't be
made again one by one: they are forgotten, and made anew from the views when asked.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from archive.integrity.verify.digests import Digests, Summing, differences, unpacked
from archive.integrity.verify.found import Found
from archive.store.location import open_log
from archive.streams import EVENTS
from archive.views import open_views
from domain.sentence import say
from projections import standing
from projections.engine import Views
from projections.facts import VIEWS
from projections.fold import Fold
from projections.folded import BLOCK
from projections.log import Log, fingerprint_at
from projections.rebuild import Progress
from projections.remembered import REMEMBERED

_TOLD: Final = 20
Values = tuple[Any, ...]
Sums = list[int]
"""The sum over the rows of each view."""


class ViewsAnew:
    """The views' rows as they are to be, beside those that there are.

    The former are made by another process while this one looks at the log and the ledger.

    Args:
        location: the archive's.
        found: where faults go.
    """

    def __init__(self, location: str | Path, found: Found) -> None:
        self.rows: dict[str, int] = {}
        """How many rows there are of each view; empty where none were compared."""
        self.position = 0
        """Up to which event they were compared."""
        self._location = location
        self._found = found
        self._fold = Fold(VIEWS, EVENTS)
        self._summing = Summing()
        self._aside: set[int] = set()
        self._opened = ExitStack()
        self._ended = False
        self._log: Log
        self._views: Views | None = None
        self._connection: Connection
        self._made: Future[dict[int, Sums | None]] | None = None

    def begin(self) -> None:
        """Begin to make rows, if there are views of this program's, of this log.

        Raises:
            Refusal: the log can't be opened.
        """
        self._log = self._opened.enter_context(closing(open_log(self._location)))
        views = open_views(self._location, self._log)
        self._opened.enter_context(closing(views.database))
        self._views = views
        try:
            self._connection = self._opened.enter_context(views.engine.connect())
            if self._stand(self._connection):
                beside = self._opened.enter_context(ThreadPoolExecutor(1))
                self._made = beside.submit(self._make, views)
        except SQLAlchemyError as error:
            self._broken(error)

    def run(self, progress: Progress | None = None) -> None:
        """Compare them with what stands in the state of the views that there was at the beginning.

        Args:
            progress: told (done, of) in views.
        """
        if self._made is None:
            return
        made = self._made.result()
        try:
            self._compare(made, progress)
        except (SQLAlchemyError, self._connection.dialect.loaded_dbapi.Error) as error:
            self._broken(error)

    def close(self) -> None:
        """Close what was opened, and end the other process."""
        self._ended = True
        self._opened.close()

    def forget(self) -> None:
        """Forget the answers that are remembered beside the views."""
        if self._views is None:
            return
        try:
            with self._views.database.writing() as connection:
                if connection.execute(select(func.count()).select_from(REMEMBERED)).scalar():
                    connection.execute(delete(REMEMBERED))
        except SQLAlchemyError as error:
            reason = str(error).partition("\n")[0]
            self._found.note(say("verify_not_forgotten", reason=reason))

    def _stand(self, connection: Connection) -> bool:
        """Tell whether there are views of this program's, of this log."""
        try:
            stands = standing.standing(connection)
            aside = standing.set_aside(connection)
        except SQLAlchemyError:
            stands, aside = None, []  # none were made yet
        if stands is None or stands.shapes != standing.shapes_of(VIEWS):
            self._found.note(say("verify_no_views"))
            return False
        if any(each.unknown_topic and self._fold.knows(each.topic) for each in aside):
            self._found.note(say("verify_no_views"))  # the next question reads them
            return False
        self._aside = {each.position for each in aside}
        self.position = stands.position
        if stands.fingerprint != fingerprint_at(self._log, stands.position):
            self._found.fault(say("verify_views_elsewhere", position=stands.position))
            self.position = min(stands.position, self._log.last_position())
        return True

    def _make(self, views: Views) -> dict[int, Sums | None]:
        """Return the sums of each block by its number; none of one with an event it can't read."""
        sums: dict[int, Sums | None] = {}
        with closing(views.folded_beside(self._summing.pack, self.position)) as blocks:
            for block in blocks:
                packed = block.packed
                sums[block.after // BLOCK] = None if packed is None else unpacked(packed)
                if self._ended:
                    break
        return sums

    def _compare(self, made: dict[int, Sums | None], progress: Progress | None) -> None:
        sums = {
            number: [self._summing.sum(rows) for rows in self._singly(number * BLOCK)]
            if of_block is None
            else of_block
            for number, of_block in made.items()
        }
        for number, view in enumerate(VIEWS):
            count, left = 0, sum(of_block[number] for of_block in sums.values())
            for some in _stored(self._connection, view.table):
                count += len(some)
                left -= self._summing.sum(some)
            self.rows[view.name] = count
            if left:
                self._tell(number, {block: of_block[number] for block, of_block in sums.items()})
            if progress:
                progress(number + 1, len(VIEWS))

    def _singly(self, after: int, *, tell: bool = True) -> list[list[Values]]:
        """Return the rows of a block without those of its events that can't be read."""
        rows: list[list[Values]] = [[] for _ in VIEWS]
        for page in self._log.scan(after, min(after + BLOCK, self.position)):
            for row in page:
                try:
                    made = self._fold.rows([row])
                except Exception:
                    if tell and row[0] not in self._aside:
                        told = say("verify_not_set_aside", position=row[0])
                        self._found.fault(told, row[0], row[1], row[2])
                    continue
                for of_view, more in zip(rows, made, strict=True):
                    of_view += more
        return rows

    def _tell(self, number: int, sums: dict[int, int]) -> None:
        """Name the rows of a view that differ, block by block."""
        view, digests = VIEWS[number], Digests[int](self._summing)
        for block, total in sums.items():
            digests.expect_sum(block, total)
        for some in _stored(self._connection, view.table):
            for block, of_block in _by_block(some):
                digests.meet(block, of_block)
        for block in digests.differing():
            self._tell_block(number, block)

    def _tell_block(self, number: int, block: int) -> None:
        view, table = VIEWS[number], VIEWS[number].table
        expected = ((block, row) for row in self._singly(block * BLOCK, tell=False)[number])
        there = ((block, row) for some in _stored(self._connection, table, block) for row in some)
        missing, odd = differences(expected, there, block.__eq__)
        lacking = {row[0] for row in missing}
        if not missing and not odd:  # a position that is no number
            self._found.fault(say("verify_view_row_odd", view=view.name, position=""))
        for position in sorted(lacking | {row[0] for row in odd}, key=_number)[:_TOLD]:
            told = say(
                "verify_view_row" if position in lacking else "verify_view_row_odd",
                view=view.name,
                position=position,
            )
            self._found.fault(told, position if isinstance(position, int) else None)

    def _broken(self, error: Exception) -> None:
        reason = str(error).partition("\n")[0]
        self._found.fault(say("verify_views_broken", reason=reason))


def _stored(
    connection: Connection, table: Table, block: int | None = None
) -> Iterator[Sequence[Values]]:
    statement = select(table)
    if block is not None:
        position = table.c.position
        low, high = block * BLOCK, (block + 1) * BLOCK
        among = (position > low) & (position <= high) if block >= 0 else position <= 0
        statement = statement.where(among)
    given = {"literal_binds": True}
    text = str(statement.compile(dialect=connection.dialect, compile_kwargs=given))
    # Rows as the driver has them, since SQLAlchemy's own cost as much again.
    driver: Any = connection.connection.driver_connection
    on_server = connection.dialect.name == "postgresql"
    with closing(driver.cursor("rows", binary=True) if on_server else driver.cursor()) as cursor:
        cursor.execute(text)
        while some := cursor.fetchmany(BLOCK):
            yield some


def _by_block(rows: Sequence[Values]) -> Iterator[tuple[int, Sequence[Values]]]:
    """Yield rows by the block that their events are in; what has no such position is of -1."""
    blocks: dict[int, list[Values]] = {}
    for row in rows:
        position = row[0]
        right = isinstance(position, int) and position > 0
        blocks.setdefault((position - 1) // BLOCK if right else -1, []).append(row)
    yield from blocks.items()


def _number(position: object) -> int:
    return position if isinstance(position, int) else -1
