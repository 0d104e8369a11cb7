"""Every refusal of the contract: what is tried, and the whole sentence that answers it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from archive.archive import Archive
from archive.commands import COMMANDS
from domain.sentence import speak
from tests.commands.office import (
    APPROVED,
    CLOSED_UNIT,
    PAST,
    amend,
    ballot,
    clock,
    enter,
    items,
    rate,
    rounds,
    score_item,
    talk,
    withdraw,
    work_list,
)
from tests.commands.pointed import lead, release
from tests.commands.process import (
    SCHEME_COMMANDS,
    circular,
    deduct,
    draft,
    inspect,
    meeting,
    scheme,
    score_unit,
    work,
)
from tests.given import When, an_archive, given
from tests.said import (
    LEGACY,
    Command,
    cadre,
    close,
    component,
    correction,
    policy,
    post,
    roster,
    said,
    sheet,
    unit,
)

PAPER = {"legacy": True, "known_at": "2019-05-01"}


class Case(NamedTuple):
    """What is tried, the sentence that refuses it, and the field that is wrong."""

    name: str
    command: Command
    sentence: str
    field: str | None


def cases(*table: tuple[str, Command, str, str | None]) -> Any:
    """Return a parametrisation named by the cases' sentences."""
    return pytest.mark.parametrize("case", [Case(*row) for row in table], ids=lambda c: c.name)


@pytest.fixture(scope="module")
def archive(store: str) -> Iterator[Archive]:
    with an_archive(*PAST, clock=clock) as archive:
        yield archive


def placed(archive: Archive, command: Command) -> Command:
    """Return the command with the position of the fact that it names by stream and topic."""
    named = command.get("position")
    if not isinstance(named, tuple):
        return command
    rows = (row for page in archive.log.scan(0) for row in page)
    return {**command, "position": next(row[0] for row in rows if (row[1], row[3]) == named)}


def refused(archive: Archive, case: Case) -> None:
    command = placed(archive, case.command)
    sentence = case.sentence.replace("{position}", str(command.get("position")))
    When(archive, command).refused(sentence, case.field)


# Refused always: somebody or something that isn't there

NOBODY = "cadre NOBODY is not registered; register them with cadre.register"
GONE = "cadre GONE left on 2018-06-01 (retired), before 2018-12-20"
LATE = "cadre LATE exists from 2018-07-01, not yet on 2018-06-30"
NO_UNIT = "unit U404 is not registered; register it with unit.register"
NOT_YET = "unit U9 exists from 2018-07-01, not yet on 2018-01-01"

