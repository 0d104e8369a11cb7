"""The rules once more, naively: from the JSON of ``audit`` and ``event`` to ranks and grades.

Written from the text of the assessment rules, in plain fractions of points, and sharing no code
with ``domain.rules``. It knows the shipped policies' example values and years that are closed,
and that nobody is listed or posted behind a closing.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

Json = dict[str, Any]

WEIGHTS = {  # performance, democratic, leader
    "shishou-2013": (Fraction(40, 100), Fraction(36, 100), Fraction(24, 100)),
    "shishou-2017-pilot": (Fraction(50, 100), Fraction(30, 100), Fraction(20, 100)),
    "shishou-2018": (Fraction(50, 100), Fraction(30, 100), Fraction(20, 100)),
}
PARTS = ("performance", "democratic", "leader")
FIFTH, QUARTER = Fraction(1, 5), Fraction(1, 4)
SANCTIONS = (
    "warning", "serious_warning", "demerit", "major_demerit", "demotion", "removal", "admonition",
)  # fmt: skip


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
    ranked_in: str = ""

    @property
    def level(self) -> str:
        """The rank level."""
        return str(self.line["rank_level"])

    @property
    def ranked(self) -> bool:
        """Whether a rank is due; in the demo everyone on a roster is scored."""
        return bool(self.line["participates"] == "yes" and self.ranked_in == self.unit)


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
    closings = {
        event["stream"].split("/")[2]: event
        for event in events
        if event["topic"] == "year.closed" and event["stream"].split("/")[1] == str(year)
    }
    days = _days_served(year, events)
    _place(members, _last_posts(year, events))
    given: dict[str, list[Json]] = defaultdict(list)
    for line in audit:
        if line["status"] == "valid":
            given[line["ratee"]].append(line)
    lists: dict[str, dict[str, Json]] = defaultdict(dict)
    for event in events:
        if event["topic"] == "work_list.submitted" and event["stream"].split("/")[1] == str(year):
            own = lists[event["stream"].split("/")[2]]
            own.pop(event["state"]["unit"], None)
            own[event["state"]["unit"]] = event
    for member in members:
        weights = _weights(member, closings[member.unit], year, events)
        served = days.get(member.cadre, {})
        corrected = _corrected(member.cadre, year, events)
        _score(member, given[member.cadre], lists[member.cadre], served, weights, corrected)
    for unit in {member.unit for member in members}:
        _rank([member for member in members if member.unit == unit])
    _grade(year, members, events, closings)
    return members


def _posts(events: list[Json]) -> dict[str, list[Json]]:
    """Return each cadre's postings and leaving that stand, in the order of their days."""
    withdrawn = {e["state"]["withdrawn"] for e in events if e["topic"] == "cadre.withdrawn"}
    posts: dict[str, list[Json]] = defaultdict(list)
    for event in events:
        if event["topic"] in ("cadre.posted", "cadre.left") and event["position"] not in withdrawn:
            posts[event["stream"].split("/")[1]].append(event)
    return {c: sorted(p, key=lambda e: (e["on"], e["position"])) for c, p in posts.items()}


def _days_served(year: int, events: list[Json]) -> dict[str, dict[str, Json]]:
    """Return by cadre and unit the days served in the year, and the postings: counted by day."""
    found: dict[str, dict[str, Json]] = {}
    days = [date(year, 1, 1) + timedelta(n) for n in range(366)]
    for cadre, posts in _posts(events).items():
        if len({post["state"].get("unit") for post in posts}) < 2:
            continue
        units: dict[str, Json] = {}
        for day in (d.isoformat() for d in days if d.year == year):
            by_then = [post for post in posts if post["on"] <= day]
            if by_then and (unit := by_then[-1]["state"].get("unit")):
                served = units.setdefault(unit, {"days": 0, "evidence": set()})
                served["days"] += 1
                served["evidence"].add(by_then[-1]["position"])
        found[cadre] = units
    return found


def _last_posts(year: int, events: list[Json]) -> dict[str, str]:
    """Return the unit of everyone's last posting by the year's end."""
    return {
        cadre: units[-1]
        for cadre, posts in _posts(events).items()
        if (
            units := [
                post["state"]["unit"]
                for post in posts
                if post["topic"] == "cadre.posted" and post["on"] <= f"{year}-12-31"
            ]
        )
    }


def _place(members: list[Member], last_posts: dict[str, str]) -> None:
    """Say on which roster each is ranked: that of the last posting, else the one listed last."""
    for member in members:
        lines = [m for m in members if m.cadre == member.cadre and m.line["participates"] == "yes"]
        lines.sort(key=lambda m: (m.unit == last_posts.get(m.cadre), m.position))
        member.ranked_in = lines[-1].unit if lines else member.unit


