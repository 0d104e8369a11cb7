"""What happened since a decision to its evidence, or to the years it looked at.

An event counts when it wasn't known then and is evidence now, when it took the place of evidence
of then (a correction, a void, a withdrawal, an amendment), or when it contests or corrects what
is on record of the cadre in these years.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row

from domain.rules.eligibility import Answer
from domain.rules.finding import Finding
from projections.audit import thing
from projections.decisions import DecisionTaken
from projections.eligibility import case_of
from projections.facts import (
    VIEWS,
    closings,
    components,
    expected,
    log_entries,
    policies,
    result_steps,
    results,
    roster,
    scores,
    withdrawals,
    work_items,
)
from projections.reader import Reader
from projections.view import View

_KEYS: tuple[tuple[View, str, tuple[str, ...]], ...] = (
    (scores, "ratee", ()),
    (roster, "cadre", ("year", "unit", "cadre")),
    (components, "cadre", ("year", "unit", "cadre", "component")),
    (work_items, "cadre", ("year", "cadre")),
    (results, "cadre", ("year", "cadre", "component")),
)
"""The views that evidence comes from, the column that names the cadre, and what a row is about."""

_BESIDES = tuple(
    view
    for view in VIEWS
    if view not in (expected, log_entries) and view not in [keyed for keyed, *_ in _KEYS]
)
"""Where else evidence may stand: closings, postings, service…"""

_CORRECTING = ("corrected", "voided", "added", "removed", "changed")
_CONTESTING = ("reconsidered", "appealed", "decided")


@dataclass(frozen=True, slots=True)
class Since:
    """The events since.

    Args:
        positions: all of them, in the order in which they became known.
        new: those that are evidence now.
        instead: by the position of evidence of then, what took its place.
    """

    positions: tuple[int, ...]
    new: frozenset[int]
    instead: Mapping[int, frozenset[int]]

    def behind(self, then: Finding | None, now: Finding | None) -> tuple[int, ...]:
        """Return the events behind the change of a condition; all, where none can be told."""
        old = set(then.evidence) if then else set()
        new = set(now.evidence) if now else set()
        found = (new - old) & self.new
        found = found.union(*(self.instead.get(position, ()) for position in old))
        return tuple(p for p in self.positions if p in found) or self.positions


def since(
    reader: Reader, before: Reader, decision: DecisionTaken, then: Answer, now: Answer
) -> Since:
    """Return what happened between a decision and the reader's time.

    Args:
        before: the reader of what was known when the decision was taken.
        then, now: the answers of both times.
    """
    later = _Later(before)
    rested, rests = _evidence(then) | {*decision.evidence}, _evidence(now)
    cadres, years = _looked_at(decision, (before, reader))
    found: dict[int, int] = {}
    instead: dict[int, set[int]] = defaultdict(set)
    own = set(rested)
    for rows in _things(reader, cadres, years):
        replaced = [row.position for row in rows if row.position in rested and not later(row)]
        for row in rows:
            mine = decision.cadre == _whose(row)
            own.update([row.position] if mine else [])
            if not later(row):
                continue
            for position in replaced:
                instead[position].add(row.position)
            if replaced or row.position in rests or (mine and _corrects(row)):
                found[row.position] = row.known_at
    for row in reader.rows_of(withdrawals, "withdrawn", sorted(own)):
        if later(row):
            instead[row.withdrawn].add(row.position)
            found[row.position] = row.known_at
    rest = [*_besides(reader, sorted(rests - rested)), *_appeals(reader, decision.cadre, years)]
    rest += [*_policies(reader, then, now), *_closings(reader, now)]
    found.update((row.position, row.known_at) for row in rest if later(row))
    return Since(
        positions=tuple(sorted(found, key=lambda position: (found[position], position))),
        new=frozenset(found) & rests - rested,
        instead={position: frozenset(by) for position, by in instead.items()},
    )


class _Later:
    """Tells what wasn't known, or not recorded, when the decision was taken."""

    def __init__(self, before: Reader) -> None:
        self._known_at = before.as_of.known_at
        self._position = before.as_of.position

    def __call__(self, row: Row[Any]) -> bool:
        return bool(
            (self._position is not None and row.position > self._position)
            or (self._known_at is not None and row.known_at > self._known_at)
        )


def _evidence(answer: Answer) -> set[int]:
    return {position for found in answer.findings for position in found.evidence}


def _looked_at(decision: DecisionTaken, readers: Sequence[Reader]) -> tuple[list[str], list[int]]:
    """Return the cadres and the years that the answers looked at."""
    cadres = {decision.cadre}
    years = set() if decision.year is None else {decision.year}
    for reader in readers:
        case = case_of(reader, decision.purpose, decision.cadre, decision.year)
        if case is not None:
            years.update(case.years, case.grades, (peer.member.year for peer in case.earlier))
            cadres.update(member.cadre for unit in case.years.values() for member in unit.members)
    return sorted(cadres), sorted(years)


def _things(reader: Reader, cadres: list[str], years: list[int]) -> Iterator[list[Row[Any]]]:
    """Yield the rows about each thing that was scored, listed or recorded of these cadres."""
    for view, column, key in _KEYS:
        things: dict[Any, list[Row[Any]]] = defaultdict(list)
        for row in reader.rows_of(view, column, cadres, view.table.c.year.in_(years)):
            about = tuple(getattr(row, name) for name in key) if key else thing(row)
            things[about].append(row)
        yield from things.values()


def _whose(row: Row[Any]) -> str:
    return cast(str, row.ratee if "ratee" in row._fields else row.cadre)


def _corrects(row: Row[Any]) -> bool:
    return "change" in row._fields and row.change in _CORRECTING


def _besides(reader: Reader, positions: list[int]) -> Iterator[Row[Any]]:
    """Yield the rows at these positions of what doesn't replace what was there before."""
    for view in _BESIDES:
        yield from reader.rows_of(view, "position", positions)


def _appeals(reader: Reader, cadre: str, years: list[int]) -> Iterable[Row[Any]]:
    columns = result_steps.table.c
    contested = columns.step.in_(_CONTESTING)
    return reader.rows(result_steps, columns.cadre == cadre, columns.year.in_(years), contested)


def _policies(reader: Reader, then: Answer, now: Answer) -> Iterable[Row[Any]]:
    """Return the policy texts that judge now and didn't then."""
    texts = {judged.sha256 for judged in now.judged_by} - {j.sha256 for j in then.judged_by}
    return reader.rows_of(policies, "sha256", sorted(texts))


def _closings(reader: Reader, now: Answer) -> Iterator[Row[Any]]:
    """Yield the closings of the years that judge now: an open year can't be judged."""
    judging = {(judged.unit, judged.year) for judged in now.judged_by}
    for row in reader.rows_of(closings, "unit", sorted({unit for unit, _ in judging})):
        if (row.unit, row.year) in judging:
            yield row
