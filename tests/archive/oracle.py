"""The rules once more, naively: from the JSON of ``audit`` and ``event`` to ranks and grades.

Written from the text of the assessment rules, in plain fractions of points, and sharing no code
with ``domain.rules``. It knows the shipped policies' example values and years that are closed.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any

Json = dict[str, Any]

WEIGHTS = {  # performance, democratic, leader
    "shishou-2013": (Fraction(40, 100), Fraction(36, 100), Fraction(24, 100)),
    "shishou-2017-pilot": (Fraction(50, 100), Fraction(30, 100), Fraction(20, 100)),
    "shishou-2018": (Fraction(50, 100), Fraction(30, 100), Fraction(20, 100)),
}
FIFTH = Fraction(1, 5)


@dataclass
class Member:
    """A roster line and what becomes of it; points are fractions, as written outside."""

    unit: str
    cadre: str
    line: Json
    position: int
    evidence: set[int] = field(default_factory=set)
    performance: Fraction = Fraction()
    annual: Fraction = Fraction()
    rank: int | None = None
    of: int = 0
    half: str = "none"
    computed: str | None = None
    shown: str | None = None
    status: str | None = None

    @property
    def level(self) -> str:
        """The rank level."""
        return str(self.line["rank_level"])

    @property
    def ranked(self) -> bool:
        """Whether a rank is due; in the demo everyone on a roster is scored."""
        return bool(self.line["participates"] == "yes")


def mean(points: list[Any]) -> Fraction:
    return sum(map(Fraction, points), Fraction()) / len(points)


def rounded(score: Fraction) -> Fraction:
    """Round half-up to two decimals."""
    return Fraction(floor(score * 100 + Fraction(1, 2)), 100)


def judge(year: int, audit: list[Json], events: list[Json]) -> list[Member]:
    """Judge every unit's year.

    Args:
        audit: ``shiji audit --year``; events: ``shiji event`` of every position.
    """
    members = list(_roster(year, events))
    policies = {
        event["stream"]: event["state"]["policy"]
        for event in events
        if event["topic"] == "year.closed"
    }
    given: dict[str, list[Json]] = defaultdict(list)
    for line in audit:
        if line["status"] == "valid":
            given[line["ratee"]].append(line)
    lists = {
        event["stream"].split("/")[2]: event
        for event in events
        if event["topic"] == "work_list.submitted" and event["stream"].split("/")[1] == str(year)
    }
    for member in members:
        _score(
            member,
            given[member.cadre],
            lists[member.cadre],
            WEIGHTS[policies[f"year/{year}/{member.unit}"]],
        )
    for unit in {member.unit for member in members}:
        _rank([member for member in members if member.unit == unit])
    _grade(year, members, events)
    return members


def _roster(year: int, events: list[Json]) -> list[Member]:
    lines: dict[tuple[str, str], Member] = {}
    for event in events:
        if event["topic"] not in ("year.listed", "year.amended"):
            continue
        _, of_year, unit = event["stream"].split("/")
        if int(of_year) == year:
            state = event["state"]
            lines.pop((unit, state["cadre"]), None)
            if state.get("change") != "removed":
                lines[unit, state["cadre"]] = Member(unit, state["cadre"], state, event["position"])
    return list(lines.values())


def _score(
    member: Member, given: list[Json], submitted: Json, weights: tuple[Fraction, ...]
) -> None:
    items, days = defaultdict(list), []
    sheets: dict[bool, dict[Any, list[Any]]] = {True: defaultdict(list), False: defaultdict(list)}
    member.evidence = {submitted["position"], *(line["position"] for line in given)}
    for line in given:
        if line["source"] == "item":
            items[line["dimension"]].append(line["points"])
        elif line["source"] == "log":
            days.append(line["points"])
        else:
            sheets[line["relation"] == "leader"][line["dimension"]].append(line["points"])
    listed = submitted["state"]["items"]
    work = sum(Fraction(i["weight"], 10_000) * mean(items[i["item"]]) for i in listed)
    performance = Fraction(70, 100) * work + Fraction(30, 100) * mean(days)
    democratic, leader = (
        mean([mean(points) for points in sheets[by_leader].values()]) for by_leader in (False, True)
    )
    parts = zip(weights, (performance, democratic, leader), strict=True)
    member.performance = rounded(performance)
    member.annual = rounded(sum((weight * part for weight, part in parts), Fraction()))


def _rank(members: list[Member]) -> None:
    for member in members:
        group = [m for m in members if m.level == member.level and m.ranked]
        member.of = len(group)
        if member.ranked:
            member.rank = 1 + sum(other.annual > member.annual for other in group)
            if member.of >= 3:
                member.half = "upper" if 2 * member.rank <= member.of else "lower"


def _grade(year: int, members: list[Member], events: list[Json]) -> None:
    on_probation = {
        event["stream"].split("/")[1]
        for event in events
        if event["topic"] == "cadre.posted"
        and (event["state"].get("probation_until") or "") >= f"{year}-12-31"
        and event["on"] <= f"{year}-12-31"
    }
    excellent = set()
    for unit in {member.unit for member in members}:
        own = [member for member in members if member.unit == unit]
        excellent |= _excellent([m for m in own if m.ranked], on_probation)
    for member in members:
        part = member.line["participates"]
        if part == "no":
            member.computed = "not_assessed"
        elif part == "comment_only" or member.cadre in on_probation:
            member.computed = "ungraded"
        elif member.ranked:
            member.computed = _by_score(member, members, member.cadre in excellent)
        member.shown = member.computed
        member.status = member.computed and "computed"
    for event in events:
        kind, _, what = event["topic"].partition(".")
        if kind == "result" and event["stream"].split("/")[1] == str(year):
            for member in members:
                if member.cadre == event["stream"].split("/")[2] and event["state"].get("grade"):
                    member.shown, member.status = event["state"]["grade"], what


def _excellent(ranked: list[Member], barred: set[str]) -> set[str]:
    """⌊20 % × n⌋ seats a group, the rest up to ⌊20 % × N⌋ by largest remainder."""
    sizes = {member.level: member.of for member in ranked}
    seats = {level: floor(FIFTH * n) for level, n in sizes.items()}
    left = floor(FIFTH * sum(sizes.values())) - sum(seats.values())
    rests = {level: FIFTH * n - seats[level] for level, n in sizes.items()}
    for level, rest in rests.items():
        before = sum(other >= rest for other in rests.values())  # tied groups get none
        if rest > 0 and before <= left:
            seats[level] += 1
    holders = set()
    for level, count in seats.items():
        able = [
            m for m in ranked
            if m.level == level and m.half != "lower" and m.annual >= 85 and m.cadre not in barred
        ]  # fmt: skip
        for member in able:
            if sum(other.annual >= member.annual for other in able) <= count:
                holders.add(member.cadre)
    return holders


def _by_score(member: Member, members: list[Member], excellent: bool) -> str:
    if excellent:
        return "excellent"
    group = [m for m in members if m.ranked and (m.unit, m.level) == (member.unit, member.level)]
    if len(group) < 3:  # compared with the city's same category and level
        kind = (member.line["category"], member.level)
        group = [m for m in members if m.ranked and (m.line["category"], m.level) == kind]
    lower = sum(other.annual < member.annual for other in group)
    if len(group) >= 3 and 1 + lower <= ceil(FIFTH * len(group)):
        if member.annual < 60:
            return "incompetent"
        if member.annual < 75:
            return "basically_competent"
    return "competent"
