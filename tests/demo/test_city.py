"""The simulated city: repeatable, chronological, lawful, and with the plants it claims."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from archive.demo.city import City, city
from archive.demo.founding import found
from archive.demo.paper import Command, events_of
from archive.demo.roster import departures, roster_of

SHANGHAI = timezone(timedelta(hours=8))
CLOSED_REFUSES = (
    "roster.",
    "scheme.",
    "work_list.",
    "work_log.",
    "ballot.",
    "component.",
    "round.",
    "year.close",
)


@pytest.fixture(scope="module")
def small() -> City:
    return city(5, 5, 7)


@pytest.fixture(scope="module")
def commands(small: City) -> list[Command]:
    return list(small.commands())


def digest(commands: Iterable[Command]) -> str:
    lines = (json.dumps(command, ensure_ascii=False) for command in commands)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def moment(known_at: str) -> datetime:
    given = datetime.fromisoformat(known_at)
    return given if given.tzinfo else given.replace(tzinfo=SHANGHAI)


def people_in(command: Command) -> Iterator[str]:
    """Yield every cadre whom a command names as acting or acted upon."""
    named = ("by", "cadre", "rater", "ratee", "talker", "approver")
    yield from (command[name] for name in named if name in command)
    yield from command.get("attendees", ())
    for rows in ("scores", "members", "expected"):
        for row in command.get(rows, ()):
            yield from (row[name] for name in ("cadre", "rater", "ratee") if name in row)


def scores(commands: Iterable[Command]) -> Iterator[tuple[int, str, str, str, float]]:
    """Yield (year, rater, ratee, relation, points) of every score on a sheet."""
    for command in commands:
        if command["command"] == "ballot.submit":
            for row in command["scores"]:
                relation = row.get("relation", command["relation"])
                yield command["year"], command["rater"], row["ratee"], relation, row["points"]


def test_the_same_seed_is_the_same_city_and_another_seed_another() -> None:
    first = digest(city(2, 2, 1).commands())
    assert first == digest(city(2, 2, 1).commands())
    assert first != digest(city(2, 2, 2).commands())


def test_a_city_can_be_told_twice(small: City, commands: list[Command]) -> None:
    assert digest(small.commands()) == digest(commands)


def test_every_command_is_paper_history_in_order_and_in_the_past(commands: list[Command]) -> None:
    moments = [moment(command["known_at"]) for command in commands]
    assert all(before <= after for before, after in pairwise(moments))
    assert moments[-1] < datetime.now(SHANGHAI)
    assert all(command["legacy"] is True for command in commands)
    assert all(command["known_at"][:10] >= command["on"] for command in commands)


def test_nobody_scores_himself(commands: list[Command]) -> None:
    assert all(rater != ratee for _, rater, ratee, _, _ in scores(commands))
    for command in commands:
        if "rater" in command:
            assert command["rater"] != command.get("cadre")


def test_nobody_acts_before_registration_or_after_leaving(commands: list[Command]) -> None:
    here: set[str] = set()
    for command in commands:
        if command["command"] == "cadre.register":
            here.add(command["cadre"])
        cadres = {name for name in people_in(command) if name.startswith("C")}
        assert cadres <= here, command
        if command["command"] == "cadre.leave":
            here.remove(command["cadre"])
    assert any(command["command"] == "cadre.leave" for command in commands)


def test_nothing_that_a_closed_year_refuses_follows_its_closing(
    small: City, commands: list[Command]
) -> None:
    unit_of: dict[str, str] = {}
    closed: set[tuple[str, int]] = set()
    for command in commands:
        if command["command"] == "cadre.post":
            unit_of[command["cadre"]] = command["unit"]
        if command["command"].startswith(CLOSED_REFUSES):
            unit = command.get("unit") or unit_of[command["cadre"]]
            year = command.get("year") or int(command["day"][:4])
            assert (unit, year) not in closed, command
        if command["command"] == "year.close":
            closed.add((command["unit"], command["year"]))
    assert len(closed) == small.units * len(small.years)


def test_weights_of_a_list_add_up_to_exactly_one(commands: list[Command]) -> None:
    lists = [c["items"] for c in commands if c["command"] == "work_list.submit"]
    assert lists
    for items in lists:
        weights = [Decimal(str(item["weight"])) for item in items]
        assert sum(weights) == 1
        assert all(weight == round(weight, 2) for weight in weights)
        assert 4 <= len(items) <= 6


def test_points_have_two_decimals_and_lie_in_range(commands: list[Command]) -> None:
    points = [row[-1] for row in scores(commands)]
    points += [command["points"] for command in commands if "points" in command]
    points += [s["points"] for c in commands for s in c.get("scores", ())]
    assert all(0 <= given <= 100 and round(given, 2) == given for given in points)
    assert 85 < sum(points) / len(points) < 89


def test_everyone_who_takes_part_is_scored_for_every_component(commands: list[Command]) -> None:
    expected: set[tuple[int, str]] = set()
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for command in commands:
        match command["command"]:
            case "roster.freeze":
                for member in command["members"]:
                    if member["participates"] != "no":
                        expected.add((command["year"], member["cadre"]))
            case "roster.amend":
                expected.discard((command["year"], command["cadre"]))
            case "work_list.score":
                found["item"].add((command["year"], command["cadre"]))
            case "work_log.rate":
                found["log"].add((int(command["day"][:4]), command["cadre"]))
    for year, _, ratee, relation, _ in scores(commands):
        found["leader" if relation == "leader" else "democratic"].add((year, ratee))
    for part in ("item", "log", "leader", "democratic"):
        assert expected <= found[part]


def test_a_correction_is_of_a_score_that_stands_and_approved_by_another(
    commands: list[Command],
) -> None:
    standing = {(year, rater, ratee) for year, rater, ratee, _, _ in scores(commands)}
    repairs = [c for c in commands if c["command"] in ("ballot.correct", "ballot.void")]
    assert {c["command"] for c in repairs} == {"ballot.correct", "ballot.void"}
    for command in repairs:
        assert command["approver"] != command["by"]
        if "ratee" in command:
            assert (command["year"], command["rater"], command["ratee"]) in standing


def test_roles_are_released_only_by_those_who_hold_them(commands: list[Command]) -> None:
    held: set[tuple[str, str, str]] = set()
    for command in commands:
        if command["command"] not in ("unit.assign", "unit.release"):
            continue
        role = (command["unit"], command["role"], command["cadre"])
        if command["command"] == "unit.assign":
            assert role not in held
            held.add(role)
        else:
            held.remove(role)
    heads = [unit for unit, role, _ in held if role == "unit_head"]
    assert len(heads) == len(set(heads)) == 5


def test_control_units_carry_no_plants(small: City) -> None:
    controls = {label["unit"] for label in small.labels if label["kind"] == "control"}
    planted = [label for label in small.labels if label["kind"] not in ("control", "contest")]
    assert controls
    assert planted
    assert not controls & {label["unit"] for label in planted}
    json.dumps(small.labels)


def test_planted_pairs_and_rings_score_each_other_higher(
    small: City, commands: list[Command]
) -> None:
    labels = [label for label in small.labels if label["kind"] in ("pair", "ring")]
    friends = {
        (a, b) for label in labels for a in label["members"] for b in label["members"] if a != b
    }
    received: dict[tuple[int, str], list[float]] = defaultdict(list)
    for year, _, ratee, relation, points in scores(commands):
        if relation == "peer":
            received[year, ratee].append(points)
    gaps = []
    years_met: dict[tuple[str, str], int] = defaultdict(int)
    for year, rater, ratee, _, points in scores(commands):
        if (rater, ratee) in friends:
            others = received[year, ratee]
            gaps.append(points - sum(others) / len(others))
            years_met[rater, ratee] += 1
    assert years_met.keys() == friends
    assert sum(years_met.values()) > 0.9 * 5 * len(friends)
    assert sum(gaps) / len(gaps) > 3


def test_a_lift_ends_in_the_promotion_that_its_label_names(
    small: City, commands: list[Command]
) -> None:
    lifts = [label for label in small.labels if label["kind"] == "lift"]
    promoted = {
        (int(c["on"][:4]), c["unit"], c["cadre"])
        for c in commands
        if c["command"] == "cadre.post" and c["category"] == "team_member"
    }
    assert lifts
    for label in lifts:
        assert (label["promoted"], label["unit"], label["members"][0]) in promoted


def test_two_who_leave_on_one_day_leave_in_order() -> None:
    world = found(1, 1)
    roster = roster_of(world, world.units[0], 2014)
    going = [p.cadre for p in roster.members if p.category == "other"][:8]
    leaving = {cadre: (date(2014, 8, 1), "retired") for cadre in going}
    told = [c["known_at"] for c in departures(replace(roster, leaving=leaving))]
    assert len(told) == 16
    assert told == sorted(told)


def test_policies_are_adopted_as_their_years_begin() -> None:
    adopted = [c for c in city(4, 5, 1).commands() if c["command"] == "policy.adopt"]
    assert [(c["policy"], c["on"]) for c in adopted] == [
        ("law-2007", "2014-01-01"),
        ("shishou-2013", "2014-01-01"),
        ("shishou-2017-pilot", "2017-01-01"),
        ("shishou-2018", "2018-01-01"),
    ]
    assert adopted[2]["units"]


@pytest.mark.parametrize(
    ("years", "first", "last"),
    [(1, 2018, 2018), (5, 2014, 2018), (6, 2013, 2018), (10, 2013, 2022), (12, 2013, 2024)],
)
def test_five_years_end_in_2018_and_longer_cities_go_on(years: int, first: int, last: int) -> None:
    span = city(1, years, 1).years
    assert (span[0], span[-1], len(span)) == (first, last, years)


def test_the_smallest_city_is_a_whole_one() -> None:
    told = {command["command"] for command in city(1, 1, 1).commands()}
    assert {"roster.freeze", "ballot.submit", "year.close", "result.confirm"} <= told


def test_a_promotion_follows_its_decision(commands: list[Command]) -> None:
    decided = [c["decision"] for c in commands if c["command"] == "decision.appoint"]
    assert decided
    assert len(decided) == len(set(decided))


def test_what_the_archive_does_not_understand_is_left_out() -> None:
    whole = list(city(1, 1, 1).commands())
    told = list(city(1, 1, 1).commands({"unit.register", "cadre.register"}))
    assert {command["command"] for command in told} == {"unit.register", "cadre.register"}
    assert told == [command for command in whole if command in told]


def test_events_are_counted_as_the_archive_records_them() -> None:
    sheet: dict[str, Any] = {"command": "ballot.submit", "scores": [{}, {}, {}]}
    assert events_of(sheet) == 3
    assert events_of({"command": "roster.freeze", "members": [{}, {}]}) == 2
    assert events_of({"command": "work_list.submit", "items": [{}, {}]}) == 1


@pytest.mark.parametrize(
    ("units", "years", "complaint"),
    [
        (0, 5, "units must be a whole number from 1 to 300, not 0"),
        (301, 5, "units must be a whole number from 1 to 300, not 301"),
        (20, 0, "years must be a whole number from 1 to 12, not 0"),
        (20, 13, "years must be a whole number from 1 to 12, not 13"),
    ],
)
def test_sizes_out_of_range_are_refused_in_one_sentence(
    units: int, years: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        city(units, years, 1)
