"""Scores that nobody corrected, voided or withdrew: nearly all of a year, and read as they stand.

A second score of one thing is recorded as a correction, unless the first was withdrawn, which
then was known before (a stream's events are recorded in the order they became known). So each
score of a cadre stands who has none of these, of whom one unit alone gave scores, and whom that
unit judges.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, case, func

from domain.rules.facts import Score
from projections.endings import Ending
from projections.facts import scores
from projections.judges import Judges
from projections.scored import Whose

Standing = dict[Whose, tuple[Score, ...]]
Ends = dict[str, Ending]

_read = msgspec.json.Decoder(list[Score]).decode


class _Group(NamedTuple):
    """What was scored of one ratee; of what differs from row to row the least and the most."""

    ratee: str
    scores: str
    known_at: int
    position: int
    changed: int
    unit: str
    last_unit: str
    legacy: int
    last_legacy: int
    late: int
    last_late: int

    @property
    def is_plain(self) -> bool:
        """Tell if nothing was corrected or voided, and all rows are alike."""
        alike = (self.unit, self.legacy, self.late)
        return not self.changed and alike == (self.last_unit, self.last_legacy, self.last_late)

    @property
    def ending(self) -> Ending:
        """When the last score became known, and where."""
        return Ending(self.known_at, self.position, self.unit == self.last_unit)


def undisputed(
    judges: Judges, *conditions: ColumnElement[bool]
) -> tuple[Standing, list[str], Ends]:
    """Return the scores of those whose all stand, who else was scored, and when each was last.

    What was recorded behind a closing doesn't count for its unit.

    Args:
        conditions: what rows of scores must meet, beside being of the judged.
    """
    standing: Standing = {}
    disputed: list[str] = []
    ends: Ends = {}
    withdrawn = judges.reader.withdrawn()
    for group in map(_Group._make, _groups(judges, *conditions)):
        ratee, unit = group.ratee, group.unit
        ends[ratee] = group.ending
        if ratee not in judges.units:
            continue
        if not group.is_plain or judges.units[ratee] != [unit]:
            disputed.append(ratee)
            continue
        read = sorted(_read(group.scores))  # in the log's order
        positions = [score.position for score in read]
        if any(position in withdrawn for position in positions):
            disputed.append(ratee)
            continue
        judges.reader.count(positions, legacy=bool(group.legacy), late=bool(group.late))
        closed = judges.closed.get(unit, positions[-1])
        if positions[-1] > closed:
            read = [score for score in read if score.position <= closed]
        standing[unit, ratee] = tuple(read)
    return standing, disputed, ends


def _groups(judges: Judges, *conditions: ColumnElement[bool]) -> Iterable[tuple[Any, ...]]:
    columns = scores.table.c
    marks = (columns.change != "scored", columns.legacy != 0, judges.reader.late_row(scores))
    changed, legacy, late = (case((mark, 1), else_=0) for mark in marks)
    differing = (columns.unit, legacy, late)
    last = (func.max(columns.known_at), func.max(columns.position))
    beside = [
        *last,
        func.max(changed),
        *(end(each) for each in differing for end in (func.min, func.max)),
    ]
    if judges.cadres is None:
        return judges.reader.packed(scores, Score, "ratee", *conditions, beside=beside)
    cadres = judges.cadres
    return judges.reader.packed_of(scores, Score, "ratee", cadres, *conditions, beside=beside)
