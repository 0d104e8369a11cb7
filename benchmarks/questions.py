"""Questions: what a reader waits for, as of random days."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import get_args

from archive.archive import Archive
from archive.citing import Citing
from archive.demo.city import City
from benchmarks.figure import Figure, milliseconds, percentile, seconds
from domain.rules.eligibility import Purpose
from projections.as_of import AsOf, parse_as_of
from projections.audit import Which, who_scored_whom
from projections.city_ranking import city_ranking
from projections.conformance import checks_of_year
from projections.eligibility import eligibility
from projections.ranking import annual_ranking
from projections.reader import Reader
from projections.spread import spreads
from projections.talks import talks_of_year
from projections.timeline import record_positions

TIMES = 50
FEW = 10

Question = Callable[[Reader], object]


def questions(archive: Archive, city: City) -> Iterator[Figure]:
    """Ask each kind of question many times, of random subjects; the same ones in every run."""
    asked = _Asked(archive, city)
    whole = seconds(asked.whole_city)
    yield Figure(f"ranking of all {asked.people} cadres, cold", whole, "s")
    asked.remembered()
    yield Figure("the same, remembered", seconds(asked.remembered), "s")
    yield from _spread("one unit's ranking", asked.rankings())
    yield from _spread("who scored whom", asked.audits())
    yield from _spread("eligibility for promotion", asked.eligibilities())
    yield from _spread("one cadre's record", asked.records())
    yield from _spread("one unit's talks", asked.of_units(talks_of_year, FEW))
    yield from _spread("one unit's spread", asked.of_units(spreads, FEW))
    yield from _spread("one unit's checks", asked.of_units(checks_of_year, FEW))
    cited = milliseconds(asked.citations())
    yield Figure(f"citing, mean of {len(cited)} decisions", sum(cited) / len(cited), "ms")


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

    def remembered(self) -> None:
        """Rank everybody of the last year, or recall it."""
        with self.archive.ask(self.known) as reader:
            city_ranking(reader, self.archive.views.engine, self.last)

    def audits(self) -> Iterator[Callable[[], object]]:
        """Yield audits of one ratee in all years."""
        for cadre in self.chance.choices(self.cadres, k=TIMES):
            yield self._ask(partial(who_scored_whom, which=Which(ratee=cadre)), self.known)

    def eligibilities(self) -> Iterator[Callable[[], object]]:
        """Yield one cadre's eligibility for promotion."""
        for cadre in self.chance.choices(self.cadres, k=TIMES):
            asked = partial(eligibility, purpose="promotion", cadre=cadre, year=self.last)
            yield self._ask(asked, self.known)

    def records(self) -> Iterator[Callable[[], object]]:
        """Yield one cadre's record."""
        for cadre in self.chance.choices(self.cadres, k=TIMES):
            yield self._ask(partial(record_positions, cadre=cadre), self.known)

    def of_units(
        self, question: Callable[..., object], times: int
    ) -> Iterator[Callable[[], object]]:
        """Yield a question about one unit's year, as it is known."""
        for unit in self.chance.choices(self.units, k=times):
            year = self.chance.choice(self.years)
            yield self._ask(partial(question, year=year, unit=unit), self.known)

    def citations(self) -> Iterator[Callable[[], object]]:
        """Yield what many decisions about the last year cite, one after another."""
        cite, now = Citing(self.archive.views), self.archive.clock()
        for cadre in self.chance.choices(self.cadres, k=TIMES):
            purpose = self.chance.choice(get_args(Purpose))
            yield partial(cite, purpose, cadre, self.last, now)

    def _ask(self, question: Question, as_of: AsOf) -> Callable[[], object]:
        def work() -> object:
            with self.archive.ask(as_of) as reader:
                return question(reader)

        return work
