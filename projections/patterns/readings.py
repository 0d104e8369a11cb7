"""Innocent readings of a pattern: what else two people have to do with one another, as recorded.

Whoever works together, or for one another, may know one another's merits better than others do.
What is not recorded (a joint project, a shared room) is to be asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from projections.audit import Which, who_scored_whom
from projections.cadre_year import ordered
from projections.facts import assignments, postings
from projections.patterns.panel import Panel
from projections.patterns.parts import unit_of
from projections.reader import Reader


@dataclass(frozen=True, slots=True)
class Together:
    """What is on record of two people besides what they gave each other.

    Args:
        posts: of each, the units and posts held, as written, the last one last.
        roles: of each, the roles in any unit, as (role, unit).
        leads: who of them scored the other as a leader.
        shared: the attributes in which both are alike, with their values.
        evidence: the log positions of what each gave the other in the group.
    """

    posts: tuple[tuple[str, ...], tuple[str, ...]]
    roles: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
    leads: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]
    evidence: tuple[int, ...]


def together(
    reader: Reader | None, panels: Sequence[Panel], group: str, a: str, b: str
) -> Together:
    """Return what two people have to do with one another.

    Args:
        reader: of the archive; None for a table, which has no more than its columns.
        panels: of every stratum.
    """
    own = [panel for panel in panels if unit_of(panel.group) == unit_of(group)]
    return Together(
        posts=(_posts(reader, a), _posts(reader, b)),
        roles=(_roles(reader, a), _roles(reader, b)),
        leads=tuple(
            rater
            for rater, ratee in ((a, b), (b, a))
            if any(_scored(panel, rater, ratee) for panel in own if panel.relation == "leader")
        ),
        shared=tuple(dict.fromkeys(pair for panel in own for pair in _shared(panel, a, b))),
        evidence=_evidence(reader, unit_of(group), a, b),
    )


def _posts(reader: Reader | None, cadre: str) -> tuple[str, ...]:
    if reader is None:
        return ()
    rows = reader.rows(postings, postings.table.c.cadre == cadre)
    standing = [row for row in rows if row.unit is not None and reader.stands(row.position)]
    standing.sort(key=lambda row: (row.on, row.position))
    return tuple(f"{row.unit} {row.post} {date.fromisoformat(row.on).year}" for row in standing)


def _roles(reader: Reader | None, cadre: str) -> tuple[tuple[str, str], ...]:
    if reader is None:
        return ()
    rows = ordered(reader.rows(assignments, assignments.table.c.cadre == cadre))
    return tuple(dict.fromkeys((row.role, row.unit) for row in rows if row.change == "assigned"))


def _scored(panel: Panel, rater: str, ratee: str) -> bool:
    if not {rater, ratee} <= set(panel.people):
        return False
    i, j = panel.people.index(rater), panel.people.index(ratee)
    return bool(((panel.entries.rater == i) & (panel.entries.ratee == j)).any())


def _shared(panel: Panel, a: str, b: str) -> Iterable[tuple[str, str]]:
    if {a, b} <= set(panel.people):
        i, j = panel.people.index(a), panel.people.index(b)
        for name, values in panel.attributes.items():
            if values[i] is not None and values[i] == values[j]:
                yield name, str(values[i])


def _evidence(reader: Reader | None, unit: str, a: str, b: str) -> tuple[int, ...]:
    if reader is None:
        return ()
    pairs = ((a, b), (b, a))
    lines = [
        line
        for rater, ratee in pairs
        for line in who_scored_whom(reader, Which(rater=rater, ratee=ratee, unit=unit))
    ]
    return tuple(sorted(line.row.position for line in lines))
