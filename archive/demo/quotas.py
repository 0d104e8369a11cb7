"""More seats of 优秀 than the quota has, now and then, with approval and by the law's limit."""

from collections.abc import Iterator
from datetime import date

from archive.demo.chance import chance
from archive.demo.paper import APPRAISAL_OFFICE, ORGANIZATION, Command, at, paper
from archive.demo.roster import Roster
from archive.demo.rules import Rules
from domain.rules.quota import quota_range

APPROVED = 0.06


def approved_quota(roster: Roster, rules: Rules) -> int:
    """Return the share that is approved for the unit's year, in basis points; mostly none."""
    rng = chance(roster.seed, "quota", roster.unit.unit, roster.year)
    quota, most = quota_range(rules.policy, rules.law)
    return min(quota + 300, most) if rng.random() < APPROVED else 0


def approval(roster: Roster, share: int) -> Iterator[Command]:
    """Yield the approval, in January before the grades are proposed."""
    if share:
        day = date(roster.year + 1, 1, 4)
        number = roster.unit.unit.lstrip("U")
        yield paper(
            "quota.approve",
            APPRAISAL_OFFICE,
            day,
            at(day, chance(roster.seed, "approval", roster.unit.unit, roster.year)),
            unit=roster.unit.unit,
            year=roster.year,
            share=share / 10_000,
            approver=ORGANIZATION,
            document=f"组通〔{day.year}〕{number}号",
        )
