"""The audit trail (评分审计): who scored whom, with corrections and voids, and who didn't."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select

from domain.rules.transfers import list_of
from projections.cadre_year import ordered
from projections.facts import expected, scores, work_items
from projections.facts.withdrawals import withdrawals
from projections.reader import Reader, latest
from projections.view import View

Status = Literal["valid", "corrected", "voided"]
NO_LISTS: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Which:
    """Which scores are asked for; what is None doesn't limit."""

    ratee: str | None = None
    rater: str | None = None
    unit: str | None = None
    year: int | None = None
    round: str | None = None
    source: str | None = None

    def conditions(self, view: View) -> list[ColumnElement[bool]]:
        """Return the conditions on a view that has these columns."""
        asked = {name: getattr(self, name) for name in self.__slots__}
        return [
            view.table.c[name] == value
            for name, value in asked.items()
            if value is not None and name in view.table.c
        ]

    def found_by(self, reader: Reader, view: View) -> list[ColumnElement[bool]]:
        """Return the conditions, so that an index serves those that name a unit and no year."""
        conditions, year = self.conditions(view), view.table.c.year
        if self.unit is None or {self.year, self.ratee, self.rater} != {None}:
            return conditions
        first, last = reader.connection.execute(select(func.min(year), func.max(year))).one()
        return [*conditions, year.in_(range(first, last + 1) if first else ())]


class Recorded(NamedTuple):
    """What is read of a row of scores; a plain tuple, since a cadre's years have many."""

    known_at: int
    position: int
    recorded_at: int
    on: str
    legacy: int
    document: str | None
    source: str
    year: int
    unit: str
    round: str | None
    rater: str
    ratee: str
    relation: str
    dimension: str
    change: str
    points: int | None
    reason: str | None
    approver: str | None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A score as recorded or as corrected, and what became of it.

    Args:
        row: the score's own row.
        by_position: the event that corrected, voided or withdrew it.
        reason, approver: of that event; of a correction that stands, its own.
    """

    row: Recorded
    status: Status
    by_position: int | None
    reason: str | None
    approver: str | None


def who_scored_whom(reader: Reader, which: Which) -> list[AuditLine]:
    """Return every score asked for, in the log's order; a void is told by what it voided."""
    things: dict[Any, list[Recorded]] = defaultdict(list)
    rows = _rows_with_corrections(reader, which)
    lists = item_lists(reader, rows)
    for row in rows:
        things[thing(row, lists.get((row.year, row.ratee), NO_LISTS))].append(row)
    withdrawn = _withdrawn(reader)
    lines = [
        line
        for rows in things.values()
        for line in _told(sorted(rows), withdrawn)  # by known_at, then by position
        if which.rater in (None, line.row.rater) and which.unit in (None, line.row.unit)
    ]
    return sorted(lines, key=lambda line: line.row.position)


def missing_scores(reader: Reader, which: Which) -> list[Row[Any]]:
    """Return the scores that a round expected and nobody gave, or that were voided, in order.

    Only ballots are expected.
    """
    if which.source not in (None, "ballot"):
        return []
    ballots = replace(which, source="ballot").found_by(reader, scores)
    given = {
        (row.year, row.unit, row.round, row.rater, row.ratee)
        for row in latest(
            reader.rows(scores, *ballots), "year", "unit", "round", "rater", "ratee", "dimension"
        ).values()
        if row.change != "voided"
    }
    rows = reader.rows(expected, *which.found_by(reader, expected))
    return sorted(
        (r for r in rows if (r.year, r.unit, r.round, r.rater, r.ratee) not in given),
        key=lambda r: (r.year, r.unit, r.round, r.rater, r.ratee),
    )


def thing(row: Any, lists: Mapping[str, object] = NO_LISTS) -> tuple[Any, ...]:
    """Return what a score is about: rows about the same thing correct one another.

    An item of a list or a log's day is scored once, whoever corrects it.

    Args:
        lists: by unit, of a ratee whose items were scored in several; the last handed in last.
    """
    if row.source == "ballot":
        return (row.year, row.unit, row.round, row.rater, row.ratee, row.dimension)
    about = list_of(row.unit, lists) if row.source == "item" else None
    return (row.source, row.year, row.ratee, row.dimension, about)


def item_lists(reader: Reader, rows: Iterable[Any]) -> dict[tuple[int, str], dict[str, Row[Any]]]:
    """Return the units that had a list, of whose items were scored in several units."""
    units: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.source == "item":
            units[row.year, row.ratee].add(row.unit)
    several = {key for key, own in units.items() if len(own) > 1}
    found: dict[tuple[int, str], dict[str, Row[Any]]] = {key: {} for key in several}
    submitted = reader.rows_of(work_items, "cadre", sorted({cadre for _, cadre in several}))
    for handed in ordered(submitted):
        if (handed.year, handed.cadre) in several:
            lists = found[handed.year, handed.cadre]
            lists.pop(handed.unit, None)
            lists[handed.unit] = handed
    return found


def _rows_with_corrections(reader: Reader, which: Which) -> list[Recorded]:
    """Fetch the rows asked for; corrections by another rater or unit belong to them."""
    rows = _recorded(reader.tuples(scores, Recorded, *which.found_by(reader, scores)))
    if which.rater is None and which.unit is None:
        return rows
    shared = sorted({row.ratee for row in rows if row.source != "ballot"})
    anyones = replace(which, rater=None, unit=None).conditions(scores)
    known = {row.position for row in rows}
    beside = (scores.table.c.source != "ballot", *anyones)
    others = _recorded(reader.tuples_of(scores, Recorded, "ratee", shared, *beside))
    return [*rows, *(row for row in others if row.position not in known)]


def _recorded(rows: Iterable[tuple[Any, ...]]) -> list[Recorded]:
    return [Recorded._make(row[: len(Recorded._fields)]) for row in rows]


def _withdrawn(reader: Reader) -> dict[int, Row[Any]]:
    return {row.withdrawn: row for row in reader.rows(withdrawals)}


def _told(rows: Sequence[Recorded], withdrawn: dict[int, Row[Any]]) -> Iterable[AuditLine]:
    for index, row in enumerate(rows):
        if row.change == "voided":
            continue
        after = rows[index + 1] if index + 1 < len(rows) else None
        if row.position in withdrawn:
            by = withdrawn[row.position]
            yield AuditLine(row, "voided", by.position, by.reason, by.approver)
        elif after is None:
            yield AuditLine(row, "valid", None, row.reason, row.approver)
        else:
            status: Status = "voided" if after.change == "voided" else "corrected"
            yield AuditLine(row, status, after.position, after.reason, after.approver)
