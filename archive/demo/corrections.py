"""The few components found wrong after the closing, and what they set wrong."""

from datetime import date
from random import Random

from archive.demo.paper import APPRAISAL_OFFICE, ORGANIZATION, Command, at, later, paper
from archive.demo.season import Season
from archive.demo.tally import corrected
from domain.rules.measured import published
from domain.rules.standing import Standing

CORRECTED = 0.004
SOUND = 8000
"""Only scores from 80 on are corrected, so that no talk becomes due by it."""


def corrections(season: Season, rng: Random) -> list[Command]:
    """Return the corrections; what was posted before them then differs."""
    amended = len(season.facts.members) < len(season.roster.staying)
    # a correction could give the half that an amended roster changed to somebody else
    if amended or season.unit in season.books.violations.controls:
        return []
    before = dict(season.standings)
    commands = [
        _corrected(season, standing, rng)
        for standing in season.ranked
        if (standing.annual or 0) >= SOUND and rng.random() < CORRECTED
    ]
    for cadre, standing in season.standings.items():
        if _place(standing) != _place(before[cadre]):
            season.label("publicised_differs", cadre)
    return commands


def _corrected(season: Season, standing: Standing, rng: Random) -> Command:
    component = rng.choice(("democratic", "leader"))
    found = next(c.value for c in standing.scored.components if c.name == component)
    old = published(found) / 100 if found is not None else 0.0
    points = min(100.0, max(0.0, round(old + rng.choice((-1.5, 0.8, 1.2)), 2)))
    season.facts = corrected(season.facts, standing.cadre, component, points)
    season.judge()
    day = later(date(season.year + 1, 1, 27), rng, 0, 1)
    return paper(
        "result.correct",
        APPRAISAL_OFFICE,
        day,
        at(day, rng),
        cadre=standing.cadre,
        year=season.year,
        component=component,
        points=points,
        reason="复核时发现汇总有误",
        approver=ORGANIZATION,
    )


def _place(standing: Standing) -> tuple[int | None, int | None, int]:
    return standing.annual, standing.rank, standing.of