def _weights(member: Member, closing: Json, year: int, events: list[Json]) -> tuple[Fraction, ...]:
    """Return the policy's weights, or those of the unit's ratified scheme within its bounds."""
    policys = dict(zip(PARTS, WEIGHTS[closing["state"]["policy"]], strict=True))
    weights = dict(policys)
    own = [e for e in events if e["stream"] == f"scheme/{year}/{member.unit}"]
    ratified = [e["state"]["sha256"] for e in own if e["topic"] == "scheme.ratified"]
    for event in own:
        if event["topic"] == "scheme.drafted" and event["state"]["sha256"] in ratified[-1:]:
            content = event["state"]["content"]
            category = content.get("categories", {}).get(member.line["category"], {})
            stated = {**content.get("components", {}), **category}
            weights |= {name: Fraction(str(weight)) for name, weight in stated.items()}
    if abs(weights["performance"] - policys["performance"]) > Fraction(5, 100):
        weights = policys
    assert sum(weights.values()) == 1
    return tuple(weights[name] for name in PARTS)


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
    member: Member,
    given: list[Json],
    lists: dict[str, Json],
    served: dict[str, Json],
    weights: tuple[Fraction, ...],
    corrected: dict[str, Json],
) -> None:
    items = [line for line in given if line["source"] == "item"]
    logs = [line for line in given if line["source"] == "log"]
    sheets = [line for line in given if line["source"] == "ballot"]
    listing = {unit: event for unit, event in lists.items() if unit in served}
    submitted = list(lists.values())[-1]
    work = _by_days(member, served, set(listing), lambda unit: _work(
        listing[unit] if unit else submitted,
        [i for i in items if unit is None or _of_list(i, listing) == unit], member,
    ))  # fmt: skip
    log = _by_days(member, served, {line["unit"] for line in logs}, lambda unit: _mean_of(
        [line for line in logs if unit in (None, line["unit"])], member,
    ))  # fmt: skip
    performance = Fraction(70, 100) * work + Fraction(30, 100) * log
    values = [performance]
    for component, by_leader in (("democratic", False), ("leader", True)):
        if component in corrected:
            values.append(Fraction(corrected[component]["state"]["points"], 100))
            member.evidence.add(corrected[component]["position"])
            continue
        some = [line for line in sheets if (line["relation"] == "leader") == by_leader]
        units = {line["unit"] for line in some}
        values.append(_by_days(
            member, served, units if member.unit in units else set(),
            lambda unit, some=some: _over_dimensions(  # type: ignore[misc]
                [line for line in some if line["unit"] == (unit or member.unit)], member
            ),
        ))  # fmt: skip
    parts = zip(weights, values, strict=True)
    member.performance = rounded(performance)
    member.annual = rounded(sum((weight * part for weight, part in parts), Fraction()))


def _corrected(cadre: str, year: int, events: list[Json]) -> dict[str, Json]:
    """Return the last correction of each component of a result."""
    return {
        event["state"]["component"]: event
        for event in events
        if event["topic"] == "result.corrected"
        and event["stream"] == f"result/{year}/{cadre}"
        and event["state"].get("component")
    }


def _by_days(
    member: Member,
    served: dict[str, Json],
    units: set[str],
    measure: Callable[[str | None], Fraction],
) -> Fraction:
    """Weigh a part by the days in the units with evidence; with fewer than two, as a whole."""
    weighed = sorted(units & served.keys())
    if len(weighed) < 2:
        return measure(None)
    for unit in weighed:
        member.evidence |= served[unit]["evidence"]
    total = sum(served[unit]["days"] for unit in weighed)
    return sum((served[u]["days"] * measure(u) for u in weighed), Fraction()) / total


def _of_list(line: Json, lists: dict[str, Json]) -> str:
    """Return whose list an item's score is about."""
    unit = str(line["unit"])
    return unit if unit in lists else list(lists)[-1]


def _work(submitted: Json, scores: list[Json], member: Member) -> Fraction:
    member.evidence |= {submitted["position"], *(line["position"] for line in scores)}
    points = defaultdict(list)
    for line in scores:
        points[line["dimension"]].append(line["points"])
    listed = submitted["state"]["items"]
    return sum(
        (Fraction(i["weight"], 10_000) * mean(points[i["item"]]) for i in listed), Fraction()
    )


def _mean_of(lines: list[Json], member: Member) -> Fraction:
    member.evidence |= {line["position"] for line in lines}
    return mean([line["points"] for line in lines])


def _over_dimensions(lines: list[Json], member: Member) -> Fraction:
    dimensions = defaultdict(list)
    for line in lines:
        dimensions[line["dimension"]].append(line)
    return mean([_mean_of(own, member) for own in dimensions.values()])


def _rank(members: list[Member]) -> None:
    for member in members:
        group = [m for m in members if m.level == member.level and m.ranked]
        member.of = len(group)
        if member.ranked:
            member.rank = 1 + sum(other.annual > member.annual for other in group)
            if member.of >= 3:
                member.half = "upper" if 2 * member.rank <= member.of else "lower"


