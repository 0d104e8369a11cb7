"""In-group favour: more for those of the same home town, school, former unit … than for others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domain.sentence import Term, say
from projections.patterns.assessing import Fitted
from projections.patterns.known import mean_known
from projections.patterns.leads import NotAssessable
from projections.patterns.multiplicity import benjamini_hochberg, benjamini_yekutieli
from projections.patterns.panel import Bools, Ints
from projections.patterns.permuting import Compared, compare
from projections.patterns.qap import qap
from projections.patterns.strength import FLOOR, VISIBLE, Strength, strengths

RANK_LEVEL = "rank_level"
"""Not an affinity: ratees change places only with those of the same rank level."""
LEAST_MATCHED = 6
DRAWS = 1_999
"""Permutations of each test."""


@dataclass(frozen=True, slots=True)
class InGroup:
    """Whether those of the same school (home town, former unit …) get more than others.

    Args:
        rater: None where it is about the whole unit.
        estimate, se: matched − other, in points.
        matched: how many ratees (or, of a unit, cells) share the attribute's value.
    """

    group: str
    attribute: str
    rater: str | None
    estimate: float
    se: float
    p: float
    q: float
    matched: int
    strength: Strength
    floor_met: bool
    family: int
    visible: float


@dataclass(frozen=True, slots=True)
class _Test:
    group: str
    attribute: str
    rater: str | None
    found: Compared


def in_groups(
    groups: Sequence[Fitted], seed: int
) -> tuple[tuple[InGroup, ...], tuple[NotAssessable, ...]]:
    """Return every test of raters and units, the least p first, and which groups had none.

    Raters and units are two families.

    Args:
        groups: assessable ones.
        seed: of the permutations; a group's own whatever the others are.
    """
    tests: list[_Test] = []
    missing: list[NotAssessable] = []
    for one in groups:
        for attribute in _asked(one):
            rng = np.random.default_rng([seed, *one.panel.group.encode(), *attribute.encode()])
            made = list(_tests(one, attribute, rng))
            tests += made
            if not made:
                reason = say("too_few_matched", attribute=Term(attribute), needed=LEAST_MATCHED)
                missing.append(NotAssessable("in-group", one.panel.group, reason))
    raters = _family([t for t in tests if t.rater is not None])
    units = _family([t for t in tests if t.rater is None])
    return tuple(sorted(raters + units, key=lambda t: (t.p, -t.estimate))), tuple(missing)


def _asked(one: Fitted) -> list[str]:
    return sorted(one.panel.attributes.keys() - {RANK_LEVEL})


def _tests(one: Fitted, attribute: str, rng: np.random.Generator) -> Iterator[_Test]:
    """Yield the tests that have enough matched: the unit's, then each rater's."""
    group, people = one.panel.group, one.panel.people
    code = _codes(one.panel.attributes[attribute])
    known = (code >= 0)[:, None] & (code >= 0)[None, :]
    residual = np.where(known, one.fit.mean, np.nan)
    matched = (code[:, None] == code[None, :]) & ~np.isnan(residual)
    if matched.sum() < LEAST_MATCHED:
        return
    ordinary = np.where(known, mean_known(one.fit.ols.residual, 0), np.nan)
    whole = qap(ordinary, matched, DRAWS, rng)
    if whole is not None:
        yield _Test(group, attribute, None, whole)
    stratum = _codes(one.panel.attributes.get(RANK_LEVEL, (None,) * len(people)))
    for i in np.flatnonzero(~one.fit.cramped & (matched.sum(axis=1) >= LEAST_MATCHED)):
        told = ~np.isnan(residual[i])
        if _permutable(matched[i, told], stratum[told]):
            row = residual[i, told], matched[i, told], stratum[told]
            yield _Test(group, attribute, people[i], compare(*row, DRAWS, rng))


def _permutable(matched: Bools, stratum: Ints) -> bool:
    """Tell whether some stratum has both matched and others, so that labels can change places."""
    return any(0 < matched[stratum == one].sum() < (stratum == one).sum() for one in set(stratum))


def _codes(values: Sequence[str | None]) -> Ints:
    """Return a number for each different value, -1 for none."""
    number = {value: at for at, value in enumerate(sorted({v for v in values if v is not None}))}
    return np.array([-1 if v is None else number[v] for v in values], dtype=np.intp)


def _family(tests: list[_Test]) -> list[InGroup]:
    """Return the tests of one family with their q."""
    p = np.array([t.found.p for t in tests])
    large = np.array([t.found.estimate >= FLOOR for t in tests], dtype=bool)
    q, q_strong = benjamini_hochberg(p), benjamini_yekutieli(p)
    return [
        InGroup(
            group=t.group,
            attribute=t.attribute,
            rater=t.rater,
            estimate=t.found.estimate,
            se=t.found.se,
            p=t.found.p,
            q=float(own_q),
            matched=t.found.matched,
            strength=strength,
            floor_met=bool(met),
            family=len(tests),
            visible=VISIBLE * t.found.se,
        )
        for t, own_q, strength, met in zip(
            tests, q, strengths(q, q_strong, large), large, strict=True
        )
    ]
