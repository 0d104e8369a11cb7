"""The roster of a unit's year (参核人员名册): its lines, and what may be done to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.cadre import Cadre
from domain.refusal import Refusal
from domain.sentence import say

PARTICIPATES = ("yes", "no", "comment_only")
PRIORITY = {"no": 0, "comment_only": 1, "yes": 2}
"""Of two rosters of one year that list a cadre, the one with the higher priority judges."""
Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the roster."""

    cadre: str
    rank_level: str
    category: str
    participates: str = "yes"
    reason: str | None = None


def must_be_listable(lines: Sequence[Line], cadres: Mapping[str, Cadre], day: date) -> None:
    """Refuse lines that list somebody twice, or who hasn't come by ``day``.

    Raises:
        Refusal: its field is the line's.
    """
    seen: set[str] = set()
    for index, line in enumerate(lines):
        field = f"members.{index}.cadre"
        cadres[line.cadre].must_have_come(day, field)
        if line.cadre in seen:
            raise Refusal(say("listed_twice", cadre=line.cadre), field)
        seen.add(line.cadre)


def amended_line(
    before: Line | None,
    cadre: Cadre,
    rank_level: str | None,
    category: str | None,
    participates: str | None,
    day: date,
) -> Line:
    """Return the whole new line; what isn't given stays as it is on the line before.

    Raises:
        Refusal: who is added hasn't come by ``day``, or comes without level and category.
    """
    if before is not None:
        return Line(
            cadre.code,
            rank_level or before.rank_level,
            category or before.category,
            participates or before.participates,
        )
    cadre.must_have_come(day)
    if not (rank_level and category):
        raise Refusal(say("line_incomplete", cadre=cadre.code), "rank_level")
    return Line(cadre.code, rank_level, category, participates or "yes")
