"""Reading facts as of a point in time, and counting what the reader of an answer must know."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, select

from domain.sentence import Sentence
from projections.as_of import AsOf
from projections.facts.withdrawals import withdrawals
from projections.view import View

T = TypeVar("T", bound=NamedTuple)

_CHUNK = 500  # values in one IN list, below every database's limit


class Reader:
    """Fetches rows that count as of one point in time.

    ``notes`` are what else the reader of the answer should know, ``late`` counts the rows that
    were recorded after that time (imported later), and ``legacy`` those that rest on paper
    history's dates.
    """

    def __init__(self, connection: Connection, as_of: AsOf) -> None:
        self.connection = connection
        self.as_of = as_of
        self.late = 0
        self.legacy = 0
        self.notes: list[Sentence] = []
        self._withdrawn: dict[int, int] | None = None

    def rows(self, view: View, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Return the rows of ``view`` that meet the conditions, in no certain order."""
        return self._fetched(view, view.table.c.keys(), conditions)

    def rows_of(
        self, view: View, column: str, values: Sequence[Any], *conditions: ColumnElement[bool]
    ) -> Iterator[Row[Any]]:
        """Yield the rows whose ``column`` is one of ``values``, however many there are."""
        for among in _among(view, column, values):
            yield from self.rows(view, among, *conditions)

    def shaped(self, view: View, shape: type[T], *conditions: ColumnElement[bool]) -> Iterator[T]:
        """Yield rows as named tuples of some columns, where a year of the city is fetched.

        Args:
            shape: a NamedTuple; it has ``recorded_at`` and ``legacy``, which are counted.
        """
        return map(shape._make, self._fetched(view, shape._fields, conditions))

    def shaped_of(
        self,
        view: View,
        shape: type[T],
        column: str,
        values: Sequence[Any],
        *conditions: ColumnElement[bool],
    ) -> Iterator[T]:
        """Yield the named tuples whose ``column`` is one of ``values``."""
        for among in _among(view, column, values):
            yield from self.shaped(view, shape, among, *conditions)

    def stands(self, position: int, upto: int | None = None) -> bool:
        """Tell if the fact at ``position`` wasn't withdrawn, or not before position ``upto``."""
        if self._withdrawn is None:
            rows = self.rows(withdrawals)
            self._withdrawn = {row.withdrawn: row.position for row in rows}
        by = self._withdrawn.get(position)
        return by is None or (upto is not None and by > upto)

    def _fetched(
        self, view: View, names: Sequence[str], conditions: Iterable[ColumnElement[bool]]
    ) -> Sequence[Row[Any]]:
        table = view.table
        query = select(*(table.c[name] for name in names))
        query = query.where(*conditions, *self.as_of.conditions(table))
        rows = self.connection.execute(query).all()
        recorded, legacy = names.index("recorded_at"), names.index("legacy")
        if (known_at := self.as_of.known_at) is not None:
            self.late += sum(row[recorded] > known_at for row in rows)
        self.legacy += sum(row[legacy] for row in rows)
        return rows


def _among(view: View, column: str, values: Sequence[Any]) -> Iterator[ColumnElement[bool]]:
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
