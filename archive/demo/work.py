"""The work of a unit's year: item lists in March, logs until December, points for both."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from archive.demo.books import Books
from archive.demo.chance import chance
from archive.demo.paper import APPRAISAL_OFFICE, Command, at, in_order, later, paper
from archive.demo.people import Person
from archive.demo.roster import Roster
from archive.demo.scores import Law
from archive.demo.tally import Tally

TITLES = ("重点项目推进", "日常业务办理", "群众来访接待", "调查研究", "信息报送", "制度建设")
DONE = ("完成项目现场协调", "整理并上报材料", "走访群众", "起草工作方案", "参加业务学习")
LOGS_A_YEAR, DAYS_BETWEEN_LOGS = 20, 13
Lists = dict[str, list[tuple[str, int]]]
"""Each cadre's items with their weights in hundredths."""


def draw_lists(roster: Roster) -> Lists:
    """Draw everyone's items: four to six, whose weights add up to one."""
    rng = chance(roster.seed, "items", roster.unit.unit, roster.year)
    return {p.cadre: list(_items(rng)) for p in roster.active}


def _items(rng: Random) -> Iterator[tuple[str, int]]:
    count = rng.randint(4, 6)
    # every item weighs at least .10; the cuts share out the rest in steps of .05
    rest = (100 - 10 * count) // 5
    cuts = sorted(rng.randint(0, rest) for _ in range(count - 1))
    ends = zip([0, *cuts], [*cuts, rest], strict=True)
    for n, (low, high) in enumerate(ends):
        yield f"W{n + 1}", 10 + 5 * (high - low)


def hand_in(roster: Roster, lists: Lists, books: Books) -> list[Command]:
    """Return the lists as handed in, reviewed or resolved, and filed by the end of March."""
    rng = chance(roster.seed, "lists", roster.unit.unit, roster.year)
    wrong = _wrong(roster, books)
    return in_order(
        c
        for p in roster.active
        for c in _chain(roster, p, lists[p.cadre], wrong.get(p.cadre, ""), rng)
    )


def _wrong(roster: Roster, books: Books) -> dict[str, str]:
    """Return whose list goes wrong, and how: each of another cadre."""
    unit, year, violations = roster.unit.unit, roster.year, books.violations
    rng = chance(roster.seed, "wrong lists", unit, year)
    final = [p for p in roster.final if roster.participates(p) == "yes"]
    ordinary = [p.cadre for p in final if not p.leads]
    late, unfiled = rng.sample(ordinary, 2)
    wrong = {"late": late, "no_filed_list": unfiled, "self_approval": roster.head}
    planted = {cadre: how for how, cadre in wrong.items() if violations.planned(how, unit, year)}
    for cadre, how in planted.items():
        violations.label(how, unit, cadre, year)
    return planted


def _chain(
    roster: Roster, person: Person, items: list[tuple[str, int]], wrong: str, rng: Random
) -> Iterator[Command]:
    year = roster.year
    own = {"cadre": person.cadre, "year": year}
    day = later(date(year, 3, 9), rng, 0, 9)
    listed = [
        {
            "item": item,
            "title": title,
            "target": "按期完成",
            "due": date(year, rng.randint(9, 12), 20).isoformat(),
            "weight": weight / 100,
        }
        for (item, weight), title in zip(items, rng.sample(TITLES, len(items)), strict=True)
    ]
    yield paper("work_list.submit", person.cadre, day, at(day, rng), items=listed, **own)
    day = later(day, rng, 1, 5)
    if person.leads:
        attendees = [roster.head, *roster.party]
        # nobody's own list is his to resolve: the head's is recorded by a team member
        others = (c for c in attendees if c != person.cadre)
        by = person.cadre if wrong == "self_approval" else next(others, roster.head)
        yield paper(
            "work_list.resolve",
            by,
            day,
            at(day, rng),
            meeting=f"{year}年党组第{day.day}次会议",
            attendees=attendees,
            **own,
        )
    else:
        by = roster.reviewer(person)
        yield paper("work_list.review", by, day, at(day, rng), comment="同意", **own)
    if wrong == "no_filed_list":
        return
    day = later(date(year, 4, 1), rng, 0, 14) if wrong == "late" else later(day, rng, 1, 6)
    yield paper("work_list.file", APPRAISAL_OFFICE, day, at(day, rng), **own)


def keep_logs(roster: Roster, law: Law, tally: Tally) -> Iterator[Command]:
    """Yield the logs and their ratings, in order, every thirteen days from March on."""
    rng = chance(roster.seed, "logs", roster.unit.unit, roster.year)
    for n in range(LOGS_A_YEAR):
        first = date(roster.year, 3, 10) + timedelta(days=n * DAYS_BETWEEN_LOGS)
        entries = (c for p in roster.active for c in _log(roster, p, first, law, tally, rng))
        yield from in_order(entries)


def _log(
    roster: Roster, person: Person, first: date, law: Law, tally: Tally, rng: Random
) -> Iterator[Command]:
    day, rated = later(first, rng, 0, 2), later(first, rng, 3, 6)
    gone = roster.leaving.get(person.cadre)
    if (gone and rated >= gone[0]) or rng.random() < 0.02:
        return
    cadre, rater = person.cadre, roster.in_charge(person)
    text = rng.choice(DONE)
    yield paper(
        "work_log.enter",
        cadre,
        day,
        at(day, rng, 17, 21),
        cadre=cadre,
        day=day.isoformat(),
        text=text,
    )
    if rng.random() < 0.02:
        return
    points = law.work(rater, cadre, roster.year, rng)
    tally.give(cadre, "log", rater, points, what=day.isoformat())
    yield paper(
        "work_log.rate",
        rater,
        rated,
        at(rated, rng),
        cadre=cadre,
        day=day.isoformat(),
        rater=rater,
        relation="leader",
        points=points,
    )


def score_items(roster: Roster, lists: Lists, law: Law, tally: Tally) -> list[Command]:
    """Return the points for everyone's items, given by the leader in charge at year's end."""
    rng = chance(roster.seed, "item scores", roster.unit.unit, roster.year)
    return in_order(_scored(roster, p, lists[p.cadre], law, tally, rng) for p in roster.final)


def _scored(
    roster: Roster,
    person: Person,
    items: list[tuple[str, int]],
    law: Law,
    tally: Tally,
    rng: Random,
) -> Command:
    cadre, rater = person.cadre, roster.in_charge(person)
    scores = []
    tally.list(cadre, items)
    for item, _ in items:
        points = law.work(rater, cadre, roster.year, rng)
        tally.give(cadre, "item", rater, points, what=item)
        scores.append({"item": item, "points": points})
    day = later(date(roster.year, 12, 28), rng, 0, 3)
    return paper(
        "work_list.score",
        rater,
        day,
        at(day, rng),
        cadre=cadre,
        year=roster.year,
        rater=rater,
        relation="leader",
        scores=scores,
    )