ABSENT = (
    ("a rater who never was", sheet("NOBODY", {"A": 90}), NOBODY, "rater"),
    ("a rater who left", sheet("GONE", {"A": 90}), GONE, "rater"),
    ("a rater to come", sheet("LATE", {"A": 90}, on="2018-06-30"), LATE, "rater"),
    ("a ratee who never was", sheet("C", {"A": 90, "NOBODY": 9}), NOBODY, "scores.1.ratee"),
    ("a ratee who left", sheet("C", {"GONE": 90}), GONE, "scores.0.ratee"),
    ("a ratee to come", sheet("C", {"LATE": 90}, on="2018-06-30"), LATE, "scores.0.ratee"),
    ("a sheet of no unit", sheet("C", {"A": 90}, unit="U404"), NO_UNIT, "unit"),
    (
        "a sheet of a unit to come",
        sheet("C", {"A": 90}, unit="U9", on="2018-01-01"),
        NOT_YET,
        "unit",
    ),
    ("an item scored by nobody", score_item("A", 90, "I2", rater="NOBODY"), NOBODY, "rater"),
    ("nobody's item", score_item("NOBODY", 90), NOBODY, "cadre"),
    ("an item in no unit", score_item("A", 90, "I2", unit="U404"), NO_UNIT, "unit"),
    ("a list of nobody", work_list("NOBODY", 1), NOBODY, "cadre"),
    ("a list of who left", work_list("GONE", 1, on="2018-12-20", unit="U1"), GONE, "cadre"),
    ("a list in no unit", work_list("B", 1, unit="U404"), NO_UNIT, "unit"),
    ("a day rated by nobody", rate("A", "2018-03-02", 90, rater="NOBODY"), NOBODY, "rater"),
    ("nobody's day", rate("NOBODY", "2018-03-02", 90), NOBODY, "cadre"),
    ("a day of who left", rate("GONE", "2018-12-20", 90), GONE, "cadre"),
    ("a day in no unit", rate("A", "2018-03-02", 90, unit="U404"), NO_UNIT, "unit"),
    ("nobody's entry", enter("NOBODY"), NOBODY, "cadre"),
    ("an entry in no unit", enter("A", unit="U404"), NO_UNIT, "unit"),
    (
        "an entry without a unit",
        enter("FREE"),
        "cadre FREE has no posting on 2018-03-01; expected the field unit",
        "unit",
    ),
    ("a roster of no unit", roster("A", unit="U404"), NO_UNIT, "unit"),
    ("a roster of a unit to come", roster("A", unit="U9"), NOT_YET, "unit"),
    ("a roster with nobody", roster("E", "NOBODY", unit="U2"), NOBODY, "members.1.cadre"),
    (
        "nobody added to a roster",
        amend("NOBODY", "added", rank_level="L", category="other"),
        NOBODY,
        "cadre",
    ),
    (
        "a roster of no unit amended",
        amend("A", "added", "U404", rank_level="L", category="other"),
        NO_UNIT,
        "unit",
    ),
    ("a round of no unit", rounds("second", "U404"), NO_UNIT, "unit"),
    (
        "a round that expects nobody",
        rounds("second", expected=[{"rater": "A", "ratee": "NOBODY", "relation": "peer"}]),
        NOBODY,
        "expected.0.ratee",
    ),
    ("a component of nobody", component("NOBODY", "leader", 90), NOBODY, "cadre"),
    ("a component in no unit", component("A", "leader", 90, unit="U404"), NO_UNIT, "unit"),
    ("a year of no unit", close("U404"), NO_UNIT, "unit"),
    ("a grade for nobody", said("result.propose", cadre="NOBODY", year=2018, grade="competent"),
     NOBODY, "cadre"),
    ("a grade of nobody confirmed", said("result.confirm", cadre="NOBODY", year=2018), NOBODY,
     "cadre"),
    ("a result of nobody corrected", correction("NOBODY", "leader", 90), NOBODY, "cadre"),
    ("a talk with nobody", talk("NOBODY", "HEAD"), NOBODY, "cadre"),
    ("a posting of nobody", post("NOBODY"), NOBODY, "cadre"),
    ("a posting to no unit", post("A", "U404"), NO_UNIT, "unit"),
    ("nobody leaves", said("cadre.leave", cadre="NOBODY", reason="died"), NOBODY, "cadre"),
    (
        "nobody gets a role",
        said("unit.assign", unit="U1", role="unit_head", cadre="NOBODY"),
        NOBODY,
        "cadre",
    ),
    ("a role in no unit", said("unit.assign", unit="U404", role="unit_head", cadre="A"), NO_UNIT,
     "unit"),
    ("a parent that isn't there", unit("U3", parent="U404"), NO_UNIT, "parent"),
    (
        "a pilot of no unit",
        policy("law-2021", units=["U1", "U404"]),
        NO_UNIT,
        "units.1",
    ),
)  # fmt: skip


# Refused always: what contradicts what stands

