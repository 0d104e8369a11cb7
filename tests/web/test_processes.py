"""Several processes of one desk on PostgreSQL, used as if they were one; and one on SQLite."""

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from archive.archive import Archive
from archive.web.settings import Settings
from archive.who import Actor
from tests.postgres import a_database
from tests.web.conftest import SMALL
from tests.web.processes import Desk, Visitor, children, desks, runs, until

PASSWORD = "mountain-River-77-lamp"
OFFICERS = {
    "system_admin": ("sys", "系统员"),
    "security_admin": ("sec", "安全员"),
    "security_auditor": ("chk", "审计员"),
}
ROLES = {"office": "appraisal_office", "auditor": "organization_auditor", "D": "rater"}
Opened = Callable[[], Archive]


def with_accounts(location: str) -> None:
    """Make the small archive, where everybody has an account and the same password."""
    with Archive(location, create=True) as archive:
        assert [str(one.refusal) for one in archive.record(SMALL) if one.refusal] == []
        accounts = archive.accounts
        first = accounts.found(OFFICERS)
        for account, role in ROLES.items():
            first[account] = accounts.open(Actor("sys"), account, f"{account}的姓名")
            accounts.grant(Actor("sec"), account, role)
        del first["sec"]  # who only grants
        for account, password in first.items():
            accounts.change_password(account, password, PASSWORD)
        archive.views.ensure()


def recorded(location: str, topic: str, code: str = "") -> int:
    """Return how many events of a topic there are, in streams whose code begins so."""
    with Archive(location) as archive:
        rows = [row for page in archive.log.scan(0) for row in page]
    return sum(row[3] == topic and row[1].partition("/")[2].startswith(code) for row in rows)


@pytest.fixture(scope="module")
def office(postgres_server) -> Iterator[str]:
    with a_database(postgres_server) as location:
        with_accounts(location)
        yield location


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("desks") / "state"


@pytest.fixture(scope="module")
def two(office, state) -> Iterator[list[Desk]]:
    with desks(office, state) as both:
        yield both


@pytest.fixture(scope="module")
def several(office, state) -> Iterator[Desk]:
    desk = Desk(office, state, "--processes", "2")
    desk.wait()
    yield desk
    desk.end()


@pytest.fixture
def visitor(two) -> Callable[[str], Visitor]:
    def signed_in(account: str) -> Visitor:
        made = Visitor(*two)
        assert made.sign_in(account, PASSWORD).status_code == 303
        return made

    return signed_in


def at_once(*doing: Callable[[], Any]) -> list[Any]:
    """Do things at the same moment, and return what came of each."""
    gate = threading.Barrier(len(doing))

    def one(do: Callable[[], Any]) -> Any:
        gate.wait()
        return do()

    with ThreadPoolExecutor(len(doing)) as pool:
        return [*pool.map(one, doing)]


def test_who_signed_in_at_one_is_signed_in_at_the_other_until_signing_out(two, visitor) -> None:
    office = visitor("office")
    for desk in two:
        assert office.ask("/account", at=desk).status_code == 200
    kept = dict(office.jar)
    office.send("/sign-out", {}, page="/account")
    office.jar = kept  # whoever stole the cookies before
    for desk in two:
        assert office.ask("/account", at=desk).headers["Location"].startswith("/sign-in")


def test_who_is_locked_at_one_is_out_at_the_other_at_once(two, visitor) -> None:
    rater, sys = visitor("D"), visitor("sys")
    form = {"account": "D", "reason": "调查"}
    assert sys.send("/accounts/account.lock", form, at=two[0]).status_code == 200
    assert rater.ask("/account", at=two[1]).status_code == 302
    assert "locked" in Visitor(*two).sign_in("D", PASSWORD).text
    assert sys.send("/accounts/account.unlock", {"account": "D"}, at=two[1]).status_code == 200
    assert Visitor(*two).sign_in("D", PASSWORD).status_code == 303


def test_failures_at_both_are_counted_together(two) -> None:
    guest = Visitor(*two)
    assert [guest.sign_in("chk", f"wrong-{n}").status_code for n in range(5)] == [401] * 5
    for _ in two:
        assert guest.sign_in("chk", PASSWORD).status_code == 429


def test_a_form_sent_to_both_at_once_is_recorded_once_and_shown_by_both(
    two, visitor, office
) -> None:
    clerk = visitor("office")
    page = clerk.text("/commands/unit.register")
    names = ("csrf_token", "command_id")
    form = {n: re.search(rf'name="{n}" value="([^"]+)"', page)[1] for n in names}  # type: ignore[index]
    form |= {"unit": "U7", "name": "示例七", "kind": "town", "on": "2018-01-01"}
    sent = at_once(*[lambda d=d: clerk.ask("/commands/unit.register", form, at=d) for d in two] * 3)
    assert {answer.status_code for answer in sent} == {303}
    assert len({answer.headers["Location"] for answer in sent}) == 1
    assert recorded(office, "unit.registered", "U7") == 1
    for desk in two:
        rows = clerk.ask("/units.json?year=2018", at=desk).json()["rows"]
        assert [row["unit"] for row in rows].count("U7") == 1


def test_a_file_uploaded_at_one_is_imported_once_from_both(two, visitor, office) -> None:
    clerk = visitor("office")
    rows = "".join(f"N{n:03},示例{n},town\n" for n in range(300))
    file = {"file": ("units.csv", f"unit,name,kind\n{rows}".encode())}
    form = {"csrf_token": clerk.token("/import"), "command": "unit.register"}
    begun = clerk.ask("/import", form, files=file, at=two[0])
    assert "all 300 can be recorded" in clerk.follow(begun).text
    place, token = clerk.at, clerk.token("/import")
    sent = at_once(*[lambda d=d: clerk.ask(place, {"csrf_token": token}, at=d) for d in two] * 2)
    told = [clerk.follow(answer).text for answer in sent if answer.status_code == 303]
    assert told
    assert all("imported" in text or "recorded before" in text for text in told)
    assert {answer.status_code for answer in sent} <= {303, 422}
    assert recorded(office, "unit.registered", "N") == 300


