"""The views, compared with the rows that the log makes, without making them anew.

A row is a function of one event, so that both sides are compared block of positions by block, by
digests, whatever order the rows stand in. Answers that are remembered beside the views can't be
made again one by one: they are forgotten, and made anew from the views when asked.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from archive.integrity.verify.digests import Digests, differences, unpacked
from archive.integrity.verify.found import Found
from archive.streams import EVENTS
from domain.sentence import say
from projections import standing
from projections.engine import Views
from projections.facts import VIEWS
from projections.fold import Fold
from projections.folded import BLOCK, folded
from projections.log import Log, fingerprint_at
from projections.rebuild import Progress
from projections.remembered import REMEMBERED

_TOLD: Final = 20
Group = tuple[int, int]
"""A view's number, and a block of positions'."""
Values = tuple[Any, ...]


class ViewsAnew:
    """The views' rows as they are to be, beside those that there are.

    Args:
        views: the archive's.
        log: what they are made of.
        found: where faults go.
    """

    def __init__(self, views: Views, log: Log, found: Found) -> None:
        self.rows: dict[str, int] = {}
        """How many rows there are of each view; empty where none were compared."""
        self.position = 0
        """Up to which event they were compared."""
        self._views = views
        self._log = log
        self._found = found
        self._fold = Fold(VIEWS, EVENTS)
        self._aside: set[int] = set()

    def run(self, progress: Progress | None = None) -> None:
        """Compare what stands in one state of the views."""
        try:
            with self._views.engine.connect() as connection:
                if self._stand(connection):
                    self._compare(connection, progress)
        except SQLAlchemyError as error:
            reason = str(error).partition("\n")[0]
            self._found.fault(say("verify_views_broken", reason=reason))

    def forget(self) -> None:
        """Forget the answers that are remembered beside the views."""
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

    def _compare(self, connection: Connection, progress: Progress | None) -> None:
        digests = Digests[Group]()
        pack = digests.summing.pack
        # In this process alone, since each other one would take as much memory again.
        made = folded(self._log, self._fold, pack, 0, self.position, None)
        with closing(made) as blocks:
            for block in blocks:
                packed = block.packed
                if packed is None:  # an event in it can't be read
                    packed = pack(self._singly(block.after))
                for number, total in enumerate(unpacked(packed)):
                    if total:
                        digests.expect_sum((number, block.after // BLOCK), total)
                if progress:
                    progress(block.upto, self.position)
        for number, view in enumerate(VIEWS):
            count = 0
            for some in _stored(connection, view.table):
                count += len(some)
                for block_number, of_block in _by_block(some):
                    digests.meet((number, block_number), of_block)
            self.rows[view.name] = count
        for group in digests.differing():
            self._tell(connection, group)

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

    def _tell(self, connection: Connection, group: Group) -> None:
        """Name the rows that differ in a block of a view."""
        number, block = group
        view = VIEWS[number]
        expected = ((group, row) for row in self._singly(block * BLOCK, tell=False)[number])
        there = ((group, row) for some in _stored(connection, view.table, block) for row in some)
        missing, odd = differences(expected, there, group.__eq__)
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


def _stored(
    connection: Connection, table: Table, block: int | None = None
) -> Iterator[Sequence[Values]]:
    statement = select(table)
    if block is not None:
        position = table.c.position
        low, high = block * BLOCK, (block + 1) * BLOCK
        among = (position > low) & (position <= high) if block >= 0 else position <= 0
        statement = statement.where(among)
    result = connection.execution_options(yield_per=BLOCK).execute(statement)
    for some in result.partitions():
        yield [tuple(row) for row in some]


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