STANDING = (
    ("scoring oneself", sheet("C", {"C": 90}), "C is both rater and ratee; expected another ratee",
     "scores.0.ratee"),
    ("scoring one's own item", score_item("A", 9, "I2", rater="A"),
     "A is both rater and ratee; expected another ratee", "rater"),
    ("rating one's own day", rate("A", "2018-03-02", 9, rater="A"),
     "A is both rater and ratee; expected another ratee", "rater"),
    (
        "a round that expects one to score oneself",
        rounds("second", expected=[{"rater": "A", "ratee": "A", "relation": "peer"}]),
        "A is both rater and ratee; expected another ratee",
        "expected.0.ratee",
    ),
    (
        "a second sheet of the round",
        sheet("A", {"HEAD": 90}),
        "ballot/2018/U1/annual/A was handed in (B among others); a rater scores once a round, "
        "all at once, and nobody can be added",
        "scores",
    ),
    (
        "a second score in the round",
        sheet("A", {"HEAD": 90, "C": 80}),
        "ballot/2018/U1/annual/A already scored C; correct it with ballot.correct",
        "scores",
    ),
    (
        "a ratee twice on a sheet",
        sheet("C", {}) | {"scores": [{"ratee": "A", "points": 1}, {"ratee": "A", "points": 2}]},
        "A stands twice on the sheet (same dimension); expected one score each",
        "scores.1.ratee",
    ),
    (
        "a correction of what was never scored",
        ballot("correct", "A", ratee="HEAD", points=90),
        "ballot/2018/U1/annual/A never scored HEAD; expected a recorded score",
        "ratee",
    ),
    (
        "a correction of a dimension never scored",
        ballot("correct", "A", ratee="B", dimension="德", points=90),
        "ballot/2018/U1/annual/A never scored B; expected a recorded score",
        "ratee",
    ),
    (
        "a correction of a voided score",
        ballot("correct", "B", ratee="A", points=90),
        "ballot/2018/U1/annual/B's score of A was voided; "
        "a voided score can't be corrected or voided again",
        "ratee",
    ),
    (
        "a second void",
        ballot("void", "B"),
        "ballot/2018/U1/annual/B's score of — was voided; "
        "a voided score can't be corrected or voided again",
        "ratee",
    ),
    ("a void of no sheet", ballot("void", "HEAD"),
     "ballot/2018/U1/annual/HEAD never scored —; expected a recorded score", "ratee"),
    ("a roster frozen twice", roster("A"),
     "U1's roster of 2018 was already frozen; change it with roster.amend", "members"),
    ("a cadre twice on a roster", roster("E", "E", unit="U2"),
     "E stands twice on the roster; expected one line each", "members.1.cadre"),
    (
        "an added cadre who is on the roster",
        amend("A", "added", rank_level="L", category="other"),
        "A already stands on U1's roster of 2018; expected changed or removed",
        "cadre",
    ),
    ("a removed cadre who isn't on the roster", amend("HEAD", "removed"),
     "HEAD does not stand on U1's roster of 2018; expected added", "cadre"),
    ("a changed cadre who isn't on the roster", amend("HEAD", "changed"),
     "HEAD does not stand on U1's roster of 2018; expected added", "cadre"),
    ("an added cadre without a level", amend("HEAD", "added", category="other"),
     "adding HEAD to the roster wants rank_level and category", "rank_level"),
    ("a round opened twice", rounds(),
     "round annual of U1's year 2018 was already opened; expected a new round", "round"),
    ("a round that ends before it begins", rounds("second", until="2018-11-30"),
     "until 2018-11-30 is before from 2018-12-01", "until"),
    ("a component the policy lacks", component("A", "sport", 90),
     "policy shishou-2018 has no component sport; "
     "expected one of performance, democratic, leader, annual", "component"),
    ("a component recorded twice", component("E", "leader", 91, unit="U2"),
     "leader of E was already recorded; a correction wants reason and approver", "component"),
    ("a year without a policy", close("U1", 2012),
     "no policy covers U1's year 2012; adopt one with policy.adopt", "year"),
    ("a list with an item twice", work_list("B", 1, items=items(0.5, 0.5)[:1] * 2),
     "item I1 stands twice; expected once", "items.1.item"),
    ("a list whose weights aren't 1", work_list("B", 0.5, 0.4),
     "the items' weights sum to 0.9000; expected exactly 1 (such as 0.4 and 0.6)", "items"),
    ("an item that isn't on the list", score_item("A", 90, "I9"),
     "the list in force of work-list/2018/A has no item I9; expected one of its items",
     "scores.0.item"),
    ("an item of no list", score_item("B", 90),
     "the list in force of work-list/2018/B has no item I1; expected one of its items",
     "scores.0.item"),
    (
        "an item twice in one scoring",
        score_item("A", 0, scores=[{"item": "I2", "points": 1}] * 2),
        "item I2 stands twice; expected once",
        "scores.1.item",
    ),
    ("an item scored twice", score_item("A", 90),
     "item I1 of work-list/2018/A was already scored; a correction wants reason and approver",
     "scores"),
    ("a day rated twice", rate("A", "2018-03-01", 90),
     "2018-03-01 of work-log/2018/A was already rated; a correction wants reason and approver",
     "day"),
    ("a unit registered twice", unit(),
     "unit U1 was already registered on 2010-01-01; expected a new id", "unit"),
    ("a cadre registered twice", cadre("A"),
     "cadre A was already registered on 2010-01-01; expected a new id", "cadre"),
    ("a posting of who left", post("GONE", on="2018-12-20"), GONE, "cadre"),
    ("leaving twice", said("cadre.leave", cadre="GONE", reason="died", on="2018-02-01"),
     "cadre GONE already left on 2018-06-01 (retired); "
     "if that is wrong, withdraw it with fact.withdraw", "cadre"),
    ("a role held already", said("unit.assign", unit="U1", role="unit_head", cadre="HEAD"),
     "HEAD already is unit head of U1; expected somebody who isn't", "cadre"),
    ("a role released that isn't held",
     said("unit.release", unit="U1", role="unit_head", cadre="A"),
     "A is not unit head of U1 on 2018-01-01; expected a holder of the role", "cadre"),
    ("a policy adopted twice", policy(),
     "policy shishou-2018 was already adopted; give a new text with policy.amend", "policy"),
    ("a policy that nobody knows", policy("mine"),
     "policy mine is not shipped; give its document, or one of "
     "law-2007, law-2021, shishou-2013, shishou-2017-pilot, shishou-2018", "document"),
    ("an amendment of what was never adopted",
     said("policy.amend", policy="law-2021", document="x"),
     "policy law-2021 was never adopted; adopt it with policy.adopt", "policy"),
    ("a document that isn't one", policy("mine", document="gibberish"),
     "policy document, line 1, TOML: not valid TOML "
     "(Expected '=' after a key in a key/value pair (at end of document))", "document"),
    ("a grade confirmed twice", said("result.confirm", cadre="A", year=2018),
     "A's result of 2018 was already confirmed; change it with result.correct", "year"),
    ("a result of who isn't on the roster", correction("HEAD", "leader", 90),
     "HEAD stands on no roster of 2018; "
     "only a result of somebody on the roster can be corrected", "cadre"),
    ("a correction of nothing",
     said("result.correct", cadre="A", year=2018, **APPROVED),
     "a correction wants component and points, or grade", "component"),
    ("a correction without points", correction("A", "leader", 0) | {"points": None},
     "a correction wants component and points, or grade", "points"),
    ("a correction to zero of nothing", correction("A", "-", 0) | {"component": None},
     "a correction wants component and points, or grade", "component"),
    ("a correction to the same grade",
     said("result.correct", cadre="A", year=2018, grade="competent", **APPROVED),
     "A's grade already is competent; expected another one", "grade"),
    ("a correction of a component the policy lacks", correction("A", "sport", 9),
     "policy shishou-2018 has no component sport; "
     "expected one of performance, democratic, leader, annual", "component"),
    ("nothing withdrawn", withdraw(999),
     "there is no event at position 999; expected the position of a recorded event", "position"),
    (
        "a registration withdrawn",
        withdraw(("cadre/A", "cadre.registered")),
        "event {position} (cadre/A) can't be withdrawn; expected a posting, leaving, roster line, "
        "log rating, item score, talk, allowance, "
        "record of service or decision that still stands",
        "position",
    ),
    (
        "a ballot withdrawn",
        withdraw(("ballot/2018/U1/annual/A", "ballot.scored")),
        "event {position} (ballot) can't be withdrawn; expected a posting, "
        "leaving, roster line, log rating, item score, talk, allowance, "
        "record of service or decision that still stands",
        "position",
    ),
    (
        "paper history behind a later date",
        post("PAPER", **LEGACY | {"known_at": "2015-02-28"}),
        "known_at 2015-02-28T00:00:00+08:00 of cadre/PAPER is before its last event's "
        "2015-03-01T00:00:00+08:00; record paper history in order",
        "known_at",
    ),
)  # fmt: skip


