"""A simulated city, as commands that any archive can record, and the labels of what is in it."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import cycle

from archive.demo.amendments import amended
from archive.demo.ballots import hold_round
from archive.demo.books import Books
from archive.demo.closing import conclude
from archive.demo.contests import ROUTES
from archive.demo.founding import found, founding_papers
from archive.demo.memory import Memory
from archive.demo.moves import move
from archive.demo.paper import Command, in_order, known
from archive.demo.plants import Label, plant
from archive.demo.roster import Roster, departures, freeze, roster_of
from archive.demo.rules import Rules, adoptions, pilots_of, rules
from archive.demo.schemes import scheme
from archive.demo.scores import Law
from archive.demo.season import Season
from archive.demo.service import service
from archive.demo.supervision import supervised
from archive.demo.tally import Tally, facts
from archive.demo.violations import violate
from archive.demo.work import draw_lists, hand_in, keep_logs, score_items
from domain.rules.standing import pooled

MOST_UNITS, MOST_YEARS = 300, 12
EARLIEST, LATEST_START = 2013, 2018


@dataclass(frozen=True)
class City:
    """A city: the same size and seed are the same city, command for command."""

    units: int
    seed: int
    years: range

    def commands(self, understood: Container[str] | None = None) -> Iterator[Command]:
        """Yield the city's commands, in the order in which they became known.

        Args:
            understood: the names of the commands that the archive knows; others are left
                out (no command needs one of them to come before it). None: all.
        """
        books = _books(self)
        for command in _told(books, self.years):
            if understood is None or command["command"] in understood:
                yield command
        self.__dict__["labels"] = _labels(books)

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """What was planted, and what is worth finding, as JSON-able objects with a ``kind``.

        pair, ring, favourite, lift, straight_liner and control have ``unit``, ``members`` (a
        favourite's first is the leader), ``years`` (first and last, included) and ``size`` (mean
        points added); a lift also has ``promoted`` and ``givers``. A violation has ``check``,
        ``unit``, ``cadre`` (or None) and ``year``; a contest has them with ``stage`` and
        ``outcome``. Violations and contests arise as the city is told: who asks before it was
        told once has it told.
        """
        books = _books(self)
        for _ in _told(books, self.years):
            pass
        return _labels(books)


def city(units: int = 20, years: int = 5, seed: int = 1) -> City:
    """Return the city of this size; five years are 2014 to 2018, ten are 2013 to 2022.

    Raises:
        ValueError: a size is out of range.
    """
    for name, given, most in (("units", units, MOST_UNITS), ("years", years, MOST_YEARS)):
        if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
            raise ValueError(f"{name} must be a whole number from 1 to {most}, not {given!r}")
    first = max(EARLIEST, LATEST_START - years + 1)
    return City(units, seed, range(first, first + years))


def _books(city: City) -> Books:
    world = found(city.units, city.seed)
    plants = plant(world, city.years)
    controls = frozenset(lab["unit"] for lab in plants.labels if lab["kind"] == "control")
    violations = violate(city.seed, [u.unit for u in world.units], city.years, controls)
    return Books(world, plants, violations, Memory(), cycle(ROUTES))


def _labels(books: Books) -> tuple[Label, ...]:
    return (*books.plants.labels, *books.violations.labels)


def _told(books: Books, years: range) -> Iterator[Command]:
    """Yield year after year; what follows from one runs beside the next."""
    yield from founding_papers(books.world, years[0])
    pilots = pilots_of(books.world)
    following: list[Command] = []
    for year in years:
        begun = in_order([*adoptions(year, pilots), *move(books, year)])
        law = Law(books.world, books.plants)
        judged = [
            (roster_of(books.world, unit, year), rules(year, unit.unit in pilots), Tally())
            for unit in books.world.units
        ]
        telling = (_year(roster, ruled, law, tally, books) for roster, ruled, tally in judged)
        yield from merge(following, begun, *telling, key=known)
        # only now are all units scored, and small groups can be compared with the city
        scored = [
            amended(facts(r, tally, ruled, books.world), r, books) for r, ruled, tally in judged
        ]
        wider = pooled(scored)
        seasons = (
            Season(roster, unit_year, books, wider)
            for (roster, _, _), unit_year in zip(judged, scored, strict=True)
        )
        following = in_order(c for season in seasons for c in conclude(season))
    yield from following


def _year(roster: Roster, ruled: Rules, law: Law, tally: Tally, books: Books) -> Iterator[Command]:
    """Yield one unit's year, from the scheme in February to the items in December."""
    from_march = _from_march(roster, law, tally, books)
    yield from merge(scheme(roster, ruled, books), from_march, key=known)


def _from_march(roster: Roster, law: Law, tally: Tally, books: Books) -> Iterator[Command]:
    lists = draw_lists(roster)
    yield from freeze(roster)
    yield from merge(
        hand_in(roster, lists, books),
        keep_logs(roster, law, tally),
        departures(roster),
        supervised(roster, books),
        service(roster, books),
        key=known,
    )
    yield from hold_round(roster, law, tally)
    yield from score_items(roster, lists, law, tally)
