"""Any table of scores as panels: the columns of a CSV, checked row by row.

What would make every statistic wrong is refused with its row: a score given twice, points that
are no number, ids or names that differ only by case or spaces. Whether a group can be assessed is
told later, group by group.
"""

import csv
import math
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from domain.refusal import Refusal
from domain.sentence import Sentence, say
from domain.times import micros, parse_moment
from projections.patterns.gathering import Gathering
from projections.patterns.panel import Panel

REQUIRED = ("period", "group", "rater", "ratee", "points")
OPTIONAL = ("relation", "dimension", "at")
_NAMED = ("period", "group", "relation", "dimension")
_SIDES = ("rater_", "ratee_")
MOST = 1e6
"""Points beyond it, either way, are no score."""


@dataclass(frozen=True, slots=True)
class Table:
    """The panels of a table, and what its reader should know."""

    panels: tuple[Panel, ...]
    notes: tuple[Sentence, ...]


def read_table(lines: Iterable[str]) -> Table:
    """Return the panels of a table of scores, one for each group and relation.

    Of what several rows say about a person (``rater_school`` …) the last counts.

    Args:
        lines: the table's lines, with their ends, the first with the columns' names.

    Raises:
        Refusal: a column is missing, or a row can't be used; it is named by its number.
    """
    reader = csv.reader(lines, strict=True)
    columns = _Columns(_next(reader, 1) or ())
    strata = _Strata()
    attributes: dict[str, dict[str, str | None]] = defaultdict(dict)
    periods, groups, relations, dimensions = map(_Names, _NAMED)
    ids, oneself = _Ids(), 0
    for number, cells in _rows(reader, columns.width):
        period, group, rater, ratee, points, relation, dimension, at = columns.pick(cells)
        if rater not in ids or ratee not in ids:
            ids.meet((rater, ratee), number)
        for name, of_ratee, place in columns.attributes:
            if value := cells[place].strip():
                attributes[name][ratee if of_ratee else rater] = value
        if rater == ratee:
            oneself += 1
            continue
        given = _points(points, number), _at(at, number) if at else math.nan
        try:
            if not (periods[period] and groups[group]):
                raise Refusal(say("table_cell_missing", row=number))
            gathering, numbers = strata[groups[group], relations[relation]]
            gathering.add(periods[period], rater, ratee, dimensions[dimension], *given)
        except _DiffersError as name:
            raise Refusal(say("table_name_differs", row=number, **name.told)) from None
        numbers.append(number)
    strata.must_be_given_once()
    panels = (strata[key][0].panel(attributes) for key in sorted(strata))
    return Table(tuple(panels), tuple(_notes(columns.unknown, oneself)))


class _Columns:
    """Where in a row each column stands; a column that the table hasn't is empty."""

    def __init__(self, header: Sequence[str]) -> None:
        names = [name.strip() for name in header]
        twice = next((name for name in names if name and names.count(name) > 1), None)
        if twice is not None:
            raise Refusal(say("table_column_twice", column=twice))
        missing = tuple(name for name in REQUIRED if name not in names)
        if missing:
            raise Refusal(say("table_columns_missing", missing=missing, found=tuple(names) or "—"))
        self.width = len(names)
        places = {name: place for place, name in enumerate(names)}
        self.pick = itemgetter(*(places.get(name, self.width) for name in (*REQUIRED, *OPTIONAL)))
        self.attributes = [
            (name[6:], name.startswith("ratee"), place)
            for name, place in places.items()
            if name.startswith(_SIDES)
        ]
        known = (*REQUIRED, *OPTIONAL)
        self.unknown = [n for n in names if n not in known and not n.startswith(_SIDES)]


class _DiffersError(ValueError):
    """A name that differs from an earlier one only by case or spaces; ``told`` says which."""

    def __init__(self, **told: str) -> None:
        super().__init__(told)
        self.told = told


class _Names(dict[str, str]):
    """The names of one column without the spaces around them, by how they are written."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self._column = column
        self._first: dict[str, str] = {}

    def __missing__(self, written: str) -> str:
        name = written.strip()
        first = self._first.setdefault(_folded(name), name)
        if first != name:
            raise _DiffersError(column=self._column, written=name, first=first)
        self[written] = name
        return name


class _Ids(set[str]):
    """Ids as they were first written, to find those that differ only by case or spaces."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[str, tuple[str, int]] = {}

    def meet(self, written: Iterable[str], number: int) -> None:
        """Take in the ids of a row.

        Raises:
            Refusal: one is missing, or another row spells it otherwise.
        """
        for name in written:
            folded = _folded(name)
            if not folded:
                raise Refusal(say("table_id_missing", row=number))
            first, row = self._first.setdefault(folded, (name, number))
            if first != name:
                raise Refusal(
                    say("table_id_differs", row=number, written=name, first=first, first_row=row)
                )
            self.add(name)


def _folded(name: str) -> str:
    """Return a name without what is easily written otherwise: case, width and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


class _Strata(dict[tuple[str, str], tuple[Gathering, "array[int]"]]):
    """What was gathered by group and relation, and the number of each score's row."""

    def __missing__(self, key: tuple[str, str]) -> tuple[Gathering, "array[int]"]:
        self[key] = made = Gathering(*key, ""), array("q")
        return made

    def must_be_given_once(self) -> None:
        """Raise a refusal unless there are scores, each given once."""
        if not self:
            raise Refusal(say("table_empty"))
        for gathering, numbers in self.values():
            repeated = gathering.repeated()
            if repeated is not None:
                first, second = (numbers[place] for place in repeated)
                raise Refusal(say("table_row_twice", row=second, first=first))


def _rows(reader: Iterator[list[str]], width: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that aren't blank with their numbers, an empty cell behind each.

    The header is row 1.
    """
    number = 1
    while (cells := _next(reader, number + 1)) is not None:
        number += 1
        if not any(cells):
            continue
        if len(cells) != width:
            raise Refusal(say("table_width", row=number, found=len(cells), needed=width))
        cells.append("")
        yield number, cells


def _next(reader: Iterator[list[str]], number: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise Refusal(say("table_broken", row=number, reason=error)) from None


def _points(text: str, number: int) -> float:
    try:
        points = float(text)
    except ValueError:
        points = math.nan
    if not abs(points) <= MOST or "_" in text:
        raise Refusal(say("table_points", row=number, value=text.strip() or "—"))
    return points


def _at(text: str, number: int) -> float:
    if not text.strip():
        return math.nan
    moment = parse_moment(text.strip())
    if moment is None:
        raise Refusal(say("table_at", row=number, value=text))
    return micros(moment) / 1e6


def _notes(unknown: Sequence[str], oneself: int) -> Iterator[Sentence]:
    if unknown:
        yield say("table_columns_unknown", columns=tuple(unknown))
    if oneself:
        yield say("table_oneself", n=oneself)
