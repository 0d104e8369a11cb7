"""The dual circular on work logs (日志双通报): how completely they were rated, and how well (R29).

No rule says how many days a cadre should have entered. What can be told is which entered days
were rated: completion is their share. Whoever entered nothing has none.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import Row

from domain.period import Period
from projections.facts import log_entries, roster, scores, supervision, units
from projections.listing import roster_lines
from projections.ranking import names_of
from projections.reader import Reader, latest

Subject = Literal["log_completion", "log_rating"]
SUBJECTS: tuple[Subject, ...] = ("log_completion", "log_rating")


@dataclass(frozen=True, slots=True)
class Logged:
    """One cadre's work log in one unit over a period, in days.

    Args:
        entered, rated: days with an entry, and those of them with a valid rating.
        ratings: all valid ratings of days within the period, in hundredths.
        evidence: the positions of the entries and ratings counted.
    """

    cadre: str
    name: str
    entered: int
    rated: int
    ratings: tuple[int, ...]
    evidence: tuple[int, ...]

    @property
    def completion(self) -> Fraction | None:
        """The share of the entered days that were rated; None where nothing was entered."""
        return Fraction(self.rated, self.entered) if self.entered else None

    @property
    def mean(self) -> Fraction | None:
        """The mean rating, in hundredths, exact."""
        return Fraction(sum(self.ratings), len(self.ratings)) if self.ratings else None


@dataclass(frozen=True, slots=True)
class DualCircular:
    """Both tables of one unit and period, and when each was issued, if it was.

    Args:
        name: the unit's name; None where it isn't registered.
        issued: the day and position of the last circular on this subject and period.
    """

    unit: str
    name: str | None
    period: Period
    logged: tuple[Logged, ...]
    issued: dict[Subject, tuple[date, int]]


def dual_circular(reader: Reader, unit: str, period: Period) -> DualCircular:
    """Return the work logs of everybody on the unit's roster of the period's year."""
    own = reader.rows_of(roster, "unit", [unit], roster.table.c.year == period.year)
    cadres = sorted(line.cadre for line in roster_lines(reader, own) if line.participates != "no")
    names = names_of(reader, cadres)
    entries = _entries(reader, unit, period, cadres)
    ratings = _ratings(reader, unit, period, cadres)
    logged = tuple(
        _logged(cadre, names.get(cadre, ""), entries[cadre], ratings[cadre]) for cadre in cadres
    )
    return DualCircular(unit, _name(reader, unit), period, logged, _issued(reader, unit, period))


def _name(reader: Reader, unit: str) -> str | None:
    registered = latest(reader.rows(units, units.table.c.unit == unit), "unit")
    return next((row.name for row in registered.values()), None)


def _logged(cadre: str, name: str, entries: list[Row[Any]], ratings: dict[str, Row[Any]]) -> Logged:
    days = {entry.day for entry in entries}
    counted = [*entries, *ratings.values()]
    return Logged(
        cadre=cadre,
        name=name,
        entered=len(days),
        rated=len(days & ratings.keys()),
        ratings=tuple(ratings[day].points for day in sorted(ratings)),
        evidence=tuple(sorted(row.position for row in counted)),
    )


def _entries(
    reader: Reader, unit: str, period: Period, cadres: list[str]
) -> dict[str, list[Row[Any]]]:
    columns = log_entries.table.c
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in reader.rows_of(
        log_entries,
        "cadre",
        cadres,
        columns.year == period.year,
        columns.unit == unit,
        columns.day.between(period.starts.isoformat(), period.ends.isoformat()),
    ):
        found[row.cadre].append(row)
    return found


def _ratings(
    reader: Reader, unit: str, period: Period, cadres: list[str]
) -> dict[str, dict[str, Row[Any]]]:
    """Return the ratings that stand by cadre and day; a correction takes the place of its day's."""
    columns = scores.table.c
    rows = reader.rows_of(
        scores,
        "ratee",
        cadres,
        columns.year == period.year,
        columns.source == "log",
        columns.unit == unit,
        columns.dimension.between(period.starts.isoformat(), period.ends.isoformat()),
    )
    found: dict[str, dict[str, Row[Any]]] = defaultdict(dict)
    for (cadre, day), row in latest(rows, "ratee", "dimension").items():
        if reader.stands(row.position):
            found[cadre][day] = row
    return found


def _issued(reader: Reader, unit: str, period: Period) -> dict[Subject, tuple[date, int]]:
    columns = supervision.table.c
    rows = reader.rows_of(
        supervision, "unit", [unit], columns.year == period.year, columns.kind == "circular"
    )
    of_period = (r for r in rows if r.period == period.text and reader.stands(r.position))
    return {
        subject: (date.fromisoformat(row.on), row.position)
        for (subject,), row in latest(of_period, "item").items()
    }
