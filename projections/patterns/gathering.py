"""From scores as they are read, one after the other, to panels."""

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from projections.patterns.panel import Bools, Entries, Floats, Ints, Panel

_DIGITS = re.compile(r"(\d+)")


class Gathering:
    """The scores of one group by one stratum of raters, until all are read.

    Args:
        group, relation, source: as in :class:`Panel`.
    """

    def __init__(self, group: str, relation: str, source: str) -> None:
        self.group = group
        self.relation = relation
        self.source = source
        self.people = _Index()
        self._periods, self._dimensions = _Index(), _Index()
        self._keys = [array("q") for _ in range(4)]
        self._points, self._at = array("d"), array("d")

    def add(
        self,
        period: str,
        rater: str,
        ratee: str,
        dimension: str,
        points: float,
        at: float = float("nan"),
    ) -> None:
        """Add a score; ``at`` is in seconds since 1970, NaN where nobody knows."""
        periods, raters, ratees, dimensions = self._keys
        periods.append(self._periods[period])
        raters.append(self.people[rater])
        ratees.append(self.people[ratee])
        dimensions.append(self._dimensions[dimension])
        self._points.append(points)
        self._at.append(at)

    def repeated(self) -> tuple[int, int] | None:
        """Return which score was the first to be given twice: its first place, then its second."""
        if not self._points:
            return None
        sizes = [len(self._periods), len(self.people), len(self.people), len(self._dimensions)]
        keys = np.zeros(len(self._points), dtype=np.int64)
        for column, size in zip(self._keys, sizes, strict=True):
            keys = keys * size + np.frombuffer(column, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        again = order[1:][keys[order[1:]] == keys[order[:-1]]]
        if not again.size:
            return None
        second = int(again.min())
        return int(np.flatnonzero(keys == keys[second])[0]), second

    @property
    def codes(self) -> tuple[Ints, Ints, Ints]:
        """Period (in order of time), rater and ratee of each score as numbers. (m,) each"""
        period, rater, ratee, _ = self._keys
        in_time: Ints = self._periods.moved(period, self.periods)
        return in_time, _numbers(rater), _numbers(ratee)

    def part(self, group: str, which: Bools) -> "Gathering":
        """Return some of the scores as a group of its own. (m,)"""
        made = Gathering(group, self.relation, self.source)
        period, rater, ratee, dimension = (_numbers(column)[which] for column in self._keys)
        used = np.unique(np.concatenate([rater, ratee]))
        made.people = self.people.among(used)
        made._periods, periods = _kept(self._periods, period)
        made._dimensions, dimensions = _kept(self._dimensions, dimension)
        columns = (periods, np.searchsorted(used, rater), np.searchsorted(used, ratee), dimensions)
        made._keys = [array("q", column.astype(np.int64).tobytes()) for column in columns]
        made._points, made._at = (
            array("d", np.array(column)[which].tobytes()) for column in (self._points, self._at)
        )
        return made

    @property
    def periods(self) -> list[str]:
        """What the periods are called, in order."""
        return in_order(self._periods)

    def panel(
        self,
        attributes: Mapping[str, Mapping[str, str | None]] | None = None,
        ranks: Mapping[str, float] | None = None,
        decided: Mapping[str, Iterable[int]] | None = None,
        excellent: Iterable[tuple[str, str]] | None = None,
    ) -> Panel:
        """Return the panel of all that was added.

        Args:
            attributes: by name, then by person.
            ranks: by person.
            decided: by person the places of periods in which they were appointed or commended.
            excellent: the period and person of each grade.
        """
        people, periods = sorted(self.people), self.periods
        place = {person: at for at, person in enumerate(people)}
        period_at = {period: at for at, period in enumerate(periods)}
        return Panel(
            group=self.group,
            relation=self.relation,
            source=self.source,
            people=tuple(people),
            periods=tuple(periods),
            dimensions=tuple(sorted(self._dimensions)),
            entries=self._entries(people, periods),
            attributes={
                name: tuple(given.get(person) for person in people)
                for name, given in (attributes or {}).items()
            },
            ranks=None if ranks is None else _floats([ranks.get(who) for who in people]),
            decided={
                place[who]: tuple(whens) for who, whens in (decided or {}).items() if who in place
            },
            excellent=None if excellent is None else _marked(excellent, period_at, place),
        )

    def _entries(self, people: Sequence[str], periods: Sequence[str]) -> Entries:
        period, rater, ratee, dimension = self._keys
        return Entries(
            period=self._periods.moved(period, periods),
            rater=self.people.moved(rater, people),
            ratee=self.people.moved(ratee, people),
            dimension=self._dimensions.moved(dimension, sorted(self._dimensions)),
            points=np.array(self._points, dtype=np.float64),
            at=np.array(self._at, dtype=np.float64),
        )


def in_order(periods: Iterable[str]) -> list[str]:
    """Return periods in the order of their names, the numbers in them as numbers."""
    return sorted(periods, key=_natural)


def _natural(name: str) -> tuple[Any, ...]:
    parts = _DIGITS.split(name)  # text and digits by turns
    return tuple((int(part), part) if at % 2 else part for at, part in enumerate(parts))


class _Index(dict[str, int]):
    """Numbers names as they are met."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number

    def moved(self, keys: "array[int]", order: Sequence[str]) -> Ints:
        """Return keys as places in an order of the same names."""
        place: Ints = np.empty(len(self), dtype=np.intp)
        for at, name in enumerate(order):
            place[self[name]] = at
        moved: Ints = place[_numbers(keys)]
        return moved

    def among(self, used: Ints) -> "_Index":
        """Return the index of some of the names, by their numbers in order."""
        names = [*self]
        made = _Index()
        for number in used.tolist():
            made[names[number]]
        return made


def _kept(index: _Index, numbers: Ints) -> tuple[_Index, Ints]:
    """Return the index of the names in use, and each number in it."""
    used = np.unique(numbers)
    return index.among(used), np.searchsorted(used, numbers)


def _numbers(column: "array[int]") -> Ints:
    return np.array(column, dtype=np.intp)


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values])


def _marked(
    pairs: Iterable[tuple[str, str]], periods: Mapping[str, int], people: Mapping[str, int]
) -> Any:
    marked = np.zeros((len(periods), len(people)), dtype=bool)
    for period, person in pairs:
        if period in periods and person in people:
            marked[periods[period], people[person]] = True
    return marked
