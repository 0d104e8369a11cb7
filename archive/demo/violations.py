"""Planted violations: where rules are broken on purpose, and the labels that tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from random import Random

from archive.demo.chance import chance
from archive.demo.plants import Label

PLANNED: Mapping[str, float] = {
    "used_before_ratified": 0.02,
    "order": 0.01,
    "wrong_role": 0.01,
    "content_changed": 0.01,
    "not_collective": 0.01,
    "scheme_out_of_bounds": 0.01,
    "late": 0.06,
    "no_filed_list": 0.02,
    "self_approval": 0.02,
    "no_trained_admin": 0.01,
    "closed_without_supervision": 0.02,
    "grade_differs": 0.02,
    "publicised_differs": 0.02,
    "over_pool": 0.02,
    "spread": 0.02,
    "paid_same": 0.01,
    "paid_more_than_ahead": 0.02,
    "below_half_commended": 0.02,
    "decision_without_evidence": 0.02,
}
"""By check, the share of units' years in which it is violated; in one of them at least."""

SEIZED: Mapping[str, float] = {
    "talk_missing": 0.06,
    "talk_wrong_talker": 0.04,
    "talk_overdue": 0.04,
    "talk_too_light": 0.15,
    "no_improvement": 0.3,
    "ineligible_appointed": 0.05,
    "posted_without_decision": 0.05,
    "evidence_changed": 0.4,
    "late": 0.15,
    "half_changed_by_roster": 0.03,
}
"""By check, the share of opportunities (a talk due, a promotion, a contest) that are seized."""

FIRST = 0.7
"""How readily the first opportunity is seized."""


@dataclass(slots=True)
class Violations:
    """What is violated where; the labels grow as the city is told."""

    homes: frozenset[tuple[str, str, int]]
    controls: frozenset[str]
    rng: Random
    labels: list[Label] = field(default_factory=list)
    struck: set[str] = field(default_factory=set)

    def planned(self, check: str, unit: str, year: int) -> bool:
        """Tell if the check is to be violated in the unit's year."""
        return (check, unit, year) in self.homes

    def seized(self, check: str, unit: str) -> bool:
        """Tell if an opportunity to violate the check is seized; never in a control unit."""
        if unit in self.controls:
            return False
        draw = self.rng.random()
        return draw < SEIZED[check] or (check not in self.struck and draw < FIRST)

    def label(self, check: str, unit: str, cadre: str | None, year: int) -> None:
        """Note that a check was violated, and by whose papers."""
        self.struck.add(check)
        label = {"kind": "violation", "check": check, "unit": unit, "cadre": cadre, "year": year}
        if label not in self.labels:
            self.labels.append(label)


def violate(seed: int, units: list[str], years: range, controls: frozenset[str]) -> Violations:
    """Spread the planned violations over the units that aren't controls, and over the years."""
    open_units = [unit for unit in units if unit not in controls]
    homes = set()
    places = [(unit, year) for unit in open_units for year in years]
    chance(seed, "violations").shuffle(places)
    turn = cycle(places)
    for check, rate in PLANNED.items():
        chosen = islice(turn, max(1, round(rate * len(places))))
        homes |= {(check, unit, year) for unit, year in chosen}
    return Violations(frozenset(homes), controls, chance(seed, "opportunities"))
