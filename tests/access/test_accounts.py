"""Founding, signing in, being locked out, passwords, officers kept apart, sessions and tokens."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from archive.access import Actor, Denied, Grant, PasswordExpired, SignInNeeded
from archive.accounts.accounts import LockedOut, SignInRefused
from archive.accounts.attempts import MOST_FAILURES, WAIT
from archive.accounts.database import passwords
from archive.accounts.passwords import PasswordWeak, must_be_strong
from archive.accounts.sessions import IDLE, LONGEST
from archive.archive import Archive
from archive.questions import QUESTIONS
from archive.store.mark import Mark, Restored
from domain.refusal import Refusal
from domain.sentence import speak
from tests.access.office import OFFICERS
from tests.given import an_archive, asked
from tests.said import cadre, people

PASSWORD = "River-9-tulpen-sails"
NEW = "Amber.42.kettle-moss"
SYS, SEC = Actor("sys"), Actor("sec")


class Time:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2019, 6, 1, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def archive(time: Time, store: str) -> Iterator[Archive]:
    with an_archive(*people("A", "B"), clock=time) as archive:
        yield archive


@pytest.fixture
def founded(archive: Archive) -> Archive:
    """The archive with its officers, and A, who has chosen a password."""
    archive.accounts.found(OFFICERS)
    initial = archive.accounts.open(SYS, "A", "甲乙丙")
    archive.accounts.change_password("A", initial, PASSWORD)
    return archive


def refused(what: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as found:
        what()
    return speak(found.value.sentence, "en")


def topics(archive: Archive, after: int = 0) -> list[str]:
    return [row[3] for page in archive.log.scan(after) for row in page]


# Founding


def test_founding_names_three_officers_and_closes_the_archive(archive: Archive) -> None:
    last = archive.log.last_position()
    assert not archive.accounts.founded
    passwords = archive.accounts.found(OFFICERS)
    assert passwords.keys() == {"sys", "sec", "chk"}
    assert len(set(passwords.values())) == 3
    assert archive.accounts.founded
    assert topics(archive, last) == ["officers.founded", *["account.opened"] * 3]
    with pytest.raises(SignInNeeded):
        archive.do(cadre("N"))


def test_nobody_founds_accounts_where_there_are_some(founded: Archive) -> None:
    last = founded.log.last_position()
    others = {role: (f"x{n}", "某") for n, role in enumerate(OFFICERS)}
    told = refused(lambda: founded.accounts.found(others))
    assert told.startswith("this archive has accounts already")
    assert founded.log.last_position() == last


def test_three_officers_are_three_people(archive: Archive) -> None:
    two = {**OFFICERS, "security_auditor": OFFICERS["system_admin"]}
    assert "three people" in refused(lambda: archive.accounts.found(two))
    assert not archive.accounts.founded


def test_of_two_who_found_at_once_one_does(location: str) -> None:
    Archive(location, create=True).close()
    done: list[str] = []

    def found(name: str) -> None:
        officers = {role: (f"{name}{n}", name) for n, role in enumerate(OFFICERS)}
        with Archive(location) as archive:
            try:
                archive.accounts.found(officers)
                done.append(name)
            except Refusal:
                done.append("refused")

    threads = [Thread(target=found, args=(name,)) for name in ("p", "q", "r")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.count("refused") == 2
    with Archive(location) as archive:
        assert len(archive.access.officers().role_of) == 3
        assert topics(archive).count("officers.founded") == 1


def test_what_is_secret_is_not_in_the_log(archive: Archive) -> None:
    passwords = archive.accounts.found(OFFICERS)
    session = archive.accounts.sign_in("sys", passwords["sys"])
    archive.accounts.change_password("sys", passwords["sys"], PASSWORD)
    stored = b"".join(bytes(row[4]) for page in archive.log.scan(0) for row in page)
    for secret in (*passwords.values(), session.token, PASSWORD, "argon2"):
        assert secret.encode() not in stored


# Signing in


def test_whoever_has_an_initial_password_must_choose_one_first(founded: Archive) -> None:
    initial = founded.accounts.open(SYS, "B", "某某")
    session = founded.accounts.sign_in("B", initial)
    assert session.must_change
    with pytest.raises(PasswordExpired):
        founded.accounts.actor(session.token)
    founded.accounts.change_password("B", initial, PASSWORD, session=session.token)
    assert founded.accounts.actor(session.token).account == "B"


def test_an_unknown_account_and_a_wrong_password_are_told_alike(founded: Archive) -> None:
    last = founded.log.last_position()
    for account, password in (("A", "wrong"), ("NOBODY", PASSWORD), ("a/b#c", "x"), ("\ud800", "")):
        with pytest.raises(SignInRefused):
            founded.accounts.sign_in(account, password)
    rows = [row for page in founded.log.scan(last) for row in page]
    assert [(row[1].rpartition("/")[2], row[3]) for row in rows] == [
        ("A", "access.failed"),
        *[("-", "access.failed")] * 3,
    ]


@pytest.mark.parametrize("account", ["A", "NOBODY"])
def test_after_some_failures_nothing_is_looked_at_for_a_while(
    founded: Archive, time: Time, account: str
) -> None:
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInRefused):
            founded.accounts.sign_in(account, "wrong")
    assert topics(founded)[-1] == "access.locked_out"
    last = founded.log.last_position()
    with pytest.raises(LockedOut) as locked:
        founded.accounts.sign_in(account, PASSWORD)
    assert locked.value.until == time.now + WAIT
    assert founded.log.last_position() == last, "who goes on fills no log"
    time.passes(WAIT)
    if account == "A":
        assert founded.accounts.sign_in("A", PASSWORD).account == "A"
    else:
        with pytest.raises(SignInRefused):
            founded.accounts.sign_in(account, PASSWORD)


def test_failures_far_apart_or_before_a_success_do_not_count(founded: Archive, time: Time) -> None:
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            with pytest.raises(SignInRefused):
                founded.accounts.sign_in("A", "wrong")
        founded.accounts.sign_in("A", PASSWORD)
    for _ in range(MOST_FAILURES + 1):
        with pytest.raises(SignInRefused):
            founded.accounts.sign_in("A", "wrong")
        time.passes(WAIT + timedelta(seconds=1))


def test_the_old_password_is_guessed_no_more_often(founded: Archive) -> None:
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInRefused):
            founded.accounts.change_password("A", "wrong", NEW)
    with pytest.raises(LockedOut):
        founded.accounts.change_password("A", PASSWORD, NEW)


def test_an_administrator_unlocks_what_failures_locked(founded: Archive) -> None:
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInRefused):
            founded.accounts.sign_in("A", "wrong")
    founded.accounts.unlock(SYS, "A")
    founded.accounts.sign_in("A", PASSWORD)


def test_locked_and_closed_accounts_are_out_at_once(founded: Archive) -> None:
    session = founded.accounts.sign_in("A", PASSWORD)
    founded.accounts.lock(SYS, "A", "核实")
    with pytest.raises(SignInNeeded):
        founded.accounts.session(session.token)
    with pytest.raises(SignInRefused):
        founded.accounts.sign_in("A", "wrong")
    assert "locked" in refused(lambda: founded.accounts.sign_in("A", PASSWORD))
    founded.accounts.unlock(SYS, "A")
    session = founded.accounts.sign_in("A", PASSWORD)
    founded.accounts.close(SYS, "A", "退休")
    with pytest.raises(SignInNeeded):
        founded.accounts.actor(session.token)
    with pytest.raises(SignInRefused):
        founded.accounts.sign_in("A", PASSWORD)
    assert "one person's for good" in refused(lambda: founded.accounts.open(SYS, "A", "甲"))


# Passwords

WEAK = {
    "short": ("Ab3$xyz", "10 to 64"),
    "long": ("x1" * 40, "10 to 64"),
    "the account": ("zhang-C00123-9", "account or the name"),
    "the name": ("7我是王小明2019啊啊", "account or the name"),
    "well known": ("password123456", "well known"),
    "of the keyboard": ("qwertyuiop123", "well known"),
    "one character": ("aaaaaaaaaaaaaa", "well known"),
    "of digits": ("1234567890123", "well known"),
}


@pytest.mark.parametrize("name", WEAK)
def test_weak_passwords_are_refused(name: str) -> None:
    password, reason = WEAK[name]
    with pytest.raises(PasswordWeak) as weak:
        must_be_strong(password, "C00123", "王小明")
    assert reason in speak(weak.value.sentence, "en")
    assert weak.value.field == "password"


@pytest.mark.parametrize("password", [PASSWORD, "枣树开花时的第七封信", "kV7-mmOq_p2z"])
def test_others_are_not(password: str) -> None:
    must_be_strong(password, "C00123", "王小明")


def test_a_changed_password_ends_the_other_sessions(founded: Archive) -> None:
    mine = founded.accounts.sign_in("A", PASSWORD).token
    other = founded.accounts.sign_in("A", PASSWORD).token
    with pytest.raises(PasswordWeak):
        founded.accounts.change_password("A", PASSWORD, PASSWORD)
    founded.accounts.change_password("A", PASSWORD, NEW, session=mine)
    assert founded.accounts.actor(mine).account == "A"
    with pytest.raises(SignInNeeded):
        founded.accounts.actor(other)
    with pytest.raises(SignInRefused):
        founded.accounts.sign_in("A", PASSWORD)


def test_a_reset_is_recorded_and_not_for_ones_own(founded: Archive) -> None:
    session = founded.accounts.sign_in("A", PASSWORD).token
    initial = founded.accounts.reset_password(SYS, "A")
    assert topics(founded)[-1] == "account.password_reset"
    with pytest.raises(SignInNeeded):
        founded.accounts.actor(session)
    assert founded.accounts.sign_in("A", initial).must_change
    assert "your own account" in refused(lambda: founded.accounts.reset_password(SYS, "sys"))


def test_recovery_is_for_administrators_whose_secrets_are_lost(founded: Archive) -> None:
    recover = founded.accounts.recover
    assert "can still sign in" in refused(lambda: recover("sys"))
    assert "only a system administrator" in refused(lambda: recover("sec"))
    with founded._secrets.begin() as connection:
        connection.execute(passwords.delete())
    initial = recover("sys")
    assert founded.accounts.sign_in("sys", initial).must_change
    assert "can still sign in" in refused(lambda: recover("sys"))


def test_on_a_restored_archive_people_sign_in_and_nobody_looks(founded: Archive) -> None:
    founded.accounts.open(SYS, "auditor", "某某")
    founded.accounts.grant(SEC, "auditor", "organization_auditor")
    founded.log.mark_restored(Mark(founded.clock(), "marked_by_hand"))
    last = founded.log.last_position()
    assert founded.accounts.sign_in("A", PASSWORD).account == "A"
    with pytest.raises(SignInRefused):
        founded.accounts.sign_in("A", "wrong")
    with asked(founded) as reader:
        QUESTIONS["rank"].ask(founded, reader, Actor("auditor"), year=2018)
        with pytest.raises(Restored):
            QUESTIONS["audit"].ask(founded, reader, Actor("auditor"))
        with pytest.raises(Denied):
            QUESTIONS["audit"].ask(founded, reader, Actor("A"))
    assert founded.log.last_position() == last


# Officers apart


def test_no_officer_holds_another_role_but_to_rate(founded: Archive) -> None:
    accounts = founded.accounts
    accounts.open(SYS, "B", "某某")
    for role in ("security_admin", "security_auditor", "appraisal_office", "organization_auditor"):
        assert "officers are separate" in refused(
            lambda role=role: accounts.grant(SEC, "sys", role)  # type: ignore[misc]
        )
    accounts.grant(SEC, "B", "appraisal_office")
    assert "officers are separate" in refused(lambda: accounts.grant(SEC, "B", "system_admin"))
    accounts.grant(SEC, "A", "rater")
    accounts.grant(SEC, "A", "security_auditor")
    assert "officers are separate" in refused(lambda: accounts.grant(SEC, "A", "system_admin"))


def test_nobody_grants_to_himself_and_no_office_is_left_empty(founded: Archive) -> None:
    accounts = founded.accounts
    assert "your own account" in refused(lambda: accounts.grant(SEC, "sec", "rater"))
    assert "the only" in refused(lambda: accounts.revoke(SEC, "sys", "system_admin"))
    accounts.grant(SEC, "A", "system_admin")
    accounts.revoke(SEC, "sys", "system_admin")
    with pytest.raises(Denied):
        accounts.open(SYS, "B", "某某")
    accounts.open(Actor("A"), "B", "某某")
    accounts.grant(SEC, "B", "system_admin")
    told = refused(lambda: accounts.close(Actor("B"), "A", "退休"))
    assert "has to name another one first" in told


def test_administering_is_for_the_officer_whose_task_it_is(founded: Archive) -> None:
    accounts = founded.accounts
    for wrong in (SEC, Actor("chk"), Actor("A")):
        with pytest.raises(Denied):
            accounts.open(wrong, "B", "某某")
    for wrong in (SYS, Actor("chk"), Actor("A")):
        with pytest.raises(Denied):
            accounts.grant(wrong, "A", "rater")
    with pytest.raises(SignInNeeded):
        accounts.open(None, "B", "某某")
    denied = topics(founded).count("access.denied")
    assert denied == 6


def test_a_role_of_a_unit_names_one_and_only_cadres_rate(founded: Archive) -> None:
    accounts = founded.accounts
    accounts.open(SYS, "outsider", "某某")
    assert "is for a unit" in refused(lambda: accounts.grant(SEC, "A", "unit_head"))
    assert "for no unit" in refused(lambda: accounts.grant(SEC, "A", "rater", "U1"))
    assert "U404" in refused(lambda: accounts.grant(SEC, "A", "unit_head", "U404"))
    assert "outsider" in refused(lambda: accounts.grant(SEC, "outsider", "rater"))
    accounts.grant(SEC, "A", "unit_head", "U1")
    assert "already" in refused(lambda: accounts.grant(SEC, "A", "unit_head", "U1"))


# Sessions and tokens


def test_a_session_ends_when_idle_or_old(founded: Archive, time: Time) -> None:
    token = founded.accounts.sign_in("A", PASSWORD).token
    begun = time.now
    while time.now + IDLE / 2 < begun + LONGEST:
        time.passes(IDLE / 2)
        founded.accounts.actor(token)
    time.passes(IDLE / 2)
    with pytest.raises(SignInNeeded):
        founded.accounts.actor(token)
    idle = founded.accounts.sign_in("A", PASSWORD).token
    time.passes(IDLE)
    with pytest.raises(SignInNeeded):
        founded.accounts.actor(idle)


def test_signing_out_ends_a_session(founded: Archive) -> None:
    token = founded.accounts.sign_in("A", PASSWORD).token
    founded.accounts.sign_out(token)
    for none in (token, "", "x", "\ud800"):
        with pytest.raises(SignInNeeded):
            founded.accounts.session(none)


def test_a_token_gives_one_role_until_it_expires(founded: Archive, time: Time) -> None:
    accounts = founded.accounts
    accounts.grant(SEC, "A", "rater")
    accounts.grant(SEC, "A", "unit_admin", "U1")
    text = accounts.make_token(Actor("A"), "unit_admin", "U1", label="报表", days=30)
    actor = accounts.actor_of_token(text)
    assert (actor.account, actor.grants) == ("A", {Grant("unit_admin", "U1")})
    assert "can't make tokens" in refused(
        lambda: accounts.make_token(actor, "unit_admin", "U1", label="再")
    )
    time.passes(timedelta(days=30))
    with pytest.raises(SignInNeeded):
        accounts.actor_of_token(text)


def test_a_token_is_worth_no_more_than_what_is_held(founded: Archive) -> None:
    accounts = founded.accounts
    accounts.grant(SEC, "A", "unit_admin", "U1")
    text = accounts.make_token(Actor("A"), "unit_admin", "U1", label="报表")
    accounts.revoke(SEC, "A", "unit_admin", "U1")
    assert accounts.actor_of_token(text).grants == frozenset()
    assert "doesn't hold" in refused(
        lambda: accounts.make_token(Actor("A"), "unit_admin", "U1", label="报表")
    )
    assert "doesn't hold" in refused(
        lambda: accounts.make_token(SYS, "system_admin", label="officers have none")
    )


def test_a_revoked_token_is_worth_nothing_even_to_who_is_at_it(founded: Archive) -> None:
    accounts = founded.accounts
    accounts.grant(SEC, "A", "unit_admin", "U1")
    text = accounts.make_token(Actor("A"), "unit_admin", "U1", label="报表")
    actor = accounts.actor_of_token(text)
    (listed,) = accounts.tokens(Actor("A"))
    assert text not in map(str, listed)
    with pytest.raises(Refusal):
        accounts.revoke_token(Actor("chk"), listed.token)
    accounts.revoke_token(SYS, listed.token)
    with pytest.raises(SignInNeeded):
        founded.access.now(actor)
    with pytest.raises(SignInNeeded):
        accounts.actor_of_token(text)