# Refused always: a correction without a reason, an approver, or with the asker's own approval

CORRECTIONS = (
    ballot("correct", "A", ratee="B", points=80),
    ballot("void", "A", ratee="B"),
    ballot("void", "K1", "UC", lead="LEAD-1"),
    amend("A", "removed"),
    correction("A", "leader", 80),
    withdraw(("cadre/A", "cadre.posted")),
)
RESCORINGS = (
    ("scores", "item I1 of work-list/2018/A was already scored", score_item("A", 90)),
    ("day", "2018-03-01 of work-log/2018/A was already rated", rate("A", "2018-03-01", 90)),
    ("component", "leader of E was already recorded", component("E", "leader", 9, unit="U2")),
)


@pytest.mark.parametrize("command", CORRECTIONS, ids=lambda c: c["command"])
@pytest.mark.parametrize("paper", [{}, PAPER], ids=["live", "legacy"])
def test_a_correction_wants_a_reason_and_somebody_elses_approval(
    archive: Archive, command: Command, paper: Command
) -> None:
    command = placed(archive, command | paper | APPROVED)
    for nothing in (None, "", "  \u3000"):
        When(archive, command | {"reason": nothing}).refused(
            "reason is missing; a correction, void or withdrawal wants one", "reason"
        )
    When(archive, command | {"approver": None}).refused(
        "approver is missing; a correction, void or withdrawal wants somebody else's approval",
        "approver",
    )
    When(archive, command | {"by": "BOSS"}).refused(
        "approver BOSS is the one who asks; expected somebody else", "approver"
    )


@pytest.mark.parametrize(("field", "what", "command"), RESCORINGS, ids=lambda v: str(v)[:12])
def test_scoring_again_is_a_correction(
    archive: Archive, field: str, what: str, command: Command
) -> None:
    again = f"{what}; a correction wants reason and approver"
    When(archive, command | {"reason": "录入有误"}).refused(again, field)
    When(archive, command | {"approver": "BOSS"}).refused(again, field)
    When(archive, command | {"reason": " ", "approver": "BOSS"}).refused(again, field)
    When(archive, command | APPROVED | {"by": "BOSS"}).refused(
        "approver BOSS is the one who asks; expected somebody else", "approver"
    )


@cases(*ABSENT, *STANDING)
def test_refused_always(archive: Archive, case: Case) -> None:
    refused(archive, case)


# A closed year refuses, legacy too

