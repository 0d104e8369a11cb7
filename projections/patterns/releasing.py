"""What of all that was found becomes a lead, and whether the same is found again.

A lead is what passed its test and the floors under it; a straight-liner is one by rule. Numbers are
kept to six digits: other machines add up in another order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from math import isclose, isfinite
from typing import Any

from domain.lead import KINDS
from projections.leads import About, ReleasedLead, about
from projections.patterns.found import Found
from projections.patterns.in_group import InGroup
from projections.patterns.pairs import Pair
from projections.patterns.panel import Panel
from projections.patterns.parts import unit_of
from projections.patterns.raters import RaterSheet
from projections.patterns.rings import Ring
from projections.patterns.rivals import Rivalry
from projections.patterns.strength import REVIEW, WINDOW_REVIEW
from projections.patterns.units import UnitIndex
from projections.patterns.windows import Window

Lead = Pair | Ring | Window | RaterSheet | InGroup | Rivalry | UnitIndex
DIGITS = 6
LEAST_FREEDOM = 15
SAME = 1e-4
"""Relative difference of a number below which it is found again."""
_FIELDS = {"in-group": "in_group"}
"""Where in ``Found`` a kind stands that isn't called like it."""
_NO_NUMBER = ("strength", "floor_met", "flat")


@dataclass(frozen=True, slots=True)
class Pointed:
    """A lead before it has an id.

    Args:
        first, last: the periods in which the pattern stands.
        found: its numbers by name.
        item: what was found.
    """

    kind: str
    group: str
    members: tuple[str, ...]
    relation: str
    source: str
    first: str
    last: str
    strength: str | None
    found: Mapping[str, Any]
    item: Lead

    @property
    def unit(self) -> str:
        """The unit that the group is, or is a part of."""
        return unit_of(self.group)

    @property
    def about(self) -> About:
        """What it is about, as of a released lead."""
        return about(self.kind, self.unit, self.relation, self.source, self.members, self.found)


def listed(found: Found, kind: str) -> tuple[Any, ...]:
    """Return what was found of a kind, leads and others."""
    of_kind: tuple[Any, ...] = getattr(found, _FIELDS.get(kind, kind).replace("-", "_"))
    return of_kind


def pointed(every: Iterable[Found], panels: Iterable[Panel]) -> list[Pointed]:
    """Return the leads by kind, group, stratum and members, so that they have one order."""
    of = {(p.group, p.relation, p.source): p for p in panels}
    leads = [
        _pointed(kind, item, of[item.group, found.relation, found.source])
        for found in every
        for kind in KINDS
        for item in listed(found, kind)
        if is_lead(item, of[item.group, found.relation, found.source])
    ]
    order = {kind: at for at, kind in enumerate(KINDS)}
    return sorted(
        leads, key=lambda x: (order[x.kind], x.group, x.relation, x.source, x.members, x.first)
    )


def is_lead(item: Any, panel: Panel) -> bool:
    """Tell whether people should look into it.

    A rater of a few people looks flat by chance: of those with 15 degrees of freedom one in 60,000.
    """
    if isinstance(item, RaterSheet):
        return item.flat and freedom(panel, item.rater) >= LEAST_FREEDOM
    return item.strength != "none" and getattr(item, "floor_met", True)


def freedom(panel: Panel, rater: str) -> int:
    """Return on how many differences within periods a rater's spread rests."""
    e = panel.entries
    mine = e.rater == panel.people.index(rater)
    cells = set(zip(e.period[mine].tolist(), e.ratee[mine].tolist(), strict=True))
    return len(cells) - len({period for period, _ in cells})


def members_of(item: Lead, panel: Panel) -> tuple[str, ...]:
    """Return whom a lead concerns; of one about a group, everyone compared."""
    match item:
        case Pair() | Window():
            return item.a, item.b
        case Ring():
            return item.members
        case Rivalry():
            return item.rater, *item.rivals
        case RaterSheet():
            return (item.rater,)
        case InGroup(rater=str() as rater):
            return (rater,)
        case _:
            return panel.people


def families(every: Iterable[Found]) -> list[dict[str, Any]]:
    """Return how many tests of each kind and stratum there were, as a release names them.

    A kind of which nothing is listed has its family, too: that nothing was found says something
    only beside how often it was looked for.
    """
    return [
        {
            "kind": kind,
            "relation": found.relation,
            "source": found.source,
            "tests": tests,
            "level": None if kind == "raters" else WINDOW_REVIEW if kind == "windows" else REVIEW,
        }
        for found in every
        for kind in KINDS
        for tests in found.families.get(kind, ())
        if tests
    ]


def release_command(
    release: str,
    position: int,
    code_version: str,
    seed: int,
    years: tuple[int, int],
    every: Sequence[Found],
    leads: Sequence[Pointed],
) -> dict[str, Any]:
    """Return the command that releases leads, numbered in their order."""
    return {
        "command": "lead.release",
        "release": release,
        "position": position,
        "code_version": code_version,
        "seed": seed,
        "first": years[0],
        "last": years[1],
        "families": families(every),
        "leads": [
            {
                "lead": f"{release}-{number:03}",
                "kind": lead.kind,
                "unit": lead.unit,
                "members": list(lead.members),
                "relation": lead.relation,
                "source": lead.source,
                "first": int(lead.first),
                "last": int(lead.last),
                "strength": lead.strength,
                "found": dict(lead.found),
            }
            for number, lead in enumerate(leads, start=1)
        ],
    }


def again(released: Iterable[ReleasedLead], found: Iterable[Pointed]) -> Iterator[tuple[str, Any]]:
    """Yield how each lead fares when computed once more, with the lead.

    It is ``same``, ``changed`` (another number), ``missing`` (not found any more) or ``new`` (found
    and never released; then with the lead found).
    """
    left = {lead.about: lead for lead in found}
    for one in released:
        now = left.pop(one.about, None)
        if now is None:
            yield "missing", one
        else:
            same = one.first == int(now.first) and one.last == int(now.last)
            yield ("same" if same and _alike(one.found, now.found) else "changed"), one
    for lead in left.values():
        yield "new", lead


def _alike(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return then.keys() == now.keys() and all(_close(then[name], now[name]) for name in then)


def _close(then: Any, now: Any) -> bool:
    if isinstance(then, int | float) and isinstance(now, int | float):
        return isclose(then, now, rel_tol=SAME)
    return bool(then == now)


def _pointed(kind: str, item: Lead, panel: Panel) -> Pointed:
    strength = getattr(item, "strength", "none")
    return Pointed(
        kind=kind,
        group=item.group,
        members=members_of(item, panel),
        relation=panel.relation,
        source=panel.source,
        first=item.first if isinstance(item, Window) else panel.periods[0],
        last=item.last if isinstance(item, Window) else panel.periods[-1],
        strength=None if strength == "none" else strength,
        found=numbers(item),
        item=item,
    )


def numbers(item: Lead) -> dict[str, Any]:
    """Return the numbers and short texts of what was found, for the record."""
    whole = {field.name: getattr(item, field.name) for field in fields(item)}
    return {
        name: _rounded(value)
        for name, value in whole.items()
        if name not in _NO_NUMBER and isinstance(value, int | float) and isfinite(value)
    } | ({"attribute": item.attribute} if isinstance(item, InGroup) else {})


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.{DIGITS}g}")
