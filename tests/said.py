"""Commands for tests, plainly made up: each function returns one, its fields open to change."""

from typing import Any

Command = dict[str, Any]

LEGACY = {"legacy": True, "known_at": "2018-01-01"}


def said(name: str, /, **fields: Any) -> Command:
    """Return a command; ``by`` is the office's clerk and ``on`` New Year 2018 unless given."""
    return {"command": name, "by": "CLERK", "on": "2018-01-01", **fields}


def unit(code: str = "U1", **fields: Any) -> Command:
    """Register a unit."""
    defaults = {"unit": code, "name": f"示例单位{code}", "kind": "office", "on": "2010-01-01"}
    return said("unit.register", **defaults | fields)


def cadre(code: str, **fields: Any) -> Command:
    """Register a cadre."""
    defaults = {"cadre": code, "name": f"干部{code}", "on": "2010-01-01"}
    return said("cadre.register", **defaults | fields)


def post(code: str, unit: str = "U1", **fields: Any) -> Command:
    """Post a cadre to a unit."""
    defaults = {"cadre": code, "unit": unit, "post": "科员", "rank_level": "1A50"}
    return said("cadre.post", **defaults | {"category": "other", "on": "2010-01-02"} | fields)


def policy(name: str = "shishou-2018", **fields: Any) -> Command:
    """Adopt a shipped policy."""
    return said("policy.adopt", **{"policy": name} | fields)


def roster(*cadres: str, unit: str = "U1", year: int = 2018, **fields: Any) -> Command:
    """Freeze a roster on which everybody takes part at one rank level, or as ``member`` says."""
    member = {"rank_level": "1A50", "category": "other", "participates": "yes"}
    member |= fields.pop("member", {})
    members = [{"cadre": code, **member} for code in cadres]
    return said("roster.freeze", **{"unit": unit, "year": year, "members": members} | fields)


def sheet(rater: str, scores: dict[str, float], relation: str = "peer", **fields: Any) -> Command:
    """Hand in a ballot."""
    given = [{"ratee": ratee, "points": points} for ratee, points in scores.items()]
    defaults = {"unit": "U1", "year": 2018, "round": "annual", "rater": rater, "by": rater}
    defaults |= {"relation": relation, "scores": given, "on": "2018-12-20"}
    return said("ballot.submit", **defaults | fields)


def component(code: str, name: str, points: float, **fields: Any) -> Command:
    """Record a component; of paper history also one that the policy would compute."""
    defaults = {"cadre": code, "year": 2018, "unit": "U1", "component": name, "points": points}
    return said("component.record", **defaults | fields)


def close(unit: str = "U1", year: int = 2018, **fields: Any) -> Command:
    """Close a unit's year in the January after."""
    return said("year.close", **{"unit": unit, "year": year, "on": f"{year + 1}-01-20"} | fields)


def people(*codes: str, unit_code: str = "U1") -> list[Command]:
    """Register a unit and cadres posted to it."""
    return [unit(unit_code), *map(cadre, codes), *(post(code, unit_code) for code in codes)]


def paper(known_at: str, *commands: Command) -> list[Command]:
    """Return commands as paper history that became known on this day."""
    return [{**command, "legacy": True, "known_at": known_at} for command in commands]


def correction(code: str, component: str, points: float, **fields: Any) -> Command:
    """Correct a component or final of a cadre's result."""
    defaults = {"cadre": code, "year": 2018, "component": component, "points": points}
    return said("result.correct", **defaults | {"reason": "核实", "approver": "BOSS"} | fields)


def graded(code: str, grade: str, year: int = 2018, **fields: Any) -> list[Command]:
    """Propose and confirm a grade."""
    result = {"cadre": code, "year": year} | fields
    return [said("result.propose", grade=grade, **result), said("result.confirm", **result)]
