"""Where the basis of allowances puts people, and which tier is theirs (R05).

The basis is what a unit's ratified scheme declares: the 实绩 score, the annual score, the grade
or the rank.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.refusal import Refusal
from domain.rules.consistency import WHOLE
from domain.rules.finding import positions
from domain.rules.outside import NO_SCORE
from domain.rules.ranking import takes_part
from domain.rules.scheme_in_force import Ratified
from domain.rules.scheme_terms import AllowanceTerms, Basis, Tier, read_terms
from domain.rules.standing import Standing

GRADED = ("incompetent", "basically_competent", "competent", "excellent")
"""The grades that can be compared, from the lowest."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a unit's ratified scheme declares about allowances.

    Args:
        terms: None where it says nothing about them.
        evidence: the positions of the draft and of its ratification.
    """

    terms: AllowanceTerms | None
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the basis puts somebody: the higher the value, the further ahead in the group.

    Args:
        group: of whom they are compared with; only ranks have groups of their own.
    """

    value: Fraction
    group: tuple[str, ...] = ()


def declared(scheme: Ratified) -> Declared:
    """Return what a ratified scheme declares; nothing where it can't be read today."""
    try:
        terms = read_terms(scheme.content).allowance
    except Refusal:  # recorded when less was checked
        terms = None
    return Declared(terms, tuple(sorted((scheme.drafted, scheme.position))))


def place_of(standing: Standing, basis: Basis) -> Place | None:
    """Return where the basis puts somebody; None where it has no value for them."""
    if basis == "rank":
        if standing.rank is None:
            return None
        not_ahead = standing.of + 1 - standing.rank
        return Place(Fraction(not_ahead, standing.of), standing.ranked.group)
    if basis == "grade":
        graded = standing.grade in GRADED
        return Place(Fraction(GRADED.index(standing.grade or ""))) if graded else None
    points = standing.performance if basis == "performance" else standing.annual
    return None if points is None else Place(Fraction(points))


def places_of(standings: Mapping[str, Standing], basis: Basis) -> dict[str, Place | None]:
    """Return the places of those who are compared, by cadre; None where evidence is missing.

    Who only gets a comment, or isn't graded where grades are compared, is compared with nobody.
    """
    return {
        cadre: place_of(standing, basis)
        for cadre, standing in standings.items()
        if takes_part(standing.member) and not (basis == "grade" and standing.grade in NO_SCORE)
    }


def place_rests_on(standing: Standing, basis: Basis) -> tuple[int, ...]:
    """Return the positions that somebody's place rests on."""
    if basis == "rank":
        return standing.ranked.evidence
    if basis == "grade":
        given = standing.member.grade
        return (given.position,) if given else standing.graded.finding.evidence
    if basis == "performance":
        return positions((standing.scored.final_performance.evidence,))
    return standing.scored.evidence


def coefficient_of(standing: Standing, basis: Basis, tiers: Sequence[Tier]) -> Fraction | None:
    """Return the tier coefficient (系数分档) for somebody; None where no tier is for them.

    Of scores the highest bound reached counts, of shares of the ranked the first one reached.
    """
    if basis == "grade":
        reached = [tier for tier in tiers if tier.bound == standing.grade]
    else:
        bounded = sorted((tier for tier in tiers if isinstance(tier.bound, int)), key=_bound)
        if basis == "rank":
            share = Fraction(standing.rank, standing.of) * WHOLE if standing.rank else None
            reached = [t for t in bounded if share is not None and _bound(t) >= share]
        else:
            points = standing.performance if basis == "performance" else standing.annual
            bounded.reverse()
            reached = [t for t in bounded if points is not None and _bound(t) <= points]
    return Fraction(reached[0].coefficient, WHOLE) if reached else None


def _bound(tier: Tier) -> int:
    return int(tier.bound)
