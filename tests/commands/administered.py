"""Commands about accounts, which no public command records: every one of them once."""

from typing import Any

from tests.said import Command, said

TODAY = "2019-06-03"


def _by(who: str, command: str, **given: Any) -> Command:
    return said(command, by=who, on=TODAY, **given)


ADMINISTERED = [
    _by(
        "sys",
        "officers.found",
        system_admin="sys",
        security_admin="sec",
        security_auditor="log",
    ),
    *(
        _by("sys", "account.open", account=who, name=f"{who}的姓名")
        for who in ("sys", "sec", "log")
    ),
    _by("sys", "account.open", account="K1", name="甲"),
    _by("sys", "account.open", account="sys2", name="乙"),
    _by("sec", "account.grant", account="sys2", role="system_admin"),
    _by("sec", "account.grant", account="K1", role="unit_head", unit="UC"),
    _by("K1", "account.change_password", account="K1"),
    _by(
        "K1",
        "account.make_token",
        account="K1",
        role="unit_head",
        unit="UC",
        token="t1",
        label="报表",
        until="2019-07-01",
    ),
    _by("K1", "account.revoke_token", account="K1", token="t1"),
    _by("sec", "account.revoke", account="K1", role="unit_head", unit="UC"),
    _by("sec", "account.revoke", account="sys2", role="system_admin"),
    _by("sys", "account.lock", account="K1", reason="出差"),
    _by("sys", "account.unlock", account="K1"),
    _by("sys", "account.reset_password", account="K1"),
    _by("sys", "account.close", account="K1", reason="退休"),
    _by("sys", "access.sign_in", account="sys"),
    _by("sys", "access.fail", account="sys"),
    _by("sys", "access.lock_out", account="sys", until="2019-06-03T12:00"),
    _by("sys", "access.deny", account="sys", asked="rank", about="year=2018"),
    _by("sys", "access.look", account="sys", asked="audit", about="ratee=K1"),
    _by("sys", "access.enter_paper", account="sys"),
]
"""Accepted one after another, behind ``tests.commands.office.PAST``."""
