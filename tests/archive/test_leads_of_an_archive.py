"""Leads of an archive: released as of a position, found again from what the release pins."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from archive.archive import Archive
from tests.cli.program import Program, in_process
from tests.commands.office import ballot
from tests.commands.pointed import review
from tests.said import Command, close, people, policy, roster, said, sheet
from tests.stores import a_location

STAFF = [f"C{n}" for n in range(1, 10)]
TEAM = ["H", "D1", "D2"]
PAIR = ("C1", "C2")
YEARS = range(2014, 2019)
CLERK_ON = "2019-03-01"


def a_city() -> Iterator[Command]:
    """A unit whose staff score one another for five years, two of them nine points too high."""
    rng = Random(3)
    yield policy("shishou-2013", on="2013-01-01")
    yield from people(*STAFF, *TEAM)
    merit = {code: rng.gauss(0, 4) for code in (*STAFF, *TEAM)}
    severity = {code: rng.gauss(0, 3) for code in (*STAFF, *TEAM)}
    for year in YEARS:
        yield roster(*STAFF, *TEAM, year=year)
        for group in (STAFF, TEAM):
            for rater in group:
                given = {
                    ratee: round(
                        75 + severity[rater] + merit[ratee] + rng.gauss(0, 2)
                        + (9 if {rater, ratee} == {*PAIR} else 0)
                    )
                    for ratee in group
                    if ratee != rater
                }  # fmt: skip
                yield sheet(rater, given, year=year, on=f"{year}-12-20")
        yield close(year=year)


@pytest.fixture
def location(store: str) -> Iterator[str]:
    with a_location() as place:
        with Archive(place, create=True) as archive:
            outcomes = list(archive.record(a_city()))
            assert [str(o.refusal) for o in outcomes if o.refusal] == []
        yield place


@pytest.fixture
def shiji(capsys: pytest.CaptureFixture[str], location: str) -> Program:
    return in_process(capsys, location)


def rows(shiji: Program, *arguments: str, status: int = 0) -> list[dict[str, Any]]:
    run = shiji(*arguments, "--json")
    assert run.status == status, run
    found: list[dict[str, Any]] = json.loads(run.out)
    return found


def do(location: str, *commands: Command) -> None:
    with Archive(location) as archive:
        assert [str(o.refusal) for o in archive.record(commands) if o.refusal] == []


def test_a_release_is_found_again_whatever_was_recorded_since(
    shiji: Program, location: str
) -> None:
    with Archive(location) as archive:
        position = archive.log.last_position()
    released = rows(shiji, "patterns", "--release", "L1", "--by", "ORG", "--seed", "7")
    (pair,) = (row for row in released if row["lead_kind"] == "pairs")
    assert (pair["lead"], pair["unit"], pair["members"]) == ("L1-001", "U1", [*PAIR])
    assert (pair["relation"], pair["source"]) == ("peer", "ballot")
    assert (pair["first"], pair["last"], pair["lead_status"]) == (2014, 2018, "open")
    void = ballot("void", "C1", year=2018, ratee="C2", lead="L1-001", on="2019-06-01")
    more = [
        roster(*STAFF, year=2019, on="2019-01-05"),
        *(
            sheet(rater, {r: 60 for r in STAFF if r != rater}, year=2019, on="2019-12-20")
            for rater in STAFF
        ),
        said("year.close", unit="U1", year=2019, on="2020-01-20"),
    ]
    do(location, void, *more)
    again = rows(shiji, "patterns", "--again", "L1")
    assert {row["now"] for row in again} == {"same"}
    assert len(again) == len(released)
    (event,) = (
        event
        for event in rows(shiji, "event", *map(str, range(position + 1, position + 2)))
        if event["topic"] == "lead_release.made"
    )
    pinned = event["state"]
    assert (pinned["position"], pinned["seed"], pinned["first"]) == (position, 7, 2014)
    families = {(f["kind"], f["relation"], f["source"]): f["tests"] for f in pinned["families"]}
    assert families["pairs", "peer", "ballot"] == 9 * 8 // 2


def test_a_release_that_another_program_wrote_is_told_to_differ(
    shiji: Program, location: str
) -> None:
    lead = {"lead": "X-1", "kind": "pairs", "unit": "U1", "members": ["C3", "C4"]}
    lead |= {"relation": "peer", "source": "ballot", "found": {"estimate": 8}}
    family = {"kind": "pairs", "relation": "peer", "source": "ballot", "tests": 36, "level": 0.05}
    with Archive(location) as archive:
        position = archive.log.last_position()
    command = {"release": "X", "position": position, "code_version": "0", "seed": 1}
    command |= {"first": 2014, "last": 2018, "families": [family], "leads": [lead]}
    do(location, said("lead.release", **command, on=CLERK_ON))
    run = shiji("patterns", "--again", "X", "--json")
    assert run.status == 1
    now = {
        (row["now"], *row["members"]) for row in json.loads(run.out) if row["lead_kind"] == "pairs"
    }
    assert now == {("missing", "C3", "C4"), ("new", *PAIR)}
    assert "the release was computed by 0" in run.err


def test_where_a_lead_stands_is_shown_beside_what_is_found_and_counted(
    shiji: Program, location: str
) -> None:
    rows(shiji, "patterns", "--release", "L1", "--by", "ORG")
    do(location, review("J1", "upheld", "L1-001"), review("J2", "upheld", "L1-001"))
    found = rows(shiji, "patterns", "--kind", "pairs")
    assert {row["lead_status"] for row in found if row["lead"] == "L1-001"} == {"upheld"}
    (card,) = rows(shiji, "patterns", "--card", *PAIR)
    assert (card["lead"], card["lead_status"]) == ("L1-001", "upheld")
    counted = {row["lead_kind"]: row for row in rows(shiji, "leads", "--outcomes")}
    assert counted["pairs"]["lead_upheld"] == 1
    assert counted["pairs"]["false_share"] == 0
    assert 0 < counted["pairs"]["high"] < 1
    (lead, *_) = rows(shiji, "leads", "--release", "L1", "--as-of", "#100000")
    assert lead["reviewers"] == ["J1", "J2"]


def test_the_card_of_an_archive_cites_the_scores_and_what_else_is_on_record(
    shiji: Program, location: str
) -> None:
    (card,) = rows(shiji, "patterns", "--card", *PAIR)
    audited = rows(shiji, "audit", "--rater", "C1", "--ratee", "C2")
    assert {row["position"] for row in audited} <= set(card["evidence"])
    assert len(card["evidence"]) == 2 * len(YEARS)
    assert card["together"]["posts"] == {who: ["U1 科员 2010"] for who in PAIR}
    assert (card["a_name"], card["b_name"]) == ("干部C1", "干部C2")


def test_as_of_a_time_only_what_was_closed_and_known_then_is_looked_at(
    shiji: Program, location: str
) -> None:
    with Archive(location) as archive:
        closings = [
            row[0] for page in archive.log.scan(0) for row in page if row[3] == "year.closed"
        ]
    third = f"#{closings[2]}"
    found = rows(shiji, "patterns", "--kind", "pairs", "--as-of", third)
    assert {row["periods"] for row in found} == {3}
    assert {row["strength"] for row in found} == {None}  # ranked, never flagged
    run = shiji("patterns", "--as-of", f"#{closings[0] - 1}")
    assert "no year with scores was closed" in run.err
    assert shiji("patterns", "--release", "L0", "--by", "X", "--as-of", "#1").status == 2


def test_the_leading_team_is_a_group_of_its_own(shiji: Program) -> None:
    every = rows(shiji, "patterns")
    told = {row["group"]: row["reason"] for row in every if row["verdict"] == "not_assessable"}
    assert told["U1#2"] == "only 3 raters, fewer than 5: nothing is shown"
    own = rows(shiji, "patterns", "--unit", "U1")
    assert {row["group"] for row in own} == {"U1", "U1#2"}
