"""A small city of the demo: what every answer cites is there, and a naive oracle agrees."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from archive.archive import Archive
from archive.cli.main import shiji
from archive.commands import COMMANDS
from archive.demo.city import City, city
from projections.as_of import AsOf
from projections.ranking import annual_ranking
from projections.talks import talks_of_year
from tests.archive import oracle
from tests.archive.oracle import Json, Member
from tests.stores import a_location


class Small:
    """The small city's archive, asked through the command line."""

    def __init__(self, location: str, made: City) -> None:
        self.location = location
        self.years = made.years
        with Archive(location, create=True) as archive:
            outcomes = list(archive.record(made.commands(COMMANDS)))
            self.last = archive.log.last_position()
        self.refused = [str(outcome.refusal) for outcome in outcomes if outcome.refusal]
        positions = [*map(str, range(1, self.last + 1))]
        self.events: dict[int, Json] = {
            event["position"]: event for event in self.ask("event", *positions)
        }
        self.audits = {y: self.ask("audit", "--year", str(y)) for y in self.years}
        everything = list(self.events.values())
        self.judged = {y: oracle.judge(y, self.audits[y], everything) for y in self.years}

    def ask(self, *arguments: str) -> Any:
        """Return the JSON of ``shiji …``."""
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            shiji([*arguments, "--json", "--archive", str(self.location)], standalone_mode=False)
        return json.loads(out.getvalue(), parse_float=Decimal)

    def cited(self, positions: list[int]) -> list[Json]:
        """Return the events at these positions, every one of which must be there."""
        return [self.events[position] for position in positions]

    def member(self, year: int, cadre: str) -> Member:
        """Return the oracle's line of a cadre."""
        (found,) = (member for member in self.judged[year] if member.cadre == cadre)
        return found

    def roster(self, year: int, member: Member) -> set[int]:
        """Return the positions of the roster lines of those ranked together."""
        key = (member.unit, member.level)
        return {m.position for m in self.judged[year] if (m.unit, m.level) == key}

    def compared(self, year: int, member: Member) -> set[int]:
        """Return what a place rests on: the roster lines and the scores of those ranked."""
        key = (member.unit, member.level)
        ranked = [m for m in self.judged[year] if (m.unit, m.level) == key and m.ranked]
        assert not member.ranked or member in ranked
        scored = ranked if member.ranked else []
        return self.roster(year, member).union(*(m.evidence for m in scored))

    def closing(self, year: int, unit: str) -> int:
        """Return the position of a year's closing."""
        (found,) = (
            position
            for position, event in self.events.items()
            if (event["topic"], event["stream"]) == ("year.closed", f"year/{year}/{unit}")
        )
        return found


@pytest.fixture(scope="module")
def small(store: str) -> Iterator[Small]:
    with a_location() as location:
        yield Small(location, city(2, 3, 7))


def about(event: Json) -> tuple[str, str, int | None]:
    """Return the kind of an event, whom it is about, and the assessment year."""
    kind, *parts = event["stream"].split("/")
    state = event["state"]
    whom = {"ballot": state.get("ratee"), "year": state.get("cadre", ""), "cadre": parts[0]}
    return event["topic"], whom.get(kind) or parts[-1], int(parts[0]) if len(parts) > 1 else None


def test_nothing_in_the_city_is_refused(small: Small) -> None:
    assert small.refused == []
    assert len(small.events) == small.last


def test_an_audit_tells_the_points_of_the_stored_events(small: Small) -> None:
    for year in small.years:
        told = {}
        for line in small.audits[year]:
            event = small.events[line["position"]]
            state = event["state"]
            assert state["points"] == line["points"] * 100
            assert about(event)[1:] == (line["ratee"], year)
            parts = event["stream"].split("/")
            rater = parts[4] if line["source"] == "ballot" else state["rater"]
            assert (rater, state["relation"]) == (line["rater"], line["relation"])
            told[line["position"]] = line["by_position"]
            if line["by_position"]:
                by = small.events[line["by_position"]]
                assert (by["stream"], by["topic"]) in {
                    (event["stream"], f"ballot.{line['status']}"),
                    (event["stream"], event["topic"]),
                }
        scored = {
            position
            for position, event in small.events.items()
            if event["topic"].startswith(("ballot.", "work_"))
            and "points" in event["state"]
            and about(event)[2] == year
        }
        assert set(told) == scored
        voids = {p for p, e in small.events.items() if e["topic"] == "ballot.voided"}
        assert voids & {p for p, e in small.events.items() if about(e)[2] == year} <= {
            *told.values()
        }


