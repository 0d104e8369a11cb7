"""All that is asked of one stratum: leads of every kind, what can't be told, what would be seen."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from domain.sentence import say
from projections.patterns import pairs, rings, windows
from projections.patterns.assessing import Fitted, Refused, fitted
from projections.patterns.dyads import LEAST_PERIODS
from projections.patterns.found import Found
from projections.patterns.in_group import InGroup, in_groups
from projections.patterns.leads import KINDS, Kind, NotAssessable, NothingFound
from projections.patterns.lift import BEFORE, lifts
from projections.patterns.one_way import one_way
from projections.patterns.panel import Floats, Ints, Panel
from projections.patterns.raters import scored_one, sheets
from projections.patterns.rivals import Rivalry, rivals
from projections.patterns.robust import CRAMPED
from projections.patterns.rotation import can_rotate, rotation
from projections.patterns.stratum import Stratum, prepared
from projections.patterns.strength import VISIBLE
from projections.patterns.units import UnitIndex, everybody_scored, unit_indexes

OF_SHORT: tuple[Kind, ...] = ("raters", "rotation")
OF_SMALL: tuple[Kind, ...] = (*OF_SHORT, "units")
"""What is told of groups with too few periods, and of those with too few people."""


@dataclass(frozen=True, slots=True)
class Made:
    """What one kind gave.

    Args:
        leads: of that kind, flagged or ranked.
        missing: what couldn't be told of which group.
        errors: the standard errors of each group's tests, in the unit of the estimates.
        families: how many tests each family had, where not all are among the leads of one.
    """

    leads: tuple[Any, ...]
    missing: Sequence[NotAssessable] = ()
    errors: Mapping[str, Floats] = field(default_factory=dict)
    families: tuple[int, ...] | None = None


def find(panels: Sequence[Panel], seed: int, kinds: Collection[Kind] = KINDS) -> Found:
    """Return what is asked of a stratum's panels.

    Args:
        panels: all groups of one relation and one source, each group once; every test's family
            is all of them.
        seed: of everything that is drawn; with the same panels it gives the same.
        kinds: what is wanted.
    """
    return find_fitted([fitted(panel) for panel in panels], seed, kinds)


def find_fitted(
    states: Sequence[Fitted | Refused], seed: int, kinds: Collection[Kind] = KINDS
) -> Found:
    """Return the same from panels already fitted, which several processes may have done."""
    stratum = prepared(states)
    made = {kind: MAKERS[kind](stratum, seed) for kind in KINDS if kind in kinds}
    missing = [lack for one in made.values() for lack in one.missing]
    first = states[0].panel if states else None
    return Found(
        relation=first.relation if first else "",
        source=first.source if first else "",
        seed=seed,
        tau2=stratum.tau2 if stratum.between else None,
        shift=stratum.tested.shift if stratum.mutual else None,
        not_assessable=(*_left_out(stratum, kinds), *missing),
        nothing_found=tuple(n for kind, one in made.items() for n in _nothing(kind, one)),
        residuals={one.panel.group: one.fit.mean for one in stratum.between},
        people={one.panel.group: one.panel.people for one in stratum.between},
        families={
            kind: (len(one.leads),) if one.families is None else one.families
            for kind, one in made.items()
        },
        **{kind.replace("-", "_"): one.leads for kind, one in made.items()},
    )


def _nothing(kind: Kind, made: Made) -> list[NothingFound]:
    """Return the groups in which nothing is flagged, and the smallest effect to be seen."""
    flagged = {lead.group for lead in made.leads if lead.strength != "none"} if made.errors else ()
    return [
        NothingFound(kind, group, VISIBLE * float(np.median(errors)))
        for group, errors in made.errors.items()
        if group not in flagged and len(errors)
    ]


def _left_out(stratum: Stratum, kinds: Collection[Kind]) -> list[NotAssessable]:
    """Return the groups of which this kind isn't told for want of raters, people or periods."""
    told = [
        (stratum.refused, ()),
        (stratum.short, OF_SHORT),
        (stratum.only, OF_SMALL),
    ]
    return [
        NotAssessable(kind, group, reason)
        for groups, still in told
        for group, reason in groups
        for kind in KINDS
        if kind in kinds and kind not in still
    ]


def _pairs(stratum: Stratum, seed: int) -> Made:
    found = pairs.pairs(stratum.between, stratum.tested)
    errors = _by_group(stratum, stratum.tested.dyads.unit, stratum.tested.se)
    missing = [*_not_mutual(stratum, "pairs"), *_cramped(stratum)]
    return Made(found, missing, errors, (len(stratum.tested.p),))


def _retaliation(stratum: Stratum, seed: int) -> Made:
    found = pairs.retaliation(stratum.between, stratum.tested)
    errors = _by_group(stratum, stratum.tested.dyads.unit, stratum.tested.se)
    return Made(found, _not_mutual(stratum, "retaliation"), errors, (len(stratum.tested.p),))


