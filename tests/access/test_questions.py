"""Every question for every role: which rows it shows, and that no answer but the auditor's tells
who scored whom."""

from collections.abc import Iterator
from typing import Any

import pytest

from archive.access import Actor, Denied, SignInNeeded
from archive.archive import Archive
from archive.questions import QUESTIONS
from archive.questions.declare import Answer
from archive.questions.parts import part_of
from archive.questions.values import json_text
from archive.who import NOBODY
from domain.refusal import Refusal
from tests.access import matrix
from tests.access.office import HOLDERS, PAST, RATER, an_office, as_
from tests.given import asked
from tests.said import close

EVERY_EVENT = list(range(1, 200))
GIVEN: dict[str, dict[str, Any]] = {
    "rank": {"year": 2018},
    "eligible": {"purpose": "commendation", "year": 2018},
    "audit": {},
    "record": {},
    "event": {"positions": EVERY_EVENT},
    "talks": {"year": 2018},
    "spread": {"year": 2018},
    "appeals": {"year": 2018},
    "units": {"year": 2018},
    "schemes": {"year": 2018},
    "circular": {"period": QUESTIONS["circular"].parameters["period"].field.deserialize("2018-03")},
    "decisions": {},
    "dossier": {},
    "check": {"year": 2018, "all": True},
    "leads": {},
    "policy": {"name": "shishou-2018"},
    "accounts": {},
    "access-log": {},
}
OF_UNIT = {"U1": "U1", "U2": "U2"}
PEOPLE = {"U1": "B", "U2": "E"}
DECISIONS = {"U1": "D1", "U2": "D2"}


@pytest.fixture(scope="module")
def archive(store: str) -> Iterator[Archive]:
    with an_office(*PAST, close(), close("U2")) as archive:
        yield archive


def ask(archive: Archive, name: str, actor: Actor | None, **given: Any) -> Answer | None:
    """Return the answer; None where it is denied."""
    with asked(archive) as reader:
        try:
            return QUESTIONS[name].ask(archive, reader, actor, **GIVEN[name] | given)
        except Denied:
            return None


def subject(name: str, where: str, *, me: str | None = None) -> dict[str, Any]:
    """Return what a question is asked of: a unit, somebody of it, or whoever asks."""
    parameters = QUESTIONS[name].parameters
    found: dict[str, Any] = {}
    if "cadre" in parameters:
        found["cadre"] = me or PEOPLE[where]
    elif "decision" in parameters:
        found["decision"] = DECISIONS[where]
    elif "unit" in parameters and me is None:
        found["unit"] = where
    return found


def test_every_question_has_a_rule_and_the_table_names_each() -> None:
    assert [name for name, question in QUESTIONS.items() if question.who is NOBODY] == []
    assert QUESTIONS.keys() == matrix.QUESTIONS.keys() == GIVEN.keys()


