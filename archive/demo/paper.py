"""What stands on the papers: commands of paper history, as plain dicts, and their dates."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

Command = dict[str, Any]

ORGANIZATION = "市委组织部"
APPRAISAL_OFFICE = "市绩考办"


def paper(command: str, by: str, on: date, known_at: str | None = None, **fields: Any) -> Command:
    """Return a command of paper history; without a time it became known on its own day."""
    day = on.isoformat()
    return {
        "command": command,
        "by": by,
        "on": day,
        "legacy": True,
        "known_at": known_at or day,
        **fields,
    }


def at(day: date, rng: Random, first_hour: int = 8, last_hour: int = 17) -> str:
    """Return some time of ``day`` in Shanghai, between the hours (both included)."""
    hour, minute = rng.randint(first_hour, last_hour), rng.randrange(60)
    return f"{day.isoformat()}T{hour:02}:{minute:02}:{rng.randrange(60):02}+08:00"


def later(day: date, rng: Random, least: int, most: int) -> date:
    """Return the day that is ``least`` to ``most`` days after ``day``."""
    return day + timedelta(days=rng.randint(least, most))


def in_order(commands: Iterable[Command]) -> list[Command]:
    """Sort by the time at which each became known; what is given first stays first."""
    return sorted(commands, key=known)


def known(command: Command) -> str:
    """Return the time at which a command became known, as sortable text.

    A bare date is the first moment of its day, and the first in text order as well.
    """
    return str(command["known_at"])


def events_of(command: Command) -> int:
    """Return how many events a command records; voiding a whole sheet is counted as one."""
    match command["command"]:
        case "ballot.submit" | "work_list.score":
            return len(command["scores"])
        case "roster.freeze":
            return len(command["members"])
    return 1