def _grade(year: int, members: list[Member], events: list[Json], closings: dict[str, Json]) -> None:
    ungraded, barred = _on_record(year, members, events, closings)
    excellent = set()
    for unit in {member.unit for member in members}:
        own = [member for member in members if member.unit == unit]
        quota = _quota(unit, year, events, closings[unit])
        excellent |= _excellent([m for m in own if m.ranked], ungraded | barred, quota)
    for member in members:
        part = member.line["participates"]
        if part == "no":
            member.computed = "not_assessed"
        elif part == "comment_only" or (member.ranked and member.cadre in ungraded):
            member.computed = "ungraded"
        elif member.ranked:
            member.computed = _by_score(member, members, member.cadre in excellent)
        member.shown = member.computed
        member.status = member.computed and "computed"
    for event in events:
        kind, _, what = event["topic"].partition(".")
        if kind == "result" and event["stream"].split("/")[1] == str(year):
            for member in members:
                here = member.unit == member.ranked_in
                of_him = member.cadre == event["stream"].split("/")[2] and here
                if of_him and event["state"].get("grade"):
                    member.shown = event["state"]["grade"]
                    member.status = "corrected" if what == "decided" else what


def _on_record(
    year: int, members: list[Member], events: list[Json], closings: dict[str, Json]
) -> tuple[set[str], set[str]]:
    """Return who isn't graded, and whom a sanction bars, by what was recorded by the closing."""
    ungraded, barred = set(), set()
    posts, service = _posts(events), _service(events)
    for member in members:
        closing, cadre = closings[member.unit], member.cadre
        end = closing["position"]
        record = [e for e in service.get(cadre, ()) if e["position"] < end < e["withdrawn"]]
        if (
            _on_probation(year, [p for p in posts.get(cadre, ()) if p["position"] < end])
            or _days_away(year, record) > 183
            or _case_open(year, record, closing["on"])
        ):
            ungraded.add(cadre)
        if any(_sanctioned(year, event) for event in record):
            barred.add(cadre)
    return ungraded, barred


def _service(events: list[Json]) -> dict[str, list[Json]]:
    """Return each cadre's service record, with the position at which a line was withdrawn."""
    withdrawn = {
        e["state"]["withdrawn"]: e["position"] for e in events if e["topic"] == "service.withdrawn"
    }
    record: dict[str, list[Json]] = defaultdict(list)
    for event in events:
        kind, _, cadre = event["stream"].partition("/")
        if kind == "service":
            until = withdrawn.get(event["position"], 10**12)
            record[cadre].append({**event, "withdrawn": until})
    return record


def _on_probation(year: int, posts: list[Json]) -> bool:
    end = f"{year}-12-31"
    held = [p for p in posts if p["topic"] == "cadre.posted" and p["on"] <= end]
    return bool(held) and (held[-1]["state"].get("probation_until") or "") >= end


def _days_away(year: int, record: list[Json]) -> int:
    """Count the days of the year on which any sick or private leave runs."""
    leaves = [
        (event["state"]["starts"], event["state"].get("ends") or "9999")
        for event in record
        if event["topic"] == "service.absent" and event["state"]["kind"] in ("sick", "private")
    ]
    days = ((date(year, 1, 1) + timedelta(n)).isoformat() for n in range(366))
    return sum(
        any(starts <= day <= ends for starts, ends in leaves)
        for day in days
        if day[:4] == str(year)
    )


def _case_open(year: int, record: list[Json], closed_on: str) -> bool:
    is_open = False
    for event in sorted(record, key=lambda e: (e["on"], e["position"])):
        if event["topic"] == "service.case_opened" and event["on"] <= f"{year}-12-31":
            is_open = True
        elif event["topic"] == "service.case_closed" and event["on"] <= closed_on:
            is_open = False
    return is_open


def _sanctioned(year: int, event: Json) -> bool:
    state = event["state"]
    return bool(
        event["topic"] == "service.sanctioned"
        and state["kind"] in SANCTIONS
        and state["starts"] <= f"{year}-12-31"
        and state["ends"] >= f"{year}-01-01"
    )


def _quota(unit: str, year: int, events: list[Json], closing: Json) -> Fraction:
    """Return the share of 优秀: the stricter of city and law, or what was approved over it."""
    quota, most = FIFTH, QUARTER
    for event in events:
        law = closing["state"].get("law_sha256")
        if law and event["state"].get("sha256") == law and event["topic"].startswith("policy."):
            grading = tomllib.loads(event["state"]["document"])["grading"]
            quota = min(quota, Fraction(str(grading["quota"]["value"])))
            most = min(most, Fraction(str(grading["quota_max"]["value"])))
    approved = [
        Fraction(event["state"]["share"], 10_000)
        for event in events
        if event["topic"] == "year.quota_approved" and event["stream"] == f"year/{year}/{unit}"
    ]
    return max(quota, min(approved[-1], most)) if approved else quota


def _excellent(ranked: list[Member], barred: set[str], quota: Fraction) -> set[str]:
    """⌊quota × n⌋ seats a group, the rest up to ⌊quota × N⌋ by largest remainder."""
    sizes = {member.level: member.of for member in ranked}
    seats = {level: floor(quota * n) for level, n in sizes.items()}
    left = floor(quota * sum(sizes.values())) - sum(seats.values())
    rests = {level: quota * n - seats[level] for level, n in sizes.items()}
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
