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
from projections.facts import scores
from projections.judges import Judges
from projections.scored import Whose

Standing = dict[Whose, tuple[Score, ...]]

_columns = scores.table.c
_BESIDE = (
    func.max(case((_columns.change == "scored", 0), else_=1)),
    func.min(_columns.unit),
    func.max(_columns.unit),
)
_read = msgspec.json.Decoder(list[Score]).decode


class _Group(NamedTuple):
    """What was scored of one ratee."""

    ratee: str
    scores: str
    changed: int
    unit: str
    last_unit: str
    legacy: str
    late: str


def undisputed(judges: Judges, *conditions: ColumnElement[bool]) -> tuple[Standing, list[str]]:
    """Return the scores of those whose all stand, and who else was scored.

    What was recorded behind a closing doesn't count for its unit.

    Args:
        conditions: what rows of scores must meet, beside being of the judged.
    """
    standing: Standing = {}
    disputed: list[str] = []
    withdrawn = judges.reader.withdrawn()
    for group in map(_Group._make, _groups(judges, *conditions)):
        if group.ratee not in judges.units:
            continue
        read = _standing(judges, group)
        if read is None or any(score.position in withdrawn for score in read):
            disputed.append(group.ratee)
        else:
            standing[group.unit, group.ratee] = read
    return standing, disputed


def _groups(judges: Judges, *conditions: ColumnElement[bool]) -> Iterable[tuple[Any, ...]]:
    if judges.cadres is None:
        return judges.reader.packed(scores, Score, "ratee", *conditions, beside=_BESIDE)
    cadres = judges.cadres
    return judges.reader.packed_of(scores, Score, "ratee", cadres, *conditions, beside=_BESIDE)


def _standing(judges: Judges, group: _Group) -> tuple[Score, ...] | None:
    if group.changed or group.unit != group.last_unit or judges.units[group.ratee] != [group.unit]:
        return None
    read = sorted(_read(group.scores))  # in the log's order
    closed = judges.closed.get(group.unit)
    if closed is not None and read[-1].position > closed:
        read = [score for score in read if score.position <= closed]
    return tuple(read)
