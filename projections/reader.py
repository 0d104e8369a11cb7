"""Reading facts as of a point in time, and counting what the reader of an answer must know."""

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, false, func, select

from domain.sentence import Sentence
from projections.as_of import AsOf
from projections.facts.withdrawals import withdrawals
from projections.view import View

if TYPE_CHECKING:
    from projections.kept import Kept
    from projections.log import Log

Made = TypeVar("Made")


class _Withdrawal(NamedTuple):
    withdrawn: int
    position: int


_REMEMBERED = 32  # a unit's years and what they are compared with, not the whole city's
_CHUNK = 500  # values in one IN list, below every database's limit


class Reader:
    """Fetches rows that count as of one point in time.

    ``notes`` are what else the reader of the answer should know, ``late`` counts the events that
    were recorded after that time (imported later), and ``legacy`` those that rest on paper
    history's dates, however often their rows are fetched.

    Args:
        later: a reader of all this and more; what is the same there needn't be fetched anew.
    """

    kept: "Kept | None" = None
    """What earlier questions fetched and is still so; only where many are asked in a row."""

    log: "Log | None" = None
    """Where to look up whether what was remembered of a past moment still stands."""

    def __init__(self, connection: Connection, as_of: AsOf, later: "Reader | None" = None) -> None:
        self.connection = connection
        self.as_of = as_of
        self.later = later
        self.notes: list[Sentence] = []
        self._late: list[list[int]] = []
        self._legacy: list[list[int]] = []
        self._recalled = 0, 0
        self._withdrawn: dict[int, int] | None = None
        self._remembered: dict[Hashable, Any] = {}

    @property
    def late(self) -> int:
        """How many events among what was fetched were recorded after the time asked for."""
        return len(set().union(*self._late)) + self._recalled[0]

    @property
    def legacy(self) -> int:
        """How many events among what was fetched rest on paper history's dates."""
        return len(set().union(*self._legacy)) + self._recalled[1]

    def count_recalled(self, late: int, legacy: int) -> None:
        """Count the events of an answer that was remembered and not fetched."""
        self._recalled = late, legacy

    def rows(self, view: View, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Return the rows of ``view`` that meet the conditions, in the log's order."""
        return self._fetched(view, conditions)

    def rows_of(
        self, view: View, column: str, values: Sequence[Any], *conditions: ColumnElement[bool]
    ) -> Iterator[Row[Any]]:
        """Yield the rows whose ``column`` is one of ``values``, however many there are."""
        for some in among(view, column, values):
            yield from self.rows(view, some, *conditions)

    def tuples(
        self, view: View, shape: type[NamedTuple], *conditions: ColumnElement[bool]
    ) -> Sequence[tuple[Any, ...]]:
        """Return rows as plain tuples of some columns, where a year of the city is fetched.

        Args:
            shape: a NamedTuple that names the columns, ``position`` among them; behind them
                stand whether a row is legacy and whether it is late.
        """
        columns, names = view.table.c, shape._fields
        query = select(*(columns[name] for name in names), columns.legacy, self.late_row(view))
        rows = _plain(self.connection, query.where(*conditions, *self.as_of.conditions(view.table)))
        position = names.index("position")
        rows.sort(key=itemgetter(position))
        self._legacy.append([row[position] for row in rows if row[-2]])
        if self.as_of.known_at is not None:
            self._late.append([row[position] for row in rows if row[-1]])
        return rows

    def tuples_of(
        self,
        view: View,
        shape: type[NamedTuple],
        column: str,
        values: Sequence[Any],
        *conditions: ColumnElement[bool],
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the tuples whose ``column`` is one of ``values``."""
        for some in among(view, column, values):
            yield from self.tuples(view, shape, some, *conditions)

    def packed(
        self,
        view: View,
        shape: type[NamedTuple],
        by: str,
        *conditions: ColumnElement[bool],
        beside: Sequence[ColumnElement[Any]] = (),
    ) -> list[tuple[Any, ...]]:
        """Return rows packed by the values of a column, where a year of the city is fetched.

        The database makes an array of arrays of each group, which one call reads: half the time
        that as many rows take.

        Args:
            shape: a NamedTuple that names the columns of the inner arrays.
            by: the column whose values tell the groups apart.
            beside: aggregates of a group.

        Returns:
            Each group's value, its rows in no order as JSON, and what was asked for beside.
        """
        columns = view.table.c
        array, inner = _JSON[self.connection.dialect.name]
        rows = array(inner(*(columns[name] for name in shape._fields)))
        query = select(columns[by], cast(rows, Text), *beside).group_by(columns[by])
        limits = (*conditions, *self.as_of.conditions(view.table))
        return _plain(self.connection, query.where(*limits))

    def late_row(self, view: View) -> ColumnElement[bool]:
        """Return what tells whether a row was recorded after the time asked for."""
        known_at = self.as_of.known_at
        return false() if known_at is None else view.table.c.recorded_at > known_at

    def count(self, positions: list[int], *, legacy: bool, late: bool) -> None:
        """Count what was fetched packed, where these rows are all alike."""
        if legacy:
            self._legacy.append(positions)
        if late:
            self._late.append(positions)

    def packed_of(
        self,
        view: View,
        shape: type[NamedTuple],
        by: str,
        values: Sequence[Any],
        *conditions: ColumnElement[bool],
        beside: Sequence[ColumnElement[Any]] = (),
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the packed rows of groups whose value is one of ``values``."""
        for some in among(view, by, values):
            yield from self.packed(view, shape, by, some, *conditions, beside=beside)

    def stands(self, position: int, upto: int | None = None) -> bool:
        """Tell if the fact at ``position`` wasn't withdrawn, or not before position ``upto``."""
        by = self._withdrawals().get(position)
        return by is None or (upto is not None and by > upto)

    def withdrawn(self, upto: int | None = None) -> Container[int]:
        """Return the positions of the facts withdrawn, by position ``upto``."""
        by = self._withdrawals()
        return by.keys() if upto is None else {what for what, at in by.items() if at <= upto}

    def _withdrawals(self) -> dict[int, int]:
        """Return by position of a fact that of its withdrawal; few are ever withdrawn."""
        if self._withdrawn is None:
            rows = self.tuples(withdrawals, _Withdrawal)
            self._withdrawn = {withdrawn: position for withdrawn, position, *_ in rows}
        return self._withdrawn

    def remembered(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what ``make`` returns; for the last keys asked for it is made once.

        What is read is one state, so that nothing remembered grows old.

        Args:
            key: tells it from whatever else is remembered here.
        """
        made: Made = self._remembered.pop(key) if key in self._remembered else make()
        self._remembered[key] = made  # as the last
        if len(self._remembered) > _REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        return made

    def _fetched(self, view: View, conditions: Iterable[ColumnElement[bool]]) -> Sequence[Row[Any]]:
        table = view.table
        query = select(table).where(*conditions, *self.as_of.conditions(table))
        rows = sorted(self.connection.execute(query).all(), key=_in_the_log)
        if (known_at := self.as_of.known_at) is not None:
            self._late.append([row.position for row in rows if row.recorded_at > known_at])
        self._legacy.append([row.position for row in rows if row.legacy])
        return rows


_JSON: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sqlite": (func.json_group_array, func.json_array),
    "postgresql": (func.json_agg, func.json_build_array),
}
"""What makes an array of many rows, and one of a row."""

# Databases give rows in whatever order they find them; answers have one order on all of them.
_in_the_log = itemgetter(0)


def _plain(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Return rows as the driver gives them, which takes half the time."""
    with connection.execute(query) as result:
        assert result.cursor is not None
        return list(result.cursor.fetchall())


def among(view: View, column: str, values: Sequence[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that a column is one of ``values``, together however many there are."""
    for first in range(0, len(values), _CHUNK):
        yield view.table.c[column].in_(values[first : first + _CHUNK])


def latest(rows: Iterable[Row[Any]], *key: str) -> dict[Any, Row[Any]]:
    """Return the last row about each thing: by known_at, then by position."""
    last: dict[Any, Row[Any]] = {}
    for row in rows:
        thing = tuple(getattr(row, column) for column in key)
        before = last.get(thing)
        if before is None or (before.known_at, before.position) < (row.known_at, row.position):
            last[thing] = row
    return last
