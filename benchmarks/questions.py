"""Questions: what a reader waits for, as of random days."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random

from archive.archive import Archive
from archive.demo.city import City
from benchmarks.figure import Figure, milliseconds, percentile, seconds
from projections.as_of import AsOf, parse_as_of
from projections.audit import Which, who_scored_whom
from projections.eligibility import eligibility
from projections.ranking import annual_ranking
from projections.reader import Reader

TIMES = 200

Question = Callable[[Reader], object]


def questions(archive: Archive, city: City) -> Iterator[Figure]:
    """Ask each kind of question many times, of random subjects; the same ones in every run."""
    asked = _Asked(archive, city)
    yield from _spread("one unit's ranking", asked.rankings())
    whole = seconds(asked.whole_city)
    yield Figure(f"ranking of all {asked.people} cadres", whole, "s")
    yield from _spread("who scored whom", asked.audits())
    yield from _spread("eligibility", asked.eligibilities())


def _spread(what: str, works: Iterator[Callable[[], object]]) -> Iterator[Figure]:
    times = milliseconds(works)
    yield Figure(f"{what}, p50", percentile(times, 50), "ms")
    yield Figure(f"{what}, p95", percentile(times, 95), "ms")


class _Asked:
    """Random questions to one archive."""

    def __init__(self, archive: Archive, city: City) -> None:
        self.archive = archive
        self.years = city.years
        self.last = city.years[-1]
        self.chance = Random(1)
        self.known = AsOf(date(self.last + 1, 12, 31))
        with archive.ask(self.known) as reader:
            ranked = annual_ranking(reader, self.last)
        self.cadres = [line.standing.cadre for line in ranked]
        self.units = sorted({line.standing.unit for line in ranked})
        self.people = len(ranked)

    def rankings(self) -> Iterator[Callable[[], object]]:
        """Yield rankings of one unit in one year, as of a day of that year or the next."""
        for _ in range(TIMES):
            year, unit = self.chance.choice(self.years), self.chance.choice(self.units)
            day = date(year, 1, 1) + timedelta(days=self.chance.randrange(730))
            as_of = parse_as_of(day.isoformat(), self.archive.clock())
            assert as_of is not None
            yield self._ask(partial(annual_ranking, year=year, unit=unit), as_of)

    def whole_city(self) -> None:
        """Rank everybody of the last year."""
        self._ask(partial(annual_ranking, year=self.last), self.known)()

    def audits(self) -> Iterator[Callable[[], object]]:
        """Yield audits of one ratee in all years."""
        for cadre in self.chance.choices(self.cadres, k=TIMES):
            yield self._ask(partial(who_scored_whom, which=Which(ratee=cadre)), self.known)

    def eligibilities(self) -> Iterator[Callable[[], object]]:
        """Yield one cadre's eligibility for promotion."""
        for cadre in self.chance.choices(self.cadres, k=TIMES):
            asked = partial(eligibility, purpose="promotion", cadre=cadre, year=self.last)
            yield self._ask(asked, self.known)

    def _ask(self, question: Question, as_of: AsOf) -> Callable[[], object]:
        def work() -> object:
            with self.archive.ask(as_of) as reader:
                return question(reader)

        return work