@pytest.mark.parametrize("role", HOLDERS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_for_whom_the_table_says(archive: Archive, name: str, role: str) -> None:
    cell = matrix.QUESTIONS[name].get(role, "-")
    parameters = QUESTIONS[name].parameters
    for where in ("U1", "U2"):
        answer = ask(archive, name, as_(role), **subject(name, where))
        if cell == "-":
            assert answer is None, where
        elif cell == "all":
            assert answer is not None, where
        elif cell == "unit" and {"unit", "cadre"} & parameters.keys():
            assert (answer is not None) == (where == "U1"), where
        elif cell == "self" and "cadre" in parameters:
            assert answer is None, where
    if cell == "self":
        assert ask(archive, name, as_(role), **subject(name, "U1", me="A")) is not None


@pytest.mark.parametrize("role", ["unit_admin", "unit_head", "unit_deputy"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_unit_role_sees_no_row_of_another_unit(archive: Archive, name: str, role: str) -> None:
    if matrix.QUESTIONS[name].get(role) != "unit":
        return
    given = {} if "unit" in QUESTIONS[name].parameters and name != "circular" else None
    answer = ask(archive, name, as_(role), **(subject(name, "U1") if given is None else given))
    assert answer is not None
    units = {part_of(row, "unit") for row in answer.rows}
    assert units <= {"U1", None}
    people = {part_of(row, "cadre") for row in answer.rows}
    assert people.isdisjoint({"E", "F", "G"})
    if name in ("rank", "units", "spread", "decisions", "appeals", "check", "event", "record"):
        assert "U1" in units, "there is something to be seen"


@pytest.mark.parametrize("name", [n for n, row in matrix.QUESTIONS.items() if "rater" in row])
def test_a_cadre_sees_what_is_his_own_and_nothing_else(archive: Archive, name: str) -> None:
    answer = ask(archive, name, as_("rater"), **subject(name, "U1", me="A"))
    assert answer is not None
    if name == "audit":
        assert {(row["rater"], row["ratee"]) for row in answer.rows} == {("A", "B"), ("A", "C")}
    elif name == "event":
        sheets = [row for row in answer.rows if part_of(row, "rater") == "A"]
        assert {row["topic"] for row in sheets} == {"ballot.scored"}
        assert {part_of(row, "cadre") for row in answer.rows if row not in sheets} == {"A"}
    elif name not in ("eligible", "policy", "record"):
        assert {part_of(row, "cadre") for row in answer.rows} <= {"A"}
    if name in ("rank", "event", "record"):
        assert answer.rows


@pytest.mark.parametrize("role", [role for role in HOLDERS if role != "organization_auditor"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_nobody_but_the_auditor_learns_who_scored_whom(
    archive: Archive, name: str, role: str
) -> None:
    if name == "access-log":  # tells what an auditor looked for, which may be a rater
        return
    for given in (subject(name, "U1"), subject(name, "U2"), subject(name, "U1", me="A"), {}):
        missing = [p for p in ("cadre", "decision") if p in QUESTIONS[name].parameters]
        if (missing and not given) or (name == "circular" and "unit" not in given):
            continue
        answer = ask(archive, name, as_(role), **given)
        if answer is None:
            continue
        told = "\n".join(json_text(row, "en") for row in answer.rows)
        told += json_text(answer.one, "en") if answer.one else ""
        sheets = [row for row in answer.rows if str(row.get("stream")).startswith("ballot/")]
        raters = {part_of(row, "rater") for row in sheets}
        mine = role == "rater" and (name == "audit" or raters == {"A"})
        if name != "event":  # of a cadre who leads and only scores, what else is known is known
            assert RATER not in told, given
        assert mine or '"ballot.' not in told
        assert "work_log.rated" not in told


def test_the_auditor_does(archive: Archive) -> None:
    answer = ask(archive, "audit", as_("organization_auditor"), ratee="B")
    assert answer is not None
    assert {row["rater"] for row in answer.rows} == {"A", RATER}
    told = ask(archive, "record", as_("organization_auditor"), cadre="B")
    assert told is not None
    assert any(row["event"] == "ballot.scored" for row in told.rows)


def test_a_ratee_sees_nothing_of_who_scored_him(archive: Archive) -> None:
    assert ask(archive, "audit", as_("rater"), ratee="A").rows == []  # type: ignore[union-attr]
    assert ask(archive, "audit", as_("rater"), rater="B") is None
    assert ask(archive, "rank", as_("rater"), without_rater="B") is None
    assert ask(archive, "rank", as_("appraisal_office"), without_rater="B") is None
    assert ask(archive, "rank", as_("organization_auditor"), without_rater="B") is not None


def test_nobody_asks_without_having_signed_in(archive: Archive) -> None:
    for name in QUESTIONS:
        with pytest.raises(SignInNeeded):
            ask(archive, name, None, **subject(name, "U1"))


LOOKS = {
    "audit": ({"ratee": "B"}, "audit ratee=B"),
    "record": ({"cadre": "B"}, "record cadre=B"),
    "event": ({"positions": [1, 2]}, "event positions=1,2"),
    "dossier": ({"decision": "D1"}, "dossier decision=D1"),
    "rank": ({"without_rater": "A"}, "rank year=2018 without_rater=A"),
    "leads": ({}, "leads"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_every_look_at_who_scored_whom_is_recorded(archive: Archive, name: str) -> None:
    given, told = LOOKS[name]
    assert ask(archive, name, as_("organization_auditor"), **given) is not None
    log = ask(archive, "access-log", as_("security_auditor"), account="auditor", happened="looked")
    assert log is not None
    assert log.rows[-1]["told"] == told


def test_a_plain_ranking_is_no_look(archive: Archive) -> None:
    last = archive.log.last_position()
    assert ask(archive, "rank", as_("organization_auditor")) is not None
    assert archive.log.last_position() == last


def test_what_is_denied_is_recorded(archive: Archive) -> None:
    assert ask(archive, "eligible", as_("rater"), cadre="E") is None
    log = ask(archive, "access-log", as_("security_auditor"), account="A", happened="denied")
    assert log is not None
    assert log.rows[-1]["told"] == "eligible cadre=E year=2018"


@pytest.mark.parametrize("name", ["rank", "spread", "eligible"])
def test_a_part_is_shown_only_of_a_closed_year(archive: Archive, name: str) -> None:
    """Else a ratee would read each single score from how the result moves between two events."""
    closing = next(
        row[0] for row in archive.log.read(EVERY_EVENT) if row[3] == "year.closed"
    )  # of U1, which closes first
    parts = {role: cell for role, cell in matrix.QUESTIONS[name].items() if cell != "all"}
    for role in (*parts, "appraisal_office"):
        whose = subject(name, "U1", me="A" if parts.get(role) == "self" else None)
        assert shown(archive, name, role, closing, whose)
        assert shown(archive, name, role, closing - 1, whose) == (role not in parts)


def shown(archive: Archive, name: str, role: str, position: int, whose: dict[str, Any]) -> bool:
    """Tell if a question as of a position shows anything."""
    with asked(archive, f"#{position}") as reader:
        try:
            answer = QUESTIONS[name].ask(archive, reader, as_(role), **GIVEN[name] | whose)
        except Refusal as refusal:
            return refusal.sentence.key != "year_shown_once_closed"
    return bool(answer.rows)


def test_what_is_noted_of_others_is_not_told(archive: Archive) -> None:
    with asked(archive) as reader:
        QUESTIONS["rank"].ask(archive, reader, as_("rater"), year=2017)
        assert reader.notes == []


@pytest.mark.parametrize("role", HOLDERS)
@pytest.mark.parametrize("name", matrix.OPERATIONS)
def test_an_operation_is_for_whom_the_table_says(archive: Archive, name: str, role: str) -> None:
    allowed = matrix.OPERATIONS[name].get(role) == "all"
    assert archive.access.may(as_(role), name) == allowed
    if allowed:
        archive.access.must(as_(role), name)
    else:
        with pytest.raises(Denied):
            archive.access.must(as_(role), name)
    with pytest.raises(SignInNeeded):
        archive.access.must(None, name)


def test_the_accounts_are_listed_with_what_they_hold(archive: Archive) -> None:
    answer = ask(archive, "accounts", as_("system_admin"))
    assert answer is not None
    held = {row["account"]: row["roles"] for row in answer.rows}
    assert held["HEAD"] == ["unit_head:U1"]
    assert held["sec"] == ["security_admin"]
    assert held.keys() == set(HOLDERS.values())