def test_the_oracle_agrees_with_every_line_of_every_ranking(small: Small) -> None:
    compared = 0
    for year in small.years:
        found = {
            (line["unit"], line["cadre"]): (
                line["rank_level"], line["rank"], line["of"], _exact(line["performance"]),
                _exact(line["annual"]), line["half"], line["grade"], line["grade_status"],
            )
            for line in small.ask("rank", str(year))
        }  # fmt: skip
        expected = {
            (m.unit, m.cadre): (
                m.level, m.rank, m.of, m.performance, m.annual, m.half, m.shown, m.status,
            )
            for m in small.judged[year]
        }  # fmt: skip
        assert found == expected
        with Archive(small.location) as archive, archive.ask(AsOf(_today(small))) as reader:
            computed = {
                (line.standing.unit, line.standing.cadre): line.standing.computed_grade
                for line in annual_ranking(reader, year)
            }
        assert computed == {(m.unit, m.cadre): m.computed for m in small.judged[year]}
        compared += len(found)
    grades = {m.computed for year in small.years for m in small.judged[year]}
    assert {"excellent", "competent", "basically_competent", "incompetent"} <= grades
    assert compared > 300


def test_a_ranking_cites_exactly_its_scores_its_roster_and_the_grade_on_record(
    small: Small,
) -> None:
    year = small.years[-1]
    for line in small.ask("rank", str(year), "--why"):
        member = small.member(year, line["cadre"])
        cites = {found["rule"]: set(found["evidence"]) for found in line["findings"]}
        assert cites["R01.annual"] == member.evidence
        assert cites["R12"] == cites["R17"] == cites["R21.zone"] == small.compared(year, member)
        assert cites["R15"] >= (member.evidence if member.ranked else set())
        performance = {
            p for p in member.evidence if small.events[p]["topic"].startswith("work_")
        }  # fmt: skip
        assert cites["R01.performance"] == performance
        assert cites["R01.democratic"] | cites["R01.leader"] == member.evidence - performance
        assert [about(event) for event in small.cited(sorted(cites["R14"]))] == [
            (_graded_by(member), member.cadre, year)
        ]


def test_eligibility_cites_the_cadres_own_scores_closings_and_grades_of_the_window(
    small: Small,
) -> None:
    year = small.years[-1]
    cadres = sorted(member.cadre for member in small.judged[year])
    always = [c for c in cadres if all(_listed(small, y, c) for y in small.years)]
    for cadre in always[::25]:
        answer = small.ask("eligible", cadre, "--for", "promotion", "--year", str(year))
        cites = {found["rule"]: found["evidence"] for found in answer["findings"]}
        grades = {about(event) for event in small.cited(cites["R20.C1.excellent"])}
        assert grades == {
            fact
            for y in small.years
            for fact in (
                (_graded_by(small.member(y, cadre)), cadre, y),
                ("year.closed", small.member(y, cadre).unit, y),
            )
        }
        for y in small.years:
            member = small.member(y, cadre)
            closing = small.closing(y, member.unit)
            own = member.evidence | {closing}
            assert set(cites[f"R20.C1.annual.{y}"]) == own
            performance = {p for p in own if not small.events[p]["topic"].startswith("ballot")}
            assert set(cites[f"R20.C2.performance.{y}"]) == performance
        total = [about(event) for event in small.cited(cites["R20.C2.total"])]
        peers = {m.cadre for m in small.judged[year] if m.position in small.roster(
            year, small.member(year, cadre))}  # fmt: skip
        assert {who for _, who, _ in total} == peers
        assert {y for _, _, y in total} == {*small.years}
        assert {kind for kind, _, _ in total} <= {
            "year.listed", "year.amended", "work_list.submitted", "work_list.scored",
            "work_log.rated",
        }  # fmt: skip
        for purpose, kinds in (
            ("training", {"result.confirmed", "result.decided", "year.closed"}),
            ("talent", {"result.confirmed", "result.decided", "year.closed"}),
            ("commendation", {about(event)[0] for event in small.events.values()}),
        ):
            other = small.ask("eligible", cadre, "--for", purpose, "--year", str(year))
            for found in other["findings"]:
                cited = [about(event) for event in small.cited(found["evidence"])]
                assert cited
                assert {kind for kind, _, _ in cited} <= kinds
                assert {y for _, _, y in cited} <= {*small.years}


def test_a_talk_cites_the_scores_the_roster_the_closing_and_the_talks_held(small: Small) -> None:
    seen = set()
    with Archive(small.location) as archive, archive.ask(AsOf(_today(small))) as reader:
        talks = [talk for year in small.years for talk in talks_of_year(reader, year)]
    for talk in talks:
        member = small.member(talk.year, talk.cadre)
        held = {
            position
            for position, event in small.events.items()
            if about(event) == ("talk.held", talk.cadre, talk.year)
        }
        seen.add(talk.status)
        roster, closing = small.roster(talk.year, member), small.closing(talk.year, member.unit)
        assert set(talk.evidence) == member.evidence | roster | {closing} | held
        low = "admonition" if member.annual < 60 else "reminder"
        assert (talk.kind, talk.rank) == (low, member.rank)
        assert talk.annual == member.annual * 100
    assert {"held", "overdue"} <= seen


def _graded_by(member: Member) -> str:
    """Return the event that gave the grade; in this city only appeals correct any."""
    return "result.confirmed" if member.status == "confirmed" else "result.decided"


def _exact(number: Any) -> Fraction | None:
    return None if number is None else Fraction(number)


def _listed(small: Small, year: int, cadre: str) -> bool:
    return any(member.cadre == cadre for member in small.judged[year])


def _today(small: Small) -> date:
    return date(small.years[-1] + 2, 1, 1)
