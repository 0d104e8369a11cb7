"""Accounts on the command line: founding, signing in, doing and asking as somebody, tokens."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from archive.access import OPERATIONS
from archive.archive import Archive
from archive.cli.main import shiji as program
from archive.questions import QUESTIONS
from tests.access.office import OFFICERS, PAST
from tests.cli.program import Program, Run, in_process
from tests.said import close, said

PASSWORD = "River-9-tulpen-sails"
FREE = {"serve", "commands", "witness", "sign-in", "sign-out", "user", "do"}
"""What has nothing to do with an archive, checks for itself, or is checked command by command."""

Typed = Callable[..., Run]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where sessions are kept."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.delenv("SHIJI_TOKEN", raising=False)
    return tmp_path / "settings"


@pytest.fixture
def shiji(location: str, capsys: pytest.CaptureFixture[str]) -> Program:
    with Archive(location, create=True) as archive:
        for outcome in archive.record([*PAST, close(), close("U2")]):
            assert outcome.refusal is None, str(outcome.refusal)
    return in_process(capsys, location)


@pytest.fixture
def typed(shiji: Program, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """The program with lines typed into it."""

    def run(*arguments: str, lines: tuple[str, ...] = ()) -> Run:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return shiji(*arguments)

    return run


@pytest.fixture
def as_user(typed: Typed) -> Callable[[str], None]:
    """A function that signs somebody in, who is given what the table says where there is none."""
    passwords: dict[str, str] = {}

    def initial(run: Run) -> None:
        assert run.status == 0, run
        for line in run.out.splitlines():
            if line.startswith("initial password of "):
                passwords[line.split()[3]] = line.rpartition(" ")[2]

    def sign_in(account: str) -> None:
        if not passwords:
            named = [f"--{role.replace('_', '-')}={who}={n}" for role, (who, n) in OFFICERS.items()]
            initial(typed("user", "found", *named))
        if account not in passwords:
            sign_in("sys")
            initial(typed("user", "add", account, f"{account}的姓名"))
        found = typed("sign-in", account, "--stdin", lines=(passwords[account],))
        assert found.status == 0, found
        if passwords[account] != PASSWORD:
            assert "choose a password" in found.err
            lines = (passwords[account], PASSWORD)
            assert typed("user", "password", "--stdin", lines=lines).status == 0
            passwords[account] = PASSWORD

    return sign_in


def test_every_command_of_the_program_asks_who_may() -> None:
    unguarded = {
        name
        for name, command in program.commands.items()
        if name not in QUESTIONS and getattr(command.callback, "operation", None) not in OPERATIONS
    }
    assert unguarded == FREE
    group = program.commands["user"]
    assert isinstance(group, click.Group)


def test_with_the_first_account_everybody_signs_in(
    shiji: Program, as_user: Callable[[str], None], settings: Path
) -> None:
    assert shiji("rank", "2018").status == 0
    as_user("sys")
    assert shiji("sign-out").status == 0
    for command in (["rank", "2018"], ["verify"], ["rebuild"], ["patterns"], ["user", "list"]):
        shiji(*command).fails("sign in first")
    assert list(settings.glob("shiji/sessions/*")) == []
    as_user("sys")
    (kept,) = settings.glob("shiji/sessions/*")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(shiji("user", "list", "--json").out)[0]["account"] == "chk"
    shiji("rank", "2018").fails("you may not: rank")
    kept.chmod(0o644)
    shiji("user", "list").fails("others may read the session file")


def test_everybody_does_and_sees_what_the_role_allows(
    shiji: Program, as_user: Callable[[str], None], tmp_path: Path
) -> None:
    as_user("A")
    as_user("aud")
    as_user("sec")
    assert shiji("user", "grant", "A", "rater").status == 0
    assert shiji("user", "grant", "aud", "organization_auditor").status == 0
    as_user("A")
    rows = json.loads(shiji("audit", "--json").out)
    assert {row["rater"] for row in rows} == {"A"}
    shiji("audit", "--rater", "B").fails("you may not: audit")
    shiji("patterns").fails("you may not: patterns")
    file = tmp_path / "done.jsonl"
    commands = [
        said("work_log.enter", cadre="A", day="2019-03-01", text="走访", by="B"),
        said("work_log.enter", cadre="B", day="2019-03-01", text="走访"),
    ]
    file.write_text("\n".join(json.dumps(one) for one in commands), "utf-8")
    done = shiji("do", str(file), "--json")
    assert [line["ok"] for line in done.lines] == [True, False]
    position = done.lines[0]["positions"][0]
    event = json.loads(shiji("event", str(position), "--json").out)[0]
    assert event["by"] == "A"
    as_user("aud")
    assert {r["rater"] for r in json.loads(shiji("audit", "--json").out)} >= {"A", "B", "F"}
    assert shiji("patterns", "--json").status == 0
    as_user("chk")
    log = json.loads(shiji("access-log", "--json").out)
    told = [(row["account"], row["happened"], row["told"]) for row in log]
    assert ("A", "denied", "audit rater=B") in told
    assert ("A", "denied", "work_log.enter cadre=B") in told
    assert ("aud", "looked", "audit") in told
    assert ("aud", "looked", "patterns") in told


def test_a_machine_asks_with_a_token(
    shiji: Program, as_user: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_user("HEAD")
    as_user("sec")
    assert shiji("user", "grant", "HEAD", "unit_head", "--unit", "U1").status == 0
    as_user("HEAD")
    made = shiji("user", "token", "new", "unit_head", "--unit", "U1", "--label", "报表")
    token = made.out.strip()
    assert shiji("sign-out").status == 0
    monkeypatch.setenv("SHIJI_TOKEN", token)
    rows = json.loads(shiji("rank", "2018", "--json").out)
    assert {row["unit"] for row in rows} == {"U1"}
    shiji("rank", "2018", "--unit", "U2").fails("you may not")
    listed = shiji("user", "token", "list")
    assert token not in listed.out
    code = next(line.split()[0] for line in listed.out.splitlines() if "HEAD" in line)
    monkeypatch.delenv("SHIJI_TOKEN")
    as_user("HEAD")
    assert shiji("user", "token", "revoke", code).status == 0
    monkeypatch.setenv("SHIJI_TOKEN", token)
    shiji("rank", "2018").fails("sign in first")


def test_administering_on_the_command_line(
    shiji: Program, typed: Typed, as_user: Callable[[str], None]
) -> None:
    as_user("A")
    as_user("sys")
    assert shiji("user", "lock", "A", "--reason", "核实").status == 0
    typed("sign-in", "A", "--stdin", lines=(PASSWORD,)).fails("locked by the system administrator")
    assert shiji("user", "unlock", "A").status == 0
    assert "initial password of A" in shiji("user", "reset", "A").out
    assert shiji("user", "close", "A", "--reason", "退休").status == 0
    shiji("user", "grant", "A", "rater").fails("you may not: account.grant")
    shiji("user", "add", "A", "甲").fails("there was an account A already")
    shiji("user", "recover", "sys").fails("can still sign in")
    typed("sign-in", "sys", "--stdin").fails("stdin holds no password")
    typed("sign-in", "sys", "--stdin", lines=("wrong",)).fails("the account or the password")


def test_accounts_need_an_archive_and_founding(shiji: Program, tmp_path: Path) -> None:
    shiji("sign-in", "sys", "--stdin").fails("has no accounts yet")
    shiji("user", "add", "A", "甲").fails("has no accounts yet")
    shiji("user", "password", "--stdin").fails("has no accounts yet")
    shiji("sign-in", "sys", archive=tmp_path / "nowhere").fails("there is no archive at")
