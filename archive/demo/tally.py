"""What a unit's year adds up to, and the grades: an approximation for the papers.

The archive computes its own, exactly; this one may differ at a quota's edge, as paper does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.demo.people import Person

WEIGHTS_2013 = (0.40, 0.36, 0.24)
WEIGHTS_2017 = (0.50, 0.30, 0.20)
"""Performance, democratic, leader: pilots from 2017 on, everyone from 2018 on."""


@dataclass(slots=True)
class Tally:
    """Sums and weights by (cadre, part); the parts are item, log, democratic, leader."""

    sums: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def add(self, cadre: str, part: str, points: float, weight: float = 1.0) -> None:
        """Count a score; a negative weight takes it out again."""
        total = self.sums.setdefault((cadre, part), [0.0, 0.0])
        total[0] += points * weight
        total[1] += weight

    def mean(self, cadre: str, part: str) -> float | None:
        """Return the weighted mean of a part, None without evidence."""
        points, weight = self.sums.get((cadre, part), (0.0, 0.0))
        return points / weight if weight > 0 else None

    def annual(self, cadre: str, weights: tuple[float, float, float]) -> float | None:
        """Return the annual score; None if a part has no evidence."""
        item, log = self.mean(cadre, "item"), self.mean(cadre, "log")
        democratic, leader = self.mean(cadre, "democratic"), self.mean(cadre, "leader")
        if item is None or log is None or democratic is None or leader is None:
            return None
        performance = 0.7 * item + 0.3 * log
        parts = zip(weights, (performance, democratic, leader), strict=True)
        return round(sum(weight * part for weight, part in parts) + 1e-9, 2)


def part_of(relation: str) -> str:
    """Return the component that a ballot by such a rater counts for."""
    return "leader" if relation == "leader" else "democratic"


@dataclass(frozen=True, slots=True)
class Standing:
    """A cadre's score among those of the same rank level."""

    cadre: str
    annual: float
    rank: int
    of: int
    in_bottom_zone: bool

    @property
    def may_excel(self) -> bool:
        """Tell if the upper half and the floor allow 优秀."""
        return 2 * self.rank <= self.of and self.annual >= 85


def rank(people: Iterable[Person], annual: dict[str, float]) -> list[list[Standing]]:
    """Rank the people within their rank levels, ties sharing a rank."""
    levels: dict[str, list[float]] = {}
    members: dict[str, list[str]] = {}
    for person in people:
        levels.setdefault(person.rank_level, []).append(annual[person.cadre])
        members.setdefault(person.rank_level, []).append(person.cadre)
    return [
        sorted(
            (_standing(cadre, annual[cadre], levels[level]) for cadre in members[level]),
            key=lambda s: (s.rank, s.cadre),
        )
        for level in sorted(levels)
    ]


def _standing(cadre: str, mine: float, group: list[float]) -> Standing:
    above = sum(points > mine for points in group)
    below = sum(points < mine for points in group)
    n = len(group)
    return Standing(cadre, mine, above + 1, n, n >= 3 and below < -(-n // 5))


def grades(groups: list[list[Standing]]) -> dict[str, str]:
    """Return everyone's grade: a fifth of each level and of the unit may be excellent."""
    seats = _seats([len(group) for group in groups])
    found: dict[str, str] = {}
    for group, seat in zip(groups, seats, strict=True):
        for one in group:
            ahead_or_level = sum(other.annual >= one.annual for other in group)
            found[one.cadre] = _grade(one, ahead_or_level <= seat)
    return found


def _seats(sizes: list[int]) -> list[int]:
    """Give every level its fifth, and what is left over to the largest remainders."""
    seats = [size // 5 for size in sizes]
    left = sum(sizes) // 5 - sum(seats)
    by_remainder = sorted(range(len(sizes)), key=lambda n: (-(sizes[n] % 5), n))
    for n in by_remainder[:left]:
        seats[n] += 1
    return seats


def _grade(one: Standing, seated: bool) -> str:
    if seated and one.may_excel:
        return "excellent"
    if one.in_bottom_zone and one.annual < 60:
        return "incompetent"
    return "basically_competent" if one.in_bottom_zone and one.annual < 75 else "competent"
