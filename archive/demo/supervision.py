"""What is supervised in a unit's year: circulars, meetings, inspections, the unit's own points."""

from collections.abc import Iterator
from datetime import date
from random import Random

from archive.demo.books import Books
from archive.demo.chance import chance
from archive.demo.paper import APPRAISAL_OFFICE, Command, at, in_order, later, paper
from archive.demo.roster import Roster

SUBJECTS = {
    "log_completion": "工作日志填写情况通报",
    "log_rating": "工作日志评分情况通报",
}
ITEMS = {
    "goal_management": "目标任务分解到人，进度正常",
    "circulars": "双通报按期印发",
    "meeting_comments": "例会点评有记录",
    "talks": "谈话提醒按要求开展",
}
DEDUCTED = 0.08
DEDUCTIONS = {
    "goal_management": "个别清单目标不具体",
    "circulars": "一期通报印发迟延",
    "meeting_comments": "点评记录不全",
}


def supervised(roster: Roster, books: Books) -> list[Command]:
    """Return the year's supervision up to December; nothing where that is the violation."""
    unit, year = roster.unit.unit, roster.year
    if books.violations.planned("closed_without_supervision", unit, year):
        books.violations.label("closed_without_supervision", unit, None, year)
        return []
    rng = chance(roster.seed, "supervision", unit, year)
    return in_order((*_periods(roster, (1, 2, 3), rng), *_inspections(roster, rng)))


def scored_unit(roster: Roster, books: Books) -> list[Command]:
    """Return what is left to do in January, before the closing: the last quarter, the points."""
    unit, year = roster.unit.unit, roster.year
    if books.violations.planned("closed_without_supervision", unit, year):
        return []
    rng = chance(roster.seed, "unit item", unit, year)
    day = date(year + 1, 1, 4)
    own = {"unit": unit, "year": year, "points": rng.choice((96, 97.5, 98, 99, 100))}
    points = paper("unit_item.score", APPRAISAL_OFFICE, day, at(day, rng), **own)
    return in_order((*_periods(roster, (4,), rng), points))


def feedback(roster: Roster, day: date, rng: Random) -> Iterator[Command]:
    """Yield what a unit reports back about the year, now and then."""
    if rng.random() < 0.3:
        yield paper(
            "feedback.file",
            roster.admin,
            day,
            at(day, rng),
            unit=roster.unit.unit,
            year=roster.year,
            problems="日志评分区分度不够",
            suggestions="明确日志评分参考标准",
        )


def _periods(roster: Roster, quarters: tuple[int, ...], rng: Random) -> Iterator[Command]:
    """Yield the two circulars and the meeting's comments of each quarter."""
    for quarter in quarters:
        end = date(roster.year + quarter // 4, quarter * 3 % 12 + 1, 1)
        own = {"unit": roster.unit.unit, "period": f"{roster.year}-Q{quarter}"}
        for subject, text in SUBJECTS.items():
            day = later(end, rng, 1, 2)
            circular = own | {"subject": subject, "text": text}
            yield paper("circular.issue", roster.admin, day, at(day, rng), **circular)
        day = later(end, rng, 1, 2)
        yield paper("meeting.comment", roster.head, day, at(day, rng), **own, text="例会逐人点评")


def _inspections(roster: Roster, rng: Random) -> Iterator[Command]:
    year = roster.year
    for n, (item, finding) in enumerate(ITEMS.items()):
        day = later(date(year, 6 + n, 5), rng, 0, 20)
        own = {"unit": roster.unit.unit, "year": year, "item": item}
        yield paper(
            "supervision.inspect", APPRAISAL_OFFICE, day, at(day, rng), **own, finding=finding
        )
        if item in DEDUCTIONS and rng.random() < DEDUCTED:
            day = later(day, rng, 1, 5)
            deducted = own | {"finding": DEDUCTIONS[item], "points": rng.choice((0.5, 1, 2))}
            yield paper("supervision.deduct", APPRAISAL_OFFICE, day, at(day, rng), **deducted)
