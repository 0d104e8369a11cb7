"""February: the allowances, shared as the archive proposes by what the scheme declares."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

from archive.demo.paper import ORGANIZATION, Command, at, later, paper
from archive.demo.schemes import terms_of
from archive.demo.season import Season
from domain.rules.basis import coefficient_of, place_of
from domain.rules.proposal import Claim, Terms, propose
from domain.rules.scheme_terms import AllowanceTerms
from domain.rules.standing import Standing

STANDARDS = {"1A41": 20_000_00, "1A42": 16_000_00, "1A50": 12_000_00, "1A60": 10_000_00}
"""Fen a person a year."""
TOO_FAR = (2800, 3000)
"""A spread outside the band, in basis points."""
WRONG = ("over_pool", "spread", "paid_same", "paid_more_than_ahead")
Amounts = dict[str, int]


def allowances(season: Season, rng: Random) -> Iterator[Command]:
    """Yield the pools and the grants of a unit's year."""
    levels: dict[str, list[Standing]] = {}
    for standing in season.ranked:
        levels.setdefault(standing.rank_level, []).append(standing)
    largest = max(levels, key=lambda level: (len(levels[level]), level), default="")
    wrong = next((check for check in WRONG if season.planned(check)), "")
    day = later(date(season.year + 1, 2, 8), rng, 0, 10)
    own = {"unit": season.unit, "year": season.year}
    for level, group in sorted(levels.items()):
        amounts = _amounts(season, level, group, wrong if level == largest else "")
        if not amounts:
            continue
        pool = {"rank_level": level, "standard": STANDARDS[level] / 100}
        yield paper("allowance.set_pool", ORGANIZATION, day, at(day, rng), **own, **pool)
        paid = later(day, rng, 2, 6)
        grants = [{"cadre": cadre, "amount": fen / 100} for cadre, fen in amounts.items()]
        yield paper("allowance.grant", ORGANIZATION, paid, at(paid, rng), **own, grants=grants)


def _amounts(season: Season, level: str, group: list[Standing], wrong: str) -> Amounts:
    """Return what each is paid, in fen; nothing where ties leave no room for a difference."""
    declared, standard = terms_of(season.roster), STANDARDS[level]
    spread = season.facts.policy.spread
    if wrong == "spread":
        spread = replace(spread, low=TOO_FAR[0], high=TOO_FAR[1])
    claims = [_claim(standing, standard, declared) for standing in group]
    amounts = dict(propose(claims, Terms(declared.basis, declared.method, spread)).amounts)
    if wrong and amounts:
        people = sum(m.rank_level == level for m in season.facts.members)
        _spoil(season, wrong, amounts, standard, people)
    return amounts


def _claim(standing: Standing, standard: int, declared: AllowanceTerms) -> Claim:
    place = place_of(standing, declared.basis)
    coefficient = coefficient_of(standing, declared.basis, declared.tiers)
    return Claim(standing.cadre, standard, place.value if place else None, coefficient)


def _spoil(season: Season, wrong: str, amounts: Amounts, standard: int, people: int) -> None:
    cadre = None
    if wrong == "over_pool":
        more = (standard * people - sum(amounts.values())) // len(amounts) + standard // 100
        amounts.update({c: amount + more for c, amount in amounts.items()})
    elif wrong == "paid_same":
        amounts.update(dict.fromkeys(amounts, standard))
        season.label("spread")
    elif wrong == "paid_more_than_ahead":
        order = sorted(amounts, key=lambda c: -amounts[c])
        pairs = [(a, b) for a, b in pairwise(order) if _alone(amounts, a) and _alone(amounts, b)]
        if not pairs:
            return
        ahead, cadre = pairs[len(pairs) // 2]
        amounts[ahead], amounts[cadre] = amounts[cadre], amounts[ahead]
    season.label(wrong, cadre)


def _alone(amounts: Amounts, cadre: str) -> bool:
    """Tell if nobody else is paid as much, so that a swap overtakes exactly one."""
    return list(amounts.values()).count(amounts[cadre]) == 1