CLOSED = (
    "UC's year 2018 was closed on 2019-01-20; "
    "a closed year takes no more evidence, correct results with result.correct"
)
INTO_A_CLOSED_YEAR = (
    draft(unit="UC"),
    *(scheme(step, "K1", unit="UC") for step in SCHEME_COMMANDS),
    *(work(step, "K1", "K2") for step in ("review", "resolve", "file", "return")),
    circular(unit="UC"),
    meeting(unit="UC"),
    inspect(unit="UC"),
    deduct(unit="UC"),
    score_unit(unit="UC"),
    roster("K1", unit="UC"),
    amend("K1", "removed", "UC"),
    rounds("second", "UC", expected=[]),
    work_list("K2", 1),
    score_item("K1", 90, **APPROVED),
    enter("K1"),
    rate("K1", "2018-03-02", 90),
    rate("K1", "2018-03-01", 90, **APPROVED),
    sheet("K2", {"K1": 90}, unit="UC"),
    ballot("correct", "K1", "UC", ratee="K2", points=90),
    ballot("void", "K1", "UC"),
    component("K1", "annual", 90, unit="UC", **APPROVED),
    close("UC"),
    withdraw(("year/2018/UC", "year.listed")),
    withdraw(("work-list/2018/K1", "work_list.scored")),
    withdraw(("work-log/2018/K1", "work_log.rated")),
)


def kind(command: Command) -> str:
    what = command.get("position", "")
    return f"{command['command']} {what[1] if what else command.get('day', '')}".strip()


@pytest.mark.parametrize("paper", [{}, PAPER], ids=["live", "legacy"])
@pytest.mark.parametrize("command", INTO_A_CLOSED_YEAR, ids=kind)
def test_a_closed_year_refuses(archive: Archive, command: Command, paper: Command) -> None:
    When(archive, placed(archive, command | paper)).refused(CLOSED, "year")


def test_every_command_about_a_years_evidence_is_tried_on_a_closed_year() -> None:
    evidence = ("roster.", "round.", "work_list.", "work_log.", "ballot.", "component.", "scheme.")
    evidence += ("supervision.", "circular.", "meeting.", "unit_item.", "year.")
    tried = {command["command"] for command in INTO_A_CLOSED_YEAR}
    assert {name for name in COMMANDS if name.startswith(evidence)} <= tried


@pytest.mark.parametrize(
    "command",
    [
        said("result.propose", cadre="K1", year=2018, grade="competent"),
        correction("K1", "leader", 90),
        talk("K1", "BOSS", **PAPER),
        ballot("void", "K1", "UC", lead="LEAD-1"),
        withdraw(("cadre/K1", "cadre.posted")),
    ],
    ids=lambda c: c["command"],
)
def test_everything_else_about_a_closed_year_stays_open(command: Command) -> None:
    pointed = release(lead("LEAD-1", "K1", "K2", unit="UC"))
    with an_archive(policy(), cadre("HEAD"), *CLOSED_UNIT, pointed, clock=clock) as archive:
        tried = When(archive, placed(archive, command))
    assert tried.refusal is None, str(tried.refusal)
    assert tried.events


# Refused live, recorded when legacy

