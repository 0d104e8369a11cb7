"""Decisions, with the answers as known then and now, and what became of their evidence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row

from domain.rules.conformance.facts import Decided, Post
from projections.audit import thing
from projections.conduct.people import posts_of
from projections.decisions import DecisionTaken, Which, taken
from projections.facts import results, scores, withdrawals
from projections.reader import Reader


def decisions_of(reader: Reader, year: int, unit: str | None) -> Mapping[str, tuple[Decided, ...]]:
    """Return the decisions that rest on a year, and the appointments made in it, by unit.

    An appointment stands with both: the year it rests on, and that in which it was made.
    """
    found = {one.position: one for one in taken(reader, Which(unit=unit, year=year))}
    made = Which(first=year, last=year, unit=unit, kind="appoint")
    found.update((one.position, one) for one in taken(reader, made))
    posts = posts_of(reader, (one.cadre for one in found.values()))
    changed = _changes(reader, found.values())
    by_unit: dict[str, list[Decided]] = defaultdict(list)
    for position, one in sorted(found.items()):
        if one.unit is not None:
            by_unit[one.unit].append(_told(one, posts.get(one.cadre, []), changed[position]))
    return {code: tuple(own) for code, own in by_unit.items()}


def _told(one: DecisionTaken, posts: Iterable[Post], changed: tuple[int, ...]) -> Decided:
    before = [post for post in posts if _held_before(post, one)]
    return Decided(
        decision=one.decision,
        kind=one.kind,
        cadre=one.cadre,
        year=one.year,
        on=one.on,
        position=one.position,
        then=one.then,
        now=one.now,
        reason=one.reason,
        rank_level=one.rank_level,
        held=before[-1] if before else None,
        cites=one.evidence,
        excepted=one.exception.position if one.exception else None,
        changed=changed,
    )


def _held_before(post: Post, one: DecisionTaken) -> bool:
    """Tell if a posting is from before the decision, rather than what it led to."""
    same_day = post.on == one.on and post.rank_level != one.rank_level
    return post.on < one.on or same_day


def _changes(reader: Reader, decided: Iterable[DecisionTaken]) -> dict[int, tuple[int, ...]]:
    """Return, by decision, the later events that corrected, voided or withdrew what it cites."""
    cited = sorted({position for one in decided for position in one.evidence})
    after: dict[int, set[int]] = defaultdict(set)
    for row in reader.rows_of(withdrawals, "withdrawn", cited):
        after[row.withdrawn].add(row.position)
    for position, later in _corrected(reader, cited):
        after[position].add(later)
    return {
        one.position: tuple(
            sorted(
                later
                for position in one.evidence
                for later in after[position]
                if later > one.position
            )
        )
        for one in decided
    }


def _corrected(reader: Reader, cited: list[int]) -> Iterable[tuple[int, int]]:
    """Yield each cited score or correction with the position of one about the same thing."""
    own = list(reader.rows_of(scores, "position", cited))
    about: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in reader.rows_of(scores, "ratee", sorted({row.ratee for row in own})):
        about[thing(row)].append(row)
    for row in own:
        yield from ((row.position, one.position) for one in about[thing(row)])
    given = list(reader.rows_of(results, "position", cited))
    for one in reader.rows_of(results, "cadre", sorted({row.cadre for row in given})):
        for row in given:
            same = (row.cadre, row.year) == (one.cadre, one.year)
            if same and one.change == "corrected":
                yield row.position, one.position