def _rings(stratum: Stratum, seed: int) -> Made:
    """Find rings; the errors are those of the mean of a ring of three."""
    tested = stratum.tested
    found = rings.leads(stratum.between, tested)
    errors = _by_group(stratum, tested.dyads.unit, tested.se / np.sqrt(3))
    return Made(found, _not_mutual(stratum, "rings"), errors, (len(stratum.mutual),))


def _windows(stratum: Stratum, seed: int) -> Made:
    fits = [one.fit for one in stratum.between]
    scanned = windows.windows(fits, stratum.tested, seed)
    unit = stratum.tested.dyads.unit[scanned.at]
    errors = _by_group(stratum, unit, scanned.shortest_se)
    reason = say("too_short_for_windows", needed=windows.LEAST_PERIODS)
    groups = [one.panel.group for one in stratum.between]
    missing = [NotAssessable("windows", g, reason) for g in groups if not len(errors[g])]
    listed = windows.leads(stratum.between, stratum.tested, scanned)
    return Made(listed, missing, errors, (len(scanned.p),))


def _raters(stratum: Stratum, seed: int) -> Made:
    found = tuple(sheet for one in stratum.shown for sheet in sheets(one))
    return Made(found, [lone for one in stratum.shown for lone in scored_one(one)])


def _in_group(stratum: Stratum, seed: int) -> Made:
    found, missing = in_groups(stratum.between, seed)
    whole = sum(test.rater is None for test in found)
    return Made(found, missing, _own_errors(found), (len(found) - whole, whole))


def _rivals(stratum: Stratum, seed: int) -> Made:
    found, missing = rivals(stratum.between, stratum.tau2)
    return Made(found, missing, _own_errors(found))


def _units(stratum: Stratum, seed: int) -> Made:
    short = {group for group, _ in stratum.short}
    enough = [one for one in stratum.shown if one.panel.group not in short]
    whole = [one for one in enough if everybody_scored(one)]
    reason = say("not_everybody_scored")
    groups = {one.panel.group for one in whole}
    missing = [
        NotAssessable("units", one.panel.group, reason)
        for one in enough
        if one.panel.group not in groups
    ]
    found = unit_indexes(whole)
    return Made(found, missing, _own_errors(found))


def _one_way(stratum: Stratum, seed: int) -> Made:
    return Made(one_way(stratum.between, stratum.tau2))


def _lift(stratum: Stratum, seed: int) -> Made:
    found = lifts(stratum.between, stratum.tau2)
    seen = {lift.group for lift in found}
    reason = say("nobody_decided_about", needed=BEFORE)
    groups = [one.panel.group for one in stratum.between]
    return Made(found, [NotAssessable("lift", g, reason) for g in groups if g not in seen])


def _rotation(stratum: Stratum, seed: int) -> Made:
    panels = [one.panel for one in stratum.shown]
    reason = say("no_excellent")
    missing = [NotAssessable("rotation", p.group, reason) for p in panels if not can_rotate(p)]
    return Made(rotation([p for p in panels if can_rotate(p)], seed), missing)


def _by_group(stratum: Stratum, unit: Ints, errors: Floats) -> dict[str, Floats]:
    """Return each group's part of errors that stand in the order of the groups."""
    groups = [one.panel.group for one in stratum.between]
    bounds = np.searchsorted(unit, np.arange(1, len(groups)))
    return dict(zip(groups, np.split(errors, bounds), strict=True)) if groups else {}


def _own_errors(leads: Iterable[InGroup | Rivalry | UnitIndex]) -> dict[str, Floats]:
    """Return the standard errors that leads bear themselves, by group."""
    errors: dict[str, list[float]] = {}
    for lead in leads:
        errors.setdefault(lead.group, []).append(lead.se)
    return {group: np.array(some) for group, some in errors.items()}


def _not_mutual(stratum: Stratum, kind: Kind) -> list[NotAssessable]:
    reason = say("nobody_mutual", needed=LEAST_PERIODS)
    mutual = stratum.mutual
    return [
        NotAssessable(kind, one.panel.group, reason)
        for at, one in enumerate(stratum.between)
        if at not in mutual
    ]


def _cramped(stratum: Stratum) -> list[NotAssessable]:
    """Return whose pairs can't be told of, since they give everybody nearly the same."""
    return [
        NotAssessable(
            "pairs",
            one.panel.group,
            say("cramped", least=f"{CRAMPED:.2f}"),
            one.panel.people[at],
        )
        for one in stratum.between
        for at in np.flatnonzero(one.fit.cramped)
    ]


MAKERS: dict[Kind, Callable[[Stratum, int], Made]] = {
    "pairs": _pairs,
    "rings": _rings,
    "windows": _windows,
    "raters": _raters,
    "in-group": _in_group,
    "rivals": _rivals,
    "retaliation": _retaliation,
    "units": _units,
    "one-way": _one_way,
    "lift": _lift,
    "rotation": _rotation,
}