def test_a_look_at_who_scored_whom_is_recorded_once_wherever_it_is(two, visitor, office) -> None:
    auditor = visitor("auditor")
    before = recorded(office, "access.looked")
    for desk in two:
        assert auditor.ask("/audit?year=2018&unit=U1", at=desk).status_code == 200
    assert recorded(office, "access.looked") == before + 2


def test_a_rebuild_at_one_is_told_by_the_other_which_answers_meanwhile(two, visitor) -> None:
    sys, clerk = visitor("sys"), visitor("office")
    begun = sys.send("/integrity/rebuild", {}, page="/account", at=two[0])
    place = begun.headers["Location"]
    for _ in range(3):
        assert clerk.ask("/rank?year=2018&unit=U1", at=two[1]).status_code == 200
    assert sys.ask(place, at=two[1]).status_code == 200
    assert "rebuilt:" in sys.follow(begun).text
    for desk in two:
        assert sys.ask(f"{place}.json", at=desk).json()["state"] == "done"
        assert clerk.ask(f"{place}.json", at=desk).status_code == 404  # somebody else's


def test_several_answer_at_one_port_and_who_is_killed_is_begun_again(several, visitor, two) -> None:
    office, both = visitor("office"), children(several.process.pid)
    until(lambda: len(answering(several)) == 2)
    for _ in range(10):
        assert office.ask("/account", at=several).status_code == 200
    assert asked(several, "signing.account") == 10
    os.kill(both[0], signal.SIGKILL)
    until(lambda: len(answering(several)) == 3)
    assert office.ask("/account", at=several).status_code == 200
    assert asked(several, "signing.account") == 11


def test_work_of_a_killed_process_is_stopped_and_taken_up_by_another(
    several, visitor, office, state
) -> None:
    clerk = visitor("office")
    file = {"file": ("units.csv", "unit,name,kind\nK1,示例一,town\nK2,示例二,town\n".encode())}
    form = {"csrf_token": clerk.token("/import"), "command": "unit.register"}
    clerk.follow(clerk.ask("/import", form, files=file))
    place, form = clerk.at, {"csrf_token": clerk.token("/import")}
    with psycopg.connect(office) as somebody:  # who lets nobody record anything meanwhile
        somebody.execute("LOCK TABLE shiji.stored_events IN EXCLUSIVE MODE")
        job = clerk.ask(place, form, at=several).headers["Location"]
        assert clerk.ask(f"{job}.json").json()["state"] == "running"
        for pid in children(several.process.pid):
            os.kill(pid, signal.SIGKILL)
        until(lambda: clerk.ask(f"{job}.json").json()["state"] == "stopped")
    assert "imported: 2 commands" in clerk.follow(clerk.ask(place, form)).text
    for path in state.glob("jobs/*/*.json"):  # as of one that recorded, and was killed then
        if (told := json.loads(path.read_text()))["kind"] == "import":
            path.write_text(json.dumps(told | {"state": "running"}))
    assert "all 2 commands were recorded before" in clerk.follow(clerk.ask(place, form)).text
    assert recorded(office, "unit.registered", "K") == 2


def test_all_processes_end_with_the_one_that_began_them(several, office, tmp_path) -> None:
    last = children(several.process.pid)
    assert several.end() == 0
    assert not any(map(runs, last))
    killed = Desk(office, tmp_path / "state", "--processes", "2")
    until(lambda: len(children(killed.process.pid)) == 2)
    left = children(killed.process.pid)
    killed.kill()
    until(lambda: not any(map(runs, left)))


def test_one_process_on_sqlite_goes_on_after_it_was_killed(tmp_path) -> None:
    location, state = str(tmp_path / "archive"), tmp_path / "state"
    with Archive(location, create=True) as archive:
        assert [str(one.refusal) for one in archive.record(SMALL) if one.refusal] == []
    with desks(location, state, 1) as (first,):
        somebody = Visitor(first)
        job = somebody.send("/integrity/rebuild", {}, page="/integrity").headers["Location"]
        first.kill()
    with desks(location, state, 1) as (second,):
        somebody.desks = (second,)
        assert somebody.ask(f"{job}.json").json()["state"] in ("stopped", "done")
        again = somebody.send("/integrity/rebuild", {}, page="/integrity")
        assert "rebuilt:" in somebody.follow(again).text


def test_the_key_of_cookies_is_made_once_by_whoever_is_first(tmp_path) -> None:
    for n in range(20):
        settings = Settings("archive", tmp_path / str(n))
        assert len({*at_once(*[settings.secret] * 4)}) == 1
        assert len(settings.secret()) == 32
        assert {path.name for path in settings.state.iterdir()} == {"secret", "secret.held"}


def answering(desk: Desk) -> set[str]:
    """Ask for something, and return which processes have answered so far, as the log tells."""
    requests.get(f"{desk.url}/help", timeout=60)
    return set(re.findall(r'"pid": (\d+)', desk.log.read_text()))


def asked(desk: Desk, route: str) -> int:
    """Return how often a route was asked, as the figures of all processes tell."""
    text = requests.get(f"{desk.url}/metrics", timeout=60).text
    found = re.findall(rf'duration_seconds_count{{.*route="{route}".*}} ([\d.]+)', text)
    return int(sum(map(float, found)))
