"""The law of the scores: ability, the rater's severity, favour, noise, and round numbers."""

from dataclasses import dataclass
from random import Random

from archive.demo.people import World
from archive.demo.plants import Plants

USUAL = 87.0
SEVERITY_OF_WORK = 0.5  # a log or an item is judged by what was done, less by who judges
WALK = 1.5
HEAPS = (85, 90, 95)


@dataclass(frozen=True, slots=True)
class Law:
    """Who gives how many points; abilities are the world's, and move with it."""

    world: World
    plants: Plants

    def ballot(self, rater: str, ratee: str, year: int, rng: Random) -> float:
        """Return the points on a sheet."""
        ability, severity = self.world.ability[ratee], self.world.severity[rater]
        if rater in self.plants.straight_liners:
            return _paper(USUAL + severity + 0.05 * ability + rng.gauss(0, 0.7), rng)
        favour = self.plants.favour(rater, ratee, year)
        return _heaped(USUAL + ability + severity + favour + rng.gauss(0, 5), rng)

    def work(self, rater: str, ratee: str, year: int, rng: Random) -> float:
        """Return the points for a log or an item."""
        severity = SEVERITY_OF_WORK * self.world.severity[rater]
        merit = self.world.ability[ratee] + self.plants.favour(rater, ratee, year)
        return _paper(USUAL + merit + severity + rng.gauss(0, 3), rng)


def walk(world: World, rng: Random) -> None:
    """Let every ability move by one year."""
    for cadre in world.ability:
        world.ability[cadre] += rng.gauss(0, WALK)


def _heaped(points: float, rng: Random) -> float:
    if rng.random() < 0.25:
        near = min(HEAPS, key=lambda heap: abs(heap - points))
        if abs(near - points) <= 3:
            return near
    return _paper(points, rng)


def _paper(points: float, rng: Random) -> float:
    """Return points as people write them: whole ones, now and then a half or a decimal."""
    points = min(100.0, max(0.0, points))
    style = rng.random()
    if style < 0.93:
        return round(points)
    return round(points * 2) / 2 if style < 0.98 else round(points, 2)
