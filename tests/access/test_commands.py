"""Every command for every role: of its own unit, of another, in one's own name, in another's."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from archive import access
from archive.access import Actor, Denied, SignInNeeded
from archive.archive import Archive
from archive.citing import Citing
from archive.commands import COMMANDS
from archive.streams import Streams
from archive.who import NOBODY
from domain.fact import Stamp
from domain.refusal import Refusal
from tests.access import matrix
from tests.access.office import HOLDERS, PAST, an_office, as_
from tests.commands.office import clock
from tests.given import an_archive
from tests.said import cadre, people, post, said, sheet

SUBJECTS: dict[str, dict[str, Any]] = {
    "own unit": {"unit": "U1", "cadre": "C"},
    "another unit": {"unit": "U2", "cadre": "E"},
}
NAMED = ("rater", "talker", "reviewer", "cadre")


@pytest.fixture(scope="module")
def archive(store: str) -> Iterator[Archive]:
    with an_office(*PAST) as archive:
        yield archive


def fields_of(name: str, **given: Any) -> dict[str, Any]:
    """Return a command's fields as loaded, those that matter filled in."""
    command = COMMANDS[name]
    values = dict.fromkeys((*command.common, *command.fields))
    known = {"year": 2018, "day": date(2018, 3, 1), **given}
    return values | {key: value for key, value in known.items() if key in command.fields}


def allowed(archive: Archive, actor: Actor | None, name: str, given: dict[str, Any]) -> bool:
    streams = Streams(archive.log, archive.mapper, Citing(archive.views))
    now = clock()
    stamp = Stamp(by="-", on=now.date(), timestamp=now, known_at=now, legacy=bool(given["legacy"]))
    try:
        archive.access.allow(actor)(COMMANDS[name], given, streams, stamp)
    except Denied:
        return False
    return True


def test_every_command_has_a_rule_and_the_table_names_each() -> None:
    assert [name for name, command in COMMANDS.items() if command.who is NOBODY] == []
    assert COMMANDS.keys() == matrix.COMMANDS.keys()
    assert access.OPERATIONS.keys() == matrix.OPERATIONS.keys()


@pytest.mark.parametrize("role", HOLDERS)
@pytest.mark.parametrize("name", matrix.COMMANDS)
def test_a_command_is_for_whom_the_table_says(archive: Archive, name: str, role: str) -> None:
    cell = matrix.COMMANDS[name].get(role, "-")
    me = HOLDERS[role]
    fields = COMMANDS[name].fields
    for where, subject in SUBJECTS.items():
        other = {**dict.fromkeys(NAMED, subject["cadre"]), **subject}
        own = {**other, **{key: me for key in NAMED if key != "cadre" or "rater" not in fields}}
        if "talker" in fields:
            own["cadre"] = subject["cadre"]
        concerned = "unit" in fields or "cadre" in fields
        expected = {
            "all": (True, True),
            "unit": (concerned and where == "own unit",) * 2,
            "self": (False, True),
            "-": (False, False),
        }[cell]
        if cell == "unit" and "cadre" in fields:
            own["cadre"] = subject["cadre"]
        found = tuple(
            allowed(archive, as_(role), name, fields_of(name, **given)) for given in (other, own)
        )
        assert found == expected, (where, cell)


@pytest.mark.parametrize("name", COMMANDS)
def test_nobody_does_anything_without_having_signed_in(archive: Archive, name: str) -> None:
    given = fields_of(name, unit="U1", cadre="A")
    with pytest.raises(SignInNeeded):
        allowed(archive, None, name, given)
    assert not allowed(archive, as_("security_auditor"), name, given)


@pytest.mark.parametrize("role", HOLDERS)
def test_paper_history_is_the_offices(archive: Archive, role: str) -> None:
    given = fields_of("ballot.submit", unit="U1", rater=HOLDERS[role]) | {"legacy": True}
    assert allowed(archive, as_(role), "ballot.submit", given) == (role == "appraisal_office")


WITH_A_UNIT = [name for name, row in matrix.COMMANDS.items() if "unit" in row.values()]


