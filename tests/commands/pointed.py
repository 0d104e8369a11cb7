"""Commands about leads, and a release of two."""

from typing import Any

from tests.said import Command, said


def lead(code: str = "LEAD-1", *members: str, **fields: Any) -> Command:
    """Return one lead of a release: a pair of U1."""
    given = {"lead": code, "kind": "pairs", "unit": "U1", "members": list(members) or ["A", "B"]}
    given |= {"relation": "peer", "source": "ballot", "strength": "review"}
    return given | {"found": {"estimate": 7.25, "q": 0.0125}} | fields


def release(*leads: Command, **fields: Any) -> Command:
    """Release leads of 2014 to 2018, computed as of the first event."""
    family = {"kind": "pairs", "relation": "peer", "source": "ballot", "tests": 28, "level": 0.05}
    given = {"release": "L1", "position": 1, "code_version": "0.1.0", "seed": 7}
    given |= {"first": 2014, "last": 2018, "families": [family], "leads": list(leads)}
    return said("lead.release", **given | {"on": "2019-03-01"} | fields)


def reply(code: str = "LEAD-1", **fields: Any) -> Command:
    """Let A say something about a lead."""
    return said("lead.reply", **{"lead": code, "cadre": "A", "note": "共同承担项目"} | fields)


def review(
    reviewer: str, outcome: str = "innocent", code: str = "LEAD-1", **fields: Any
) -> Command:
    """Review a lead."""
    given = {"lead": code, "reviewer": reviewer, "outcome": outcome, "note": "查阅任务书"}
    return said("lead.close", **given | {"on": "2019-04-01"} | fields)


POINTED = [release(lead(), lead("LEAD-2", "K1", "K2", unit="UC")), reply(), review("J1")]
"""Every command of this subject once, each accepted behind ``tests.commands.office.PAST``."""
