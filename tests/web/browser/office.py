"""An archive to be looked at in a browser: a city's past, a unit at work, everybody's account."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.access import Actor
from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import city
from archive.integrity.ed25519 import Type
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import make_key
from archive.integrity.ledger.opening import found_ledger
from tests.commands.office import work_list
from tests.said import Command, people, roster, said, sheet

PASSWORD = "晴天-梧桐-4821-渡口"
YEAR, OPEN = 2018, 2019
"""The city's last year, and the year that the unit at work is in."""
ORIGIN = "example.org/示例市"
OFFICERS = {
    "system_admin": ("sys", "系统员"),
    "security_admin": ("sec", "安全员"),
    "security_auditor": ("chk", "审计员"),
}
HOLDERS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "rater": ("D1", "干部D1", ("rater",)),
    "unit_admin": ("D8", "干部D8", ("rater", "unit_admin")),
    "unit_head": ("D9", "干部D9", ("rater", "unit_head")),
    "appraisal_office": ("office", "绩考员", ("appraisal_office",)),
    "organization_auditor": ("auditor", "监督员", ("organization_auditor",)),
    "second_auditor": ("auditor-2", "监督员二", ("organization_auditor",)),
}
"""Who signs in: the account, its name and its roles, a unit's role for U9."""

AT_WORK: list[Command] = [
    *people("D1", "D2", "D3", "D8", "D9", unit_code="U9"),
    said("unit.assign", unit="U9", role="unit_head", cadre="D9", on="2015-01-01"),
    roster("D1", "D2", "D3", unit="U9", year=OPEN, on="2019-01-10"),
    work_list("D3", 0.6, 0.4, year=OPEN, unit="U9", by="D3", on="2019-01-20"),
    sheet("D2", {"D1": 91, "D3": 88}, unit="U9", year=OPEN, on="2019-12-20"),
]


def an_office(location: Path, units: int = 1, years: int = 3) -> dict[str, str]:
    """Make the archive, sealed, and return by role the token of a session."""
    with Archive(location, create=True) as archive:
        _record(archive, city(units, years, 1).commands(COMMANDS))
        _record(archive, AT_WORK)
        archive.views.ensure()
    found_ledger(str(location), ORIGIN, "sha256").close()
    make_key(key_folder(ORIGIN), ORIGIN, Type.LOG)
    with Archive(location) as archive:
        return _let_in(archive)


def _record(archive: Archive, commands: Iterable[Command]) -> None:
    for outcome in archive.record(commands):
        assert outcome.refusal is None, str(outcome.refusal)


def _let_in(archive: Archive) -> dict[str, str]:
    accounts = archive.accounts
    passwords = accounts.found(OFFICERS)
    for account, name, roles in HOLDERS.values():
        passwords[account] = accounts.open(Actor("sys"), account, name)
        for role in roles:
            unit = "U9" if role.startswith("unit_") else None
            accounts.grant(Actor("sec"), account, role, unit)
    for account, password in passwords.items():
        accounts.change_password(account, password, PASSWORD)
    whose = {role: account for role, (account, *_) in {**OFFICERS, **HOLDERS}.items()}
    return {role: accounts.sign_in(account, PASSWORD).token for role, account in whose.items()}
