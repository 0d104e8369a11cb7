"""Decisions (表彰、人才、参训、任用): which stand, and how each is judged then and now.

What is judged is the eligibility that the kind of decision asks for. *Then* is what was known
when the decision was taken: nothing known later, nothing recorded behind it in the log.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, Row, select

from domain.rules.eligibility import Purpose, unknown
from domain.rules.finding import Finding
from projections.as_of import AsOf
from projections.cadre_year import ordered
from projections.eligibility import eligible, judging_unit, last_year
from projections.facts import VIEWS, decisions, roster
from projections.reader import Reader

Kind = Literal["commend", "talent", "train", "appoint"]

PURPOSES: Mapping[Kind, Purpose] = {
    "commend": "commendation",
    "talent": "talent",
    "train": "training",
    "appoint": "promotion",
}
"""What a cadre must be eligible for, by the kind of decision."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which decisions are asked for; what is None doesn't limit.

    Args:
        first, last: the calendar years in which they were taken (``on``), both included.
        unit, year: as in :class:`DecisionTaken`.
        decision: its id.
        kind: as in :class:`DecisionTaken`.
    """

    first: int | None = None
    last: int | None = None
    unit: str | None = None
    year: int | None = None
    decision: str | None = None
    kind: Kind | None = None

    def taken_in(self, year: int) -> bool:
        """Tell whether decisions taken in that calendar year are asked for."""
        return (self.first or year) <= year <= (self.last or year)

    def includes(self, unit: str | None, year: int | None) -> bool:
        """Tell whether decisions of that unit, about that year, are asked for."""
        return self.unit in (None, unit) and self.year in (None, year)


EVERY = Which()

_FEW = 20


@dataclass(frozen=True, slots=True)
class Citation:
    """What a decision cites of the eligibility that it rests on.

    Args:
        position: the last position of the log when it was taken.
        root: the root hash of the log up to there, of a sealed archive.
        year: the last year of the window that was judged.
    """

    position: int
    root: str | None
    year: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Excepted:
    """Why a decision is an exception (原则上例外), and who approved it."""

    position: int
    on: date
    reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """A decision that stands.

    Args:
        decision: its id.
        unit: of the appointment; else the unit that judges the cadre in ``year``, if any does.
        year: the year it is about, the last of the window; of an appointment the last year known
            at that time, if any was.
        asked: the year it asked for; None for the last one known, as an appointment does.
        known_at: in microseconds.
        title: of the commendation or talent, or the course.
        post, rank_level: of the appointment.
        document: that the decision names; ``source`` is what paper history was taken from.
        then: what was found of the eligibility when it was taken, as the policy reads.
        now: the same question, answered as of the reader's time.
    """

    decision: str
    kind: Kind
    cadre: str
    unit: str | None
    year: int | None
    asked: int | None
    on: date
    known_at: int
    recorded_at: int
    position: int
    by: str
    legacy: bool
    source: str | None
    title: str | None
    post: str | None
    rank_level: str | None
    document: str | None
    meeting: str | None
    proposer: str | None
    reason: str | None
    evidence: tuple[int, ...]
    cited: Citation
    exception: Excepted | None
    then: Finding
    now: Finding

    @property
    def purpose(self) -> Purpose:
        """What the cadre must be eligible for."""
        return PURPOSES[self.kind]


def taken(reader: Reader, which: Which = EVERY) -> list[DecisionTaken]:
    """Return the decisions that stand, as asked for, in the order in which they became known."""
    rows = [row for row in ordered(_rows(reader, which)) if reader.stands(row.position)]
    moments = _Moments(reader, rows)
    found = list(_asked(reader, moments, which, rows))
    exceptions = _exceptions(reader, found)
    # Unit by unit: a reader remembers only the last that it fetched.
    then, now = {}, {}
    for asked in sorted(found, key=lambda asked: (asked.unit or "", asked.year or 0)):
        now[asked.row.position] = asked.now(reader)
        then[asked.row.position] = asked.then(moments.before(asked.row))
    return [
        _told(
            asked,
            _exception(asked.row, exceptions),
            then[asked.row.position],
            now[asked.row.position],
        )
        for asked in found
    ]


def known_then(reader: Reader, decision: DecisionTaken) -> Reader:
    """Return a reader of what was known when the decision was taken."""
    row = reader.rows(decisions, decisions.table.c.position == decision.position)[0]
    return _Moments(reader, [row]).before(row)


class _Asked(NamedTuple):
    """A decision that stands, with the unit and year that it is told of."""

    row: Row[Any]
    moment: tuple[int, int]
    unit: str | None
    year: int | None

    def then(self, before: Reader) -> Finding:
        return eligible(before, PURPOSES[self.row.kind], self.row.cadre, self.row.year)

    def now(self, reader: Reader) -> Finding:
        """Judge the very year again: without one, a later year says nothing of the decision."""
        purpose, cadre = PURPOSES[self.row.kind], self.row.cadre
        if self.year is None:
            return unknown(purpose, cadre).finding
        return eligible(reader, purpose, cadre, self.year)


class _Placed(NamedTuple):
    position: int


class _Moments:
    """Readers of what was known before decisions.

    Decisions taken together follow one another in the log, often some minutes apart. Where nothing
    became known meanwhile they share a reader, and what they rest on is fetched once.

    Args:
        rows: the decisions that may be asked about.
    """

    def __init__(self, reader: Reader, rows: Iterable[Row[Any]]) -> None:
        self._reader = reader
        self._readers: dict[AsOf, Reader] = {}
        self._together: dict[int, list[int]] = defaultdict(list)
        self._before: dict[int, int] = {}
        before = previous = -1
        for position, *_ in sorted(reader.tuples(decisions, _Placed)):
            if position != previous + 1:
                before = position - 1
            previous = position  # no eligibility rests on a decision
            self._before[position] = before
        for row in rows:
            self._together[self._before[row.position]].append(row.known_at)
        self._times: dict[int, list[int]] = {}

    def of(self, row: Row[Any]) -> tuple[int, int]:
        """Return the time and the last position of what was known before a decision."""
        last = self._before[row.position]
        if last not in self._times:
            self._times[last] = self._learnt(last, self._together[last])
        return max(t for t in self._times[last] if t <= row.known_at), last

    def _learnt(self, last: int, times: Sequence[int]) -> list[int]:
        """Return the first of some times, and those between at which something became known.

        Of a few, themselves: looking for what became known goes through all of the views.
        """
        if len(times) <= _FEW:
            return [*times]
        first, latest = min(times), max(times)
        found = [first]
        if first < latest:
            for view in VIEWS:
                columns = view.table.c
                meanwhile = (columns.known_at > first, columns.known_at <= latest)
                query = select(columns.known_at).where(columns.position <= last, *meanwhile)
                found += self._reader.connection.execute(query.distinct()).scalars()
        return found

    def before(self, row: Row[Any]) -> Reader:
        """Return the reader of what was known before a decision."""
        as_of = AsOf(date.fromisoformat(row.on), *self.of(row))
        if as_of not in self._readers:
            self._readers[as_of] = Reader(self._reader.connection, as_of, self._reader)
        return self._readers[as_of]


def _rows(reader: Reader, which: Which) -> Iterable[Row[Any]]:
    """Return the decisions among which are those asked for; of one unit, those about its people."""
    columns = decisions.table.c
    if which.decision is not None:
        return reader.rows(decisions, columns.decision == which.decision)
    if which.unit is None:
        return reader.rows(decisions, columns.kind != "except")
    own = [*reader.rows(decisions, columns.kind == "appoint", columns.unit == which.unit)]
    if which.kind == "appoint":
        return own
    lines = [roster.table.c.unit == which.unit]
    others: list[ColumnElement[bool]] = [columns.kind.not_in(("appoint", "except"))]
    if which.year is not None:
        lines.append(roster.table.c.year == which.year)
        others.append(columns.year == which.year)
    cadres = sorted({row.cadre for row in reader.rows(roster, *lines)})
    return [*own, *reader.rows_of(decisions, "cadre", cadres, *others)]


def _asked(
    reader: Reader, moments: _Moments, which: Which, rows: Iterable[Row[Any]]
) -> Iterator[_Asked]:
    kinds = PURPOSES if which.kind is None else (which.kind,)
    for row in rows:
        if row.kind in kinds and which.taken_in(date.fromisoformat(row.on).year):
            if not _may_be(which, row):
                continue
            year = _year(reader, moments, row)
            unit = _unit(reader, row, year)
            if which.includes(unit, year):
                yield _Asked(row, moments.of(row), unit, year)


def _may_be(which: Which, row: Row[Any]) -> bool:
    """Tell from the decision alone if it may be asked for: its unit, or its year, is looked up."""
    if row.kind == "appoint":
        return which.unit in (None, row.unit)
    return which.year in (None, row.year)


def _year(reader: Reader, moments: _Moments, row: Row[Any]) -> int | None:
    """Return the year judged; where none was on record then, the last known by now of that time."""
    if row.kind != "appoint":
        return cast(int, row.year)
    before = moments.before(row)
    year = last_year(before, row.cadre)
    if year is not None:
        return year
    recorded_since = replace(before.as_of, position=reader.as_of.position)
    return last_year(Reader(reader.connection, recorded_since), row.cadre)


def _unit(reader: Reader, row: Row[Any], year: int | None) -> str | None:
    return cast(str, row.unit) if row.kind == "appoint" else judging_unit(reader, row.cadre, year)


def _exceptions(reader: Reader, found: Iterable[_Asked]) -> list[Row[Any]]:
    """Return the exceptions that stand, of the decisions found."""
    ids = sorted({asked.row.decision for asked in found})
    rows = reader.rows_of(decisions, "decision", ids, decisions.table.c.kind == "except")
    return [row for row in ordered(rows) if reader.stands(row.position)]


def _exception(row: Row[Any], exceptions: Sequence[Row[Any]]) -> Excepted | None:
    """Return the exception of this very decision, not of one withdrawn under the same id."""
    own = [e for e in exceptions if e.decision == row.decision and e.position > row.position]
    if not own:
        return None
    last = own[-1]
    return Excepted(last.position, date.fromisoformat(last.on), last.reason, last.approver)


def _told(asked: _Asked, exception: Excepted | None, then: Finding, now: Finding) -> DecisionTaken:
    row = asked.row
    return DecisionTaken(
        decision=row.decision,
        kind=row.kind,
        cadre=row.cadre,
        unit=asked.unit,
        year=asked.year,
        asked=row.year,
        on=date.fromisoformat(row.on),
        known_at=row.known_at,
        recorded_at=row.recorded_at,
        position=row.position,
        by=row.by,
        legacy=bool(row.legacy),
        source=row.document,
        title=row.title,
        post=row.post,
        rank_level=row.rank_level,
        document=row.paper,
        meeting=row.meeting,
        proposer=row.proposer,
        reason=row.reason,
        evidence=tuple(json.loads(row.evidence)),
        cited=Citation(row.cited_position, row.cited_root, row.cited_year, row.cited_verdict),
        exception=exception,
        then=then,
        now=now,
    )
