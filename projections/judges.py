"""Which units judge cadres in one year, and what each of them may use."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row

from projections.listing import Lines
from projections.reader import Reader
from projections.view import View


class Placed(Protocol):
    """A row that has its place in the log."""

    @property
    def position(self) -> Any:
        """The place of its event."""


class Judges:
    """The units on whose rosters some cadres stand.

    Args:
        lines: the roster lines, of one or more units, that stand.
        whole: everybody of that year; a fetch is then a scan rather than look-ups.
        closed: the position of each closed unit's closing; what was recorded behind it doesn't
            count there.
    """

    def __init__(
        self,
        reader: Reader,
        year: int,
        lines: Lines,
        *,
        whole: bool,
        closed: Mapping[str, int],
    ) -> None:
        self.reader = reader
        self.year = year
        self.cadres = None if whole else sorted({line.cadre for line in lines})
        self.closed = closed
        self.units: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            self.units[line.cadre].append(line.unit)

    def rows(self, view: View) -> Iterable[Row[Any]]:
        """Return the year's rows of a view about the cadres."""
        return self.rows_about(view, view.table.c.year == self.year)

    def rows_about(self, view: View, *conditions: ColumnElement[bool]) -> Iterable[Row[Any]]:
        """Return rows about the cadres, of whatever year."""
        if self.cadres is None:
            return self.reader.rows(view, *conditions)
        return self.reader.rows_of(view, "cadre", self.cadres, *conditions)

    def judging(self, row: Placed, cadre: str) -> Iterator[str]:
        """Yield the units that judge the cadre and hadn't closed the year before this row."""
        for unit in self.units.get(cadre, ()):
            if row.position <= self.closed.get(unit, row.position):
                yield unit

    def stands(self, row: Placed, unit: str) -> bool:
        """Tell if a fact wasn't withdrawn, or not before the unit had closed the year."""
        return self.reader.stands(row.position, self.closed.get(unit))

    def withdrawn(self, unit: str) -> Container[int]:
        """Return the facts withdrawn, those withdrawn before the unit had closed the year."""
        return self.reader.withdrawn(self.closed.get(unit))