PAPER_TALK = ("talk/2018/A", "talk.held", {"legacy": True, "talker": "B"})
LIVE_ONLY = (
    (
        "a year closed without a roster",
        close("U2"),
        "U2's year 2018 has no roster; freeze one with roster.freeze before closing",
        "year",
        ("year/2018/U2", "year.closed", {"legacy": True}),
    ),
    (
        "a grade confirmed before it was proposed",
        said("result.confirm", cadre="B", year=2018),
        "no grade of B was proposed for 2018; propose it with result.propose",
        "year",
        ("result/2018/B", "result.confirmed", {"legacy": True}),
    ),
    (
        "a grade proposed after it was confirmed",
        said("result.propose", cadre="A", year=2018, grade="excellent"),
        "A's result of 2018 was already confirmed; change it with result.correct",
        "grade",
        ("result/2018/A", "result.proposed", {"legacy": True, "grade": "excellent"}),
    ),
    (
        "a talk by somebody without the role",
        talk("A", "B"),
        "B is not unit head of U1 on 2019-03-01; expected a holder of that role",
        "talker",
        PAPER_TALK,
    ),
    (
        "a talk in another role than the talker's",
        talk("A", "HEAD", "city_leader"),
        "HEAD is not city leader of U1 on 2019-03-01; expected a holder of that role",
        "talker",
        ("talk/2018/A", "talk.held", {"legacy": True, "talker_role": "city_leader"}),
    ),
    (
        "a talk before the talker had the role",
        talk("A", "HEAD", on="2014-12-31"),
        "HEAD is not unit head of U1 on 2014-12-31; expected a holder of that role",
        "talker",
        ("talk/2018/A", "talk.held", {"legacy": True, "on": "2014-12-31"}),
    ),
    (
        "a talk with somebody without a unit",
        talk("FREE", "HEAD"),
        "HEAD is not unit head of — on 2019-03-01; expected a holder of that role",
        "talker",
        ("talk/2018/FREE", "talk.held", {"legacy": True}),
    ),
    (
        "a talk with oneself",
        talk("HEAD", "HEAD"),
        "HEAD is both the talker and the one talked to; expected another talker",
        "talker",
        ("talk/2018/HEAD", "talk.held", {"legacy": True}),
    ),
    (
        "a component that the policy computes",
        component("A", "leader", 88),
        "leader is computed by policy shishou-2018; only paper history may record it",
        "component",
        ("year/2018/U1", "year.component_recorded", {"points": 8800, "computed_elsewhere": True}),
    ),
    (
        "a final",
        component("A", "annual", 88),
        "annual is computed by policy shishou-2018; only paper history may record it",
        "component",
        ("year/2018/U1", "year.component_recorded", {"points": 8800, "computed_elsewhere": True}),
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", LIVE_ONLY, ids=lambda row: row[0])
def test_refused_live_recorded_when_legacy(row: Any) -> None:
    _, command, sentence, field, event = row
    times = [clock()]
    with an_archive(*PAST, clock=lambda: times[-1]) as archive:
        times.append(clock() + timedelta(hours=1))
        When(archive, command).refused(sentence, field)
        later = {"legacy": True, "known_at": "2019-06-01T12:30:00+08:00"}
        When(archive, command | later).then(event)


# The form: ids, points, years, days, texts, lists


def score(points: Any) -> Command:
    return sheet("C", {}) | {"scores": [{"ratee": "A", "points": points}]}


def points_are_not(shown: str) -> str:
    return (
        f"scores.0.points: points {shown} are not allowed; "
        "expected a number from 0 to 100 with at most two decimals"
    )


BAD_POINTS = (
    (91.555, "91.555"),
    (Decimal("91.555"), "91.555"),
    (100.01, "100.01"),
    (-0.01, "-0.01"),
    (-1, "-1"),
    (101, "101"),
    ("91.5", "'91.5'"),
    (True, "true"),
    ([90], "[…]"),
    ({"value": 90}, "{…}"),
    (float("nan"), "nan"),
    (float("inf"), "inf"),
    (1e-300, "1e-300"),
    (Decimal("1e400"), "1E+400"),
    (Decimal("-1e-99999999"), "-1E-99999999"),
    (Decimal("91.500000000000000000000000000000000001"), "91.500000000000000000000000000000000001"),
    (10**5000, "…"),
)


@pytest.mark.parametrize(
    ("points", "shown"), BAD_POINTS, ids=lambda v: str(v)[:20] if v != 10**5000 else "huge"
)
def test_points_are_numbers_from_0_to_100_with_at_most_two_decimals(
    archive: Archive, points: Any, shown: str
) -> None:
    When(archive, score(points)).refused(points_are_not(shown), "scores.0.points")


def character(field: str, value: str, code: str) -> tuple[str, str]:
    return (
        f"{field}: id {value} holds the character {code}; "
        "expected no /, #, whitespace or control character",
        field,
    )


def length(found: int) -> tuple[str, str]:
    return (f"cadre: the id has {found} characters; expected 1 to 64", "cadre")


BAD_IDS = (
    ("", *length(0)),
    ("A" * 65, *length(65)),
    ("干" * 65, *length(65)),
    ("A" * 10_000, *length(10_000)),
    ("A/B", *character("cadre", "'A/B'", "U+002F")),
    ("A#B", *character("cadre", "'A#B'", "U+0023")),
    ("A B", *character("cadre", "'A B'", "U+0020")),
    ("A\u3000B", *character("cadre", r"'A\u3000B'", "U+3000")),
    ("A\n", *character("cadre", r"'A\n'", "U+000A")),
    ("\x00", *character("cadre", r"'\x00'", "U+0000")),
    ("A\u200bB", *character("cadre", r"'A\u200bB'", "U+200B")),
    ("\u202eA", *character("cadre", r"'\u202eA'", "U+202E")),
    ("👩\u200d🌾", *character("cadre", "'👩\\u200d🌾'", "U+200D")),
    ("\ud800", *character("cadre", r"'\ud800'", "U+D800")),
    (7, "cadre: 7 is not text", "cadre"),
    (None, "cadre: this field is missing", "cadre"),
    (True, "cadre: true is not text", "cadre"),
    (["A"], "cadre: […] is not text", "cadre"),
)


@pytest.mark.parametrize(("code", "sentence", "field"), BAD_IDS, ids=lambda v: ascii(v)[:24])
def test_ids_are_1_to_64_characters_with_nothing_hidden(
    archive: Archive, code: Any, sentence: str, field: str
) -> None:
    When(archive, cadre("X", cadre=code)).refused(sentence, field)


@pytest.mark.parametrize("code", ["干" * 64, "C-001.a:b_", "👩", "é", "𠮷", "葛\U000e0100"])
def test_ids_are_the_organisations_own(code: str) -> None:
    given().when(cadre(code)).then((f"cadre/{code}", "cadre.registered", {"name": f"干部{code}"}))


def test_an_id_written_in_two_ways_is_one() -> None:
    given(cadre("e\u0301")).when(cadre("\u00e9")).refused(
        "cadre \u00e9 was already registered on 2010-01-01; expected a new id", "cadre"
    )


def whole(value: str) -> str:
    return f"year: {value} is not a whole number from 1949 to 2200"


def day_is_not(value: str) -> str:
    return f"on: {value} is not a day; expected the form 2018-12-20"


def moment_is_not(value: str) -> str:
    return (
        f"known_at: {value} is not a day or time; expected 2018-12-20 or 2018-12-20T09:30:00+08:00"
    )


REGISTER = cadre("X")
FORM = (
    ("a year too early", close(year=1948, on="2019-01-20"), whole("1948"), "year"),
    ("a year too late", close(year=2201, on="2019-01-20"), whole("2201"), "year"),
    ("a year with decimals", said("year.close", unit="U1", year=2018.0), whole("2018.0"), "year"),
    ("a year as text", said("year.close", unit="U1", year="2018"), whole("'2018'"), "year"),
    ("a year that is true", said("year.close", unit="U1", year=True), whole("true"), "year"),
    ("a day that isn't", REGISTER | {"on": "2018-02-30"}, day_is_not("'2018-02-30'"), "on"),
    ("a day with a time", REGISTER | {"on": "2018-02-03T10:00"},
     day_is_not("'2018-02-03T10:00'"), "on"),
    ("a week's day", REGISTER | {"on": "2018-W01-1"}, day_is_not("'2018-W01-1'"), "on"),
    ("a day written together", REGISTER | {"on": "20180203"}, day_is_not("'20180203'"), "on"),
    ("a day in wide digits", REGISTER | {"on": "２０１８-02-03"},
     day_is_not("'２０１８-02-03'"), "on"),
    ("a day before all archives", REGISTER | {"on": "1899-12-31"},
     day_is_not("'1899-12-31'"), "on"),
    ("a day as a number", REGISTER | {"on": 20180203}, day_is_not("20180203"), "on"),
    ("legacy as text", REGISTER | {"legacy": "true", "known_at": "2018-01-01"},
     "legacy: 'true' is not allowed; expected true or false", "legacy"),
    ("legacy without known_at", REGISTER | {"legacy": True},
     "legacy wants known_at: the date or time on which it became known", "known_at"),
    ("known_at without legacy", REGISTER | {"known_at": "2018-01-01"},
     "known_at is for paper history; add legacy: true or leave known_at out", "known_at"),
    ("known_at tomorrow", REGISTER | {"legacy": True, "known_at": "2019-06-02"},
     "known_at 2019-06-02T00:00:00+08:00 is in the future; expected a time in the past",
     "known_at"),
    ("known_at that is no time", REGISTER | {"legacy": True, "known_at": "yesterday"},
     moment_is_not("'yesterday'"), "known_at"),
    ("known_at written together", REGISTER | {"legacy": True, "known_at": "20180103"},
     moment_is_not("'20180103'"), "known_at"),
    ("known_at beyond time", REGISTER | {"legacy": True, "known_at": "9999-12-31T23:59Z"},
     moment_is_not("'9999-12-31T23:59Z'"), "known_at"),
    ("a name too long", cadre("X", name="长" * 101),
     "name: the text has 101 characters; expected at most 100", "name"),
    ("a name of 10,000 characters", cadre("X", name="长" * 10_000),
     "name: the text has 10000 characters; expected at most 100", "name"),
    ("a blank name", cadre("X", name=" \u3000"), "name: this field is missing", "name"),
    ("a control character in a name", cadre("X", name="张\x07三"),
     "name: the text holds the control character U+0007; expected none", "name"),
    ("half a character in a name", cadre("X", name="张\ud83d"),
     "name: the text holds the control character U+D83D; expected none", "name"),
    ("a field that isn't there", cadre("X", salary=1),
     "salary: there is no such field; see the command catalogue", "salary"),
    ("a field with a terrible name", cadre("X", **{"\x1b[2J": 1}),
     r"'\x1b[2J': there is no such field; see the command catalogue", r"'\x1b[2J'"),
    ("a field in a list that isn't there", sheet("C", {}) | {"scores": [{"ratee": "A", "mark": 1}]},
     "scores.0.points: this field is missing", "scores.0.points"),
    ("no choice", said("cadre.leave", cadre="A", reason="bored"),
     "reason: 'bored' is not allowed; "
     "expected one of retired, moved_away, resigned, dismissed, died", "reason"),
    ("a list that isn't one", sheet("C", {}) | {"scores": {"A": 90}}, "scores: expected a list",
     "scores"),
    ("an empty list", sheet("C", {}), "scores: the list has 0 entries; expected 1 to 100000",
     "scores"),
    ("a list of no objects", sheet("C", {}) | {"scores": [["A", 90]]},
     "scores.0: expected a JSON object", "scores.0"),
    ("a list of nothing", sheet("C", {}) | {"scores": [None]},
     "scores.0: expected a JSON object", "scores.0"),
    ("an object for a list of ids", policy("law-2021", units={"U1": 1}),
     "units: expected a list", "units"),
    ("a weight too fine", work_list("B", 0.33333, 0.66667),
     "items.0.weight: weight 0.33333 is not allowed; "
     "expected a number from 0 to 1 with at most four decimals", "items.0.weight"),
    ("a position that is none", withdraw(0),
     "position: 0 is not a whole number from 1 to 9223372036854775807", "position"),
    ("nobody who asks", said("history.close", by=None), "by: this field is missing", "by"),
    ("a command that isn't", said("ballot.sumbit"),
     "there is no command 'ballot.sumbit'; see the catalogue, such as ballot.submit", "command"),
    ("a command of 10,000 characters", said("长" * 10_000),
     f"there is no command '{'长' * 36}…; see the catalogue, such as year.close", "command"),
    ("no command", {"by": "CLERK"}, "command is missing; expected a name such as ballot.submit",
     "command"),
    ("a command that is a number", said(7),  # type: ignore[arg-type]
     "command is missing; expected a name such as ballot.submit", "command"),
    ("an array", ["ballot.submit"], "expected a JSON object", None),  # type: ignore[list-item]
    ("nothing", None, "expected a JSON object", None),  # type: ignore[arg-type]
)  # fmt: skip


@cases(*FORM)
def test_the_form(archive: Archive, case: Case) -> None:
    When(archive, case.command).refused(case.sentence, case.field)


# The opening: history closed for good

HISTORY_CLOSED = (
    "history was closed on 2019-05-31; legacy records are no longer taken, "
    "record it live without legacy"
)


@pytest.mark.parametrize(
    "command",
    [REGISTER | PAPER, said("history.close", **PAPER), said("history.close")],
    ids=["an import", "a second closing on paper", "a second closing"],
)
def test_after_history_closed_nothing_legacy_is_taken(command: Command) -> None:
    opening = said("history.close", on="2019-05-31")
    given(opening, clock=clock).when(command).refused(HISTORY_CLOSED, "legacy")


def test_in_one_batch_too_history_once_closed_stays_closed() -> None:
    with an_archive(clock=clock) as archive:
        opening = said("history.close", on="2019-05-31")
        outcomes = list(archive.record([opening, REGISTER | PAPER]))
        assert str(outcomes[1].refusal and outcomes[1].refusal.sentence.key) == "history_closed"


# A command's own id


def test_the_same_id_again_records_nothing_and_returns_the_first_positions() -> None:
    command = cadre("A", command_id="import-1")
    with an_archive(command, clock=clock) as archive:
        again = When(archive, command)
        assert (again.repeated, again.positions) == (True, (1,))
        reordered = dict(reversed(command.items())) | {"school": None}
        assert When(archive, reordered).positions == (1,)
        in_one_batch = sheet("A", {"B": 90}, command_id="sheet-1")
        outcomes = list(archive.record([cadre("B"), unit(), in_one_batch, in_one_batch]))
        assert outcomes[2] == outcomes[3]
        assert When(archive, cadre("B", name="他名")).refusal
        assert archive.log.last_position() == 4


def test_the_same_id_with_other_content_is_refused() -> None:
    before = cadre("A", command_id="import-1")
    sentence = "command_id import-1 was used for a command with other content; expected a new id"
    for other in ({"name": "他名"}, {"on": "2010-01-02"}, {"by": "OTHER"}, {"school": "党校"}):
        given(before).when(before | other).refused(sentence, "command_id")
    given(before).when(unit(command_id="import-1")).refused(sentence, "command_id")
    with an_archive() as archive:
        first, second = archive.record([before, before | {"name": "他名"}])
        assert first.refusal is None
        assert second.refusal is not None
        assert speak(second.refusal.sentence, "en") == sentence


def test_a_refused_commands_id_may_be_used_again() -> None:
    retried = post("A", command_id="post-1")
    with an_archive(unit()) as archive:
        assert When(archive, retried).refusal
        When(archive, cadre("A")).then(("cadre/A", "cadre.registered", {}))
        When(archive, retried).then(("cadre/A", "cadre.posted", {"command_id": "post-1"}))
