"""A simulated city, as commands that any archive can record, and the labels of what is in it."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from heapq import merge

from archive.demo.ballots import hold_round
from archive.demo.chance import chance
from archive.demo.closing import conclude
from archive.demo.founding import found, founding_papers
from archive.demo.moves import move
from archive.demo.paper import ORGANIZATION, Command, known, paper
from archive.demo.people import Unit, World
from archive.demo.plants import Label, plant
from archive.demo.roster import departures, freeze, roster_of
from archive.demo.scores import Law
from archive.demo.tally import Tally
from archive.demo.work import draw_lists, hand_in, keep_logs, score_items

MOST_UNITS, MOST_YEARS = 300, 12
EARLIEST, LATEST_START = 2013, 2018


@dataclass(frozen=True, slots=True)
class City:
    """A city: the same size and seed are the same city, command for command.

    Attributes:
        labels: what was planted, as JSON-able objects with ``kind`` (pair, ring, favourite,
            lift, straight_liner, control), ``unit``, ``members`` (a favourite's first is the
            leader), ``years`` (first and last, included) and ``size`` (mean points added);
            a lift also has ``promoted`` and ``givers``.
    """

    units: int
    seed: int
    years: range
    labels: tuple[Label, ...]

    def commands(self, understood: Container[str] | None = None) -> Iterator[Command]:
        """Yield the city's commands, in the order in which they became known.

        Args:
            understood: the names of the commands that the archive knows; others are left
                out (no command needs one of them to come before it). None: all.
        """
        for command in self._commands():
            if understood is None or command["command"] in understood:
                yield command

    def _commands(self) -> Iterator[Command]:
        world = found(self.units, self.seed)
        plants = plant(world, self.years)
        pilots = _pilots(world)
        yield from founding_papers(world, self.years[0])
        for year in self.years:
            yield from _policies(year, sorted(pilots))
            yield from move(world, plants, year)
            law = Law(world, plants)
            yield from merge(
                *(_year(world, unit, year, law, unit.unit in pilots) for unit in world.units),
                key=known,
            )


def city(units: int = 20, years: int = 5, seed: int = 1) -> City:
    """Return the city of this size; five years are 2014 to 2018, ten are 2013 to 2022.

    Raises:
        ValueError: a size is out of range.
    """
    for name, given, most in (("units", units, MOST_UNITS), ("years", years, MOST_YEARS)):
        if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
            raise ValueError(f"{name} must be a whole number from 1 to {most}, not {given!r}")
    first = max(EARLIEST, LATEST_START - years + 1)
    span = range(first, first + years)
    labels = plant(found(units, seed), span).labels
    return City(units, seed, span, labels)


def _pilots(world: World) -> frozenset[str]:
    units = [unit.unit for unit in world.units]
    return frozenset(chance(world.seed, "pilots").sample(units, min(3, len(units) // 2)))


def _policies(year: int, pilots: list[str]) -> Iterator[Command]:
    """Yield the policy that begins with the year; it is told when the year before is closed."""
    begins, told = date(year, 1, 1), f"{year}-02-01"
    if year == 2017 and pilots:
        yield paper(
            "policy.adopt",
            ORGANIZATION,
            begins,
            told,
            policy="shishou-2017-pilot",
            units=pilots,
            source="2017年试点工作通知",
        )
    if year == 2018:
        yield paper("policy.adopt", ORGANIZATION, begins, told, policy="shishou-2018")


def _year(world: World, unit: Unit, year: int, law: Law, pilot: bool) -> Iterator[Command]:
    """Yield one unit's year, from the roster in March to the corrections in January."""
    roster, tally = roster_of(world, unit, year), Tally()
    lists = draw_lists(roster)
    yield from freeze(roster)
    yield from merge(
        hand_in(roster, lists), keep_logs(roster, law, tally), departures(roster), key=known
    )
    yield from hold_round(roster, law, tally)
    yield from score_items(roster, lists, law, tally)
    yield from conclude(roster, tally, pilot and year >= 2017)
