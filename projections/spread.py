"""Differences in allowances (补贴差异): what each rank level of a unit was paid, or could be."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from domain.rules.basis import (
    Declared,
    coefficient_of,
    declared,
    place_of,
    place_rests_on,
    places_of,
)
from domain.rules.facts import UnitYear
from domain.rules.finding import positions
from domain.rules.proposal import Claim, Terms, propose
from domain.rules.scheme_terms import AllowanceTerms, Basis, Method
from domain.rules.spread import DEFAULT_BASIS, Order, Paid, Pool, Spread, judge_spread
from domain.rules.standing import Standing
from domain.sentence import Sentence, Term, say
from projections.facts import allowances
from projections.ranking import judged, names_of
from projections.reader import Reader, latest
from projections.schemes import ratified_schemes
from projections.unit_year import Scope, unit_years

UNDECLARED = AllowanceTerms("annual", "proportional")
"""How a pool is shared where no ratified scheme says so."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one person is proposed, or why nothing is.

    Args:
        value: what the basis gives: points in hundredths, a rank or a grade; None where missing.
        coefficient: the tier's; None where the method is another or no tier is for them.
        standard, amount: in fen.
        evidence: the positions of the pool and of the scheme that declares basis and method.
    """

    unit: str
    rank_level: str
    cadre: str
    name: str
    basis: Basis
    method: Method
    value: int | str | None
    coefficient: Fraction | None
    standard: int
    amount: int | None
    reason: Sentence | None
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Level:
    """A rank level of a unit, its pool, its grants, and who stands where."""

    facts: UnitYear
    pool: Pool
    paid: tuple[Paid, ...]
    standings: dict[str, Standing]
    declared: Declared | None


def spreads(reader: Reader, year: int, unit: str | None = None) -> list[Spread]:
    """Return the spread of every rank level that has a pool or a grant, unit by unit."""
    return [
        judge_spread(level.pool, level.paid, _order(level), level.facts.policy)
        for level in _levels(reader, year, unit)
    ]


def proposals(reader: Reader, year: int, unit: str | None = None) -> list[Proposed]:
    """Return what everybody who counts in a pool could be paid, or why not, level by level.

    Basis and method are those of the unit's ratified scheme.
    """
    levels = [one for one in _levels(reader, year, unit) if one.pool.standard is not None]
    names = names_of(reader, [cadre for level in levels for cadre in level.pool.standards])
    found: list[Proposed] = []
    for level in levels:
        if level.declared is None or level.declared.terms is None:
            reader.notes.append(say("no_scheme_declares", unit=level.facts.unit, year=year))
        found.extend(_proposed(level, names))
    return found


def _levels(reader: Reader, year: int, unit: str | None) -> Iterator[_Level]:
    scope = Scope(year, None if unit is None else (unit,))
    facts = unit_years(reader, scope)
    standings: dict[str, dict[str, Standing]] = defaultdict(dict)
    for standing in judged(reader, scope, facts):
        standings[standing.unit][standing.cadre] = standing
    rows: dict[str, list[Row[Any]]] = defaultdict(list)
    columns = allowances.table.c
    own = () if unit is None else (columns.unit == unit,)
    for row in reader.rows(allowances, columns.year == year, *own):
        if reader.stands(row.position):
            rows[row.unit].append(row)
    closed = {of.unit: of.closing.position for of in facts if of.closing}
    schemes = ratified_schemes(reader, year, [of.unit for of in facts], closed)
    for unit_year in facts:
        of = unit_year.unit
        scheme = declared(schemes[of]) if of in schemes else None
        yield from _of_unit(unit_year, standings[of], rows[of], scheme)


def _of_unit(
    facts: UnitYear,
    standings: dict[str, Standing],
    rows: list[Row[Any]],
    scheme: Declared | None,
) -> Iterator[_Level]:
    pools = latest((row for row in rows if row.kind == "pool"), "rank_level")
    set_at = {rank_level: row for (rank_level,), row in pools.items()}
    for rank_level in sorted({row.rank_level for row in rows}):
        row = set_at.get(rank_level)
        standard = row.amount if row else None
        grants = [g for g in rows if g.kind == "grant" and g.rank_level == rank_level]
        own = {grant.cadre: grant.standard for grant in grants if grant.standard}
        roster = {
            member.cadre: member.position
            for member in facts.members
            if member.rank_level == rank_level
            and member.participates != "no"
            and member.ranked_in is None
        }
        pool = Pool(
            unit=facts.unit,
            rank_level=rank_level,
            standard=standard,
            standards={cadre: own.get(cadre, standard) for cadre in sorted(roster)},
            position=row.position if row else None,
            floating=row.floating if row else None,
            roster=tuple(sorted(roster.values())),
        )
        paid = tuple(
            Paid(grant.cadre, grant.amount, grant.position, grant.standard or standard)
            for grant in sorted(grants, key=lambda grant: grant.position)
        )
        yield _Level(facts, pool, paid, standings, scheme)


def _order(level: _Level) -> Order:
    declaring: tuple[int, ...] = ()
    basis = DEFAULT_BASIS
    if level.declared and level.declared.terms:
        basis, declaring = level.declared.terms.basis, level.declared.evidence
    places = places_of(level.standings, basis)
    compared = (one.cadre for one in level.paid if one.cadre in places)
    rests_on = positions(place_rests_on(level.standings[cadre], basis) for cadre in compared)
    return Order(places, basis, declaring, rests_on)


def _proposed(level: _Level, names: dict[str, str]) -> Iterator[Proposed]:
    stated = level.declared.terms if level.declared else None
    terms = stated or UNDECLARED
    pool, basis = level.pool, terms.basis
    standards = {cadre: standard for cadre, standard in pool.standards.items() if standard}
    places = places_of({c: s for c, s in level.standings.items() if c in standards}, basis)
    claims = [
        Claim(
            cadre=cadre,
            standard=standards[cadre],
            value=place.value if place else None,
            coefficient=coefficient_of(level.standings[cadre], basis, terms.tiers),
        )
        for cadre, place in places.items()
    ]
    shared = propose(
        claims, Terms(basis, terms.method, level.facts.policy.spread, pool.floating_share)
    )
    declaring = level.declared.evidence if level.declared and stated else ()
    for cadre, standard in standards.items():
        standing = level.standings[cadre]
        yield Proposed(
            unit=pool.unit,
            rank_level=pool.rank_level,
            cadre=cadre,
            name=names.get(cadre, ""),
            basis=basis,
            method=terms.method,
            value=_value(standing, basis),
            coefficient=coefficient_of(standing, basis, terms.tiers),
            standard=standard,
            amount=shared.amounts.get(cadre),
            reason=shared.reason if cadre in places else _apart(standing),
            evidence=positions((pool.evidence, declaring)),
        )


def _value(standing: Standing, basis: Basis) -> int | str | None:
    if basis == "grade":
        return standing.grade
    if basis == "rank":
        return standing.rank
    place = place_of(standing, basis)
    return int(place.value) if place else None


def _apart(standing: Standing) -> Sentence:
    """Say why somebody who counts in the pool is compared with nobody."""
    if standing.member.participates == "comment_only":
        return say("proposal_apart", why=Term("participates_comment_only"))
    return say("proposal_apart", why=Term(standing.grade or "none"))