@pytest.mark.parametrize("name", [n for n in WITH_A_UNIT if "cadre" in COMMANDS[n].fields])
def test_naming_ones_own_unit_opens_nobody_of_another(archive: Archive, name: str) -> None:
    role = next(role for role, cell in matrix.COMMANDS[name].items() if cell == "unit")
    given = fields_of(name, unit="U1", cadre="E")
    assert not allowed(archive, as_(role), name, given)
    given = fields_of(name, unit="U2", cadre="C")
    assert allowed(archive, as_(role), name, given) == ("unit" not in COMMANDS[name].fields)


# Recording, as everybody does it


def test_whoever_is_signed_in_wins_over_by(store: str) -> None:
    with an_office(*PAST) as archive:
        given = said("work_log.enter", cadre="A", day="2018-04-01", text="走访", by="SOMEBODY")
        (position,) = archive.do(given, as_("rater"))
        (row,) = archive.log.read([position])
        assert b'"by":"A"' in row[4]
        del given["by"]
        archive.do(given | {"day": "2018-04-02"}, as_("rater"))


def test_what_is_denied_is_recorded_and_nothing_else(store: str) -> None:
    with an_office(*PAST) as archive:
        last = archive.log.last_position()
        with pytest.raises(Denied):
            archive.do(sheet("B", {"C": 100}, round="second"), as_("rater"))
        rows = [row for page in archive.log.scan(last) for row in page]
        assert [(row[1], row[3]) for row in rows] == [("access-log/2019/A", "access.denied")]
        assert b"rater=B" in rows[0][4]


def test_others_of_a_file_are_recorded_beside_what_is_denied(store: str) -> None:
    commands = [cadre("N"), post("N"), said("account.grant", account="office", role="rater")]
    with an_office(*PAST) as archive:
        outcomes = list(archive.record(commands, actor=as_("appraisal_office")))
        refused = [outcome.refusal for outcome in outcomes]
        assert refused[:2] == [None, None]
        assert "account.grant" in str(refused[2])  # no public command
        with pytest.raises(SignInNeeded):
            archive.record(commands)


def test_a_grant_taken_back_is_gone_at_once(store: str) -> None:
    with an_office(*PAST) as archive:
        office = archive.access.now(as_("appraisal_office"))
        assert office is not None
        archive.do(cadre("N1"), office)
        archive.accounts.revoke(as_("security_admin"), "office", "appraisal_office")
        with pytest.raises(Denied):
            archive.do(cadre("N2"), office)
        archive.accounts.lock(as_("system_admin"), "office", "核实")
        with pytest.raises(SignInNeeded):
            archive.do(cadre("N2"), office)


def test_that_paper_history_is_recorded_is_recorded_with_the_names_on_the_paper(
    store: str,
) -> None:
    with an_office(*PAST) as archive:
        written = cadre("OLD", legacy=True, known_at="2015-05-01")
        (position,) = archive.do(written, as_("appraisal_office"))
        (row,) = archive.log.read([position])
        assert b'"by":"CLERK"' in row[4]
        (noted,) = archive.log.read([position - 1])
        assert noted[3] == "access.imported"


def test_no_refusal_tells_whose_sheet_stands_at_a_position(store: str) -> None:
    with an_office(*PAST) as archive:
        sheets = [
            row[0] for page in archive.log.scan(0) for row in page if row[3] == "ballot.scored"
        ]
        given = said("fact.withdraw", position=sheets[-1], reason="误", approver="BOSS")
        with pytest.raises(Refusal) as refused:
            archive.do(given, as_("appraisal_office"))
        assert "R-LEADER" not in str(refused.value)
        assert "U2" not in str(refused.value)


def test_moving_the_business_date_opens_no_other_unit(store: str) -> None:
    moved = [*people("M", unit_code="U4"), post("M", "U1", on="2018-06-01")]
    with an_office(*PAST, *moved) as archive:
        admin = as_("unit_admin")
        given = said("work_list.submit", cadre="M", year=2016, items=[], on="2016-03-01")
        given["items"] = [{"item": "I1", "title": "工作", "weight": 1}]
        with pytest.raises(Denied):
            archive.do(given, admin)
        archive.do(given | {"year": 2019, "on": "2019-03-01"}, admin)


def test_an_archive_without_accounts_is_open(store: str) -> None:
    with an_office(*PAST) as closed:
        assert closed.access.now(as_("rater")) is not None
    with an_archive(*PAST, clock=clock) as archive:
        assert archive.access.now(None) is None
        archive.do(cadre("N"))
        assert archive.access.may(None, "verify")
