"""January: the year is closed, and what follows from it until the next one."""

from collections.abc import Iterable
from datetime import date

from archive.demo.allowances import allowances
from archive.demo.amendments import amendments
from archive.demo.chance import chance
from archive.demo.contests import contests
from archive.demo.corrections import corrections
from archive.demo.honours import honours
from archive.demo.paper import APPRAISAL_OFFICE, Command, at, in_order, later, paper
from archive.demo.quotas import approval
from archive.demo.results import results
from archive.demo.season import Season
from archive.demo.supervision import feedback, scored_unit
from archive.demo.talks import talks
from archive.demo.tally import settled


def conclude(season: Season) -> list[Command]:
    """Return the closing of a unit's year and what follows from it, in order."""
    roster, memory = season.roster, season.books.memory
    rng = chance(roster.seed, "closing", season.unit, season.year)
    day = later(date(season.year + 1, 1, 5), rng, 0, 10)
    close = paper(
        "year.close", APPRAISAL_OFFICE, day, at(day, rng), unit=season.unit, year=season.year
    )
    season.judge()
    proposed = results(season, rng)
    held = talks(season, day, rng)
    put_right = corrections(season, rng)
    memory.remember(settled(season.facts, season.grades, day), season.grades)
    parts: Iterable[Iterable[Command]] = (
        amendments(season.facts, roster),
        scored_unit(roster, season.books),
        approval(roster, season.facts.approval.share if season.facts.approval else 0),
        [close],
        proposed,
        held,
        put_right,
        honours(season, rng),
        contests(season, rng),
        allowances(season, rng),
        feedback(roster, date(season.year + 1, 1, 28), rng),
    )
    return in_order(command for part in parts for command in part)
