"""What follows an admonition: a deadline to improve, its review, now and then a demotion."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from archive.demo.paper import ORGANIZATION, Command, at, later, paper
from archive.demo.season import Season

IMPROVED = 0.75
DAYS_TO_IMPROVE = 175


def improvement(
    season: Season, cadre: str, talker: str, day: date, rng: Random
) -> Iterator[Command]:
    """Yield the deadline, the review before it, and what comes of one who didn't improve."""
    own = {"cadre": cadre, "year": season.year}
    season.books.world.bound.add(cadre)
    due = day + timedelta(days=DAYS_TO_IMPROVE)
    limit = {"due": due.isoformat(), "requirements": "半年内重点任务按期完成"}
    yield paper("talk.set_deadline", talker, day, at(day, rng, 18, 19), **own, **limit)
    reviewed = due - timedelta(days=rng.randint(5, 20))
    again = season.again(cadre)
    left_alone = not again and season.free_of_plants(cadre) and season.seized("no_improvement")
    improved = not (again or left_alone) and rng.random() < IMPROVED
    outcome = {"outcome": "improved" if improved else "not_improved"}
    told = at(reviewed, rng)
    yield paper("talk.review_improvement", ORGANIZATION, reviewed, told, **own, **outcome)
    if left_alone:
        season.label("no_improvement", cadre)
    elif not improved:
        yield _moved(season, cadre, later(reviewed, rng, 2, 4), rng)


def _moved(season: Season, cadre: str, day: date, rng: Random) -> Command:
    """Return the change of post: down a level where there is one, else to non-leading work."""
    person = season.people[cadre]
    own = {"cadre": cadre, "year": season.year, "reason": "限期改进期满仍未改进"}
    name = season.roster.unit.name
    if person.category == "other" and person.rank_level == "1A50":
        season.books.world.demoted.add(cadre)
        lower = {"post": name + "办事员", "rank_level": "1A60"}
        return paper("post.demote", ORGANIZATION, day, at(day, rng), **own, **lower)
    same = {"post": name + "后勤岗位", "rank_level": person.rank_level}
    return paper("post.to_non_leading", ORGANIZATION, day, at(day, rng), **own, **same)
