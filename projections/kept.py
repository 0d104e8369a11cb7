"""Closed units' years kept from one question to the next, while the log grows between them.

Of a closed year counts what was recorded up to its closing, and behind it what is recorded of
the year itself (roster, quota, components) or of a member's result. Where all that was recorded
is known at the time asked, such a year is the same until one of these events comes.
"""

from collections.abc import Callable, Container, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import func, select

from domain.rules.facts import UnitYear
from projections.facts import VIEWS, roster
from projections.log import Log, known_at
from projections.reader import Reader

T = TypeVar("T")

_MOST = 400  # some hundred MB: the years that the decisions of a city rest on


class _Entry(NamedTuple):
    year: int
    cadres: frozenset[str]
    value: Any

    def stands(self, touched: Container[tuple[int, str | None]]) -> bool:
        """Tell if nothing was recorded of the year, or of a member's result of it."""
        return (self.year, None) not in touched and not any(
            (self.year, cadre) in touched for cadre in self.cadres
        )


class Kept:
    """What questions of one archive fetched of closed years.

    Args:
        log: whose events tell what is no longer so.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._asked_before = False
        self._position = 0
        self._known_at: int | None = None
        self._entries: dict[Hashable, _Entry] = {}

    def serves(self, reader: Reader) -> bool:
        """Go on to the reader's position; tell whether it sees all that was recorded up to there.

        One question alone keeps nothing: knowing when everything became known takes a scan.
        """
        position, moment = reader.as_of.position, reader.as_of.known_at
        if position is None or moment is None or position < self._position:
            return False
        if self._known_at is not None:
            self._go_on(position, self._known_at)
        elif self._asked_before:
            self._position, self._known_at = position, _last_known(reader)
        self._asked_before = True
        return self._known_at is not None and self._known_at <= moment

    def get(
        self,
        reader: Reader,
        key: Hashable,
        facts: Callable[[T], Sequence[UnitYear]],
        make: Callable[[], T],
    ) -> T:
        """Return what ``make`` returns, kept where it rests on closed years alone.

        Args:
            key: tells it from whatever else is kept.
            facts: the years that it rests on, of one calendar year.
        """
        if key in self._entries:
            self._entries[key] = self._entries.pop(key)  # as the last
            kept: T = self._entries[key].value
            return kept
        made = make()
        rests_on = facts(made)
        cadres = [member.cadre for unit_year in rests_on for member in unit_year.members]
        if rests_on and all(own.closing for own in rests_on) and _once(reader, rests_on, cadres):
            self._entries[key] = _Entry(rests_on[0].year, frozenset(cadres), made)
            if len(self._entries) > _MOST:
                del self._entries[next(iter(self._entries))]
        return made

    def _go_on(self, position: int, latest: int) -> None:
        touched: set[tuple[int, str | None]] = set()
        for page in self._log.scan(self._position, position):
            for _, stream, _, _, state in page:
                kind, *about = stream.split("/")
                if kind in ("year", "result"):
                    touched.add((int(about[0]), about[1] if kind == "result" else None))
                latest = max(latest, known_at(state) or latest)
        self._position, self._known_at = position, latest
        if touched:
            self._entries = {
                key: entry for key, entry in self._entries.items() if entry.stands(touched)
            }


def _once(reader: Reader, facts: Sequence[UnitYear], cadres: Sequence[str]) -> bool:
    """Tell if each cadre was on one unit's roster only.

    Where others are ranked may rest on the closings of other units.
    """
    columns = roster.table.c
    this_year = columns.year == facts[0].year
    rows = reader.rows_of(roster, "cadre", cadres, this_year)
    return len({(row.cadre, row.unit) for row in rows}) == len(set(cadres)) == len(cadres)


def _last_known(reader: Reader) -> int:
    """Return when the last of all facts became known, in microseconds."""
    asked = (select(func.max(view.table.c.known_at)) for view in VIEWS)
    known = (reader.connection.execute(query).scalar_one() for query in asked)
    return max((at for at in known if at is not None), default=0)
