"""An archive to be looked at in a browser: a city's past, a unit at work, and everybody's account."""

from collections.abc import Mapping
from pathlib import Path

from archive.access import Actor
from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import city
from tests.commands.office import work_list
from tests.said import Command, people, roster, said, sheet

PASSWORD = "晴天-梧桐-4821-渡口"
YEAR, OPEN = 2018, 2019
"""The city's last year, and the year that the unit at work is in."""
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


def an_office(location: Path) -> dict[str, str]:
    """Make the archive and return, by role, the token of a session."""
    with Archive(location, create=True) as archive:
        for outcome in archive.record([*city(1, 2, 1).commands(COMMANDS), *AT_WORK]):
            assert outcome.refusal is None, str(outcome.refusal)
        archive.views.ensure()
        first = archive.accounts.found(OFFICERS)
        for account, name, roles in HOLDERS.values():
            first[account] = archive.accounts.open(Actor("sys"), account, name)
            for role in roles:
                unit = "U9" if role.startswith("unit_") else None
                archive.accounts.grant(Actor("sec"), account, role, unit)
        for account, password in first.items():
            archive.accounts.change_password(account, password, PASSWORD)
        whose = {role: account for role, (account, _) in OFFICERS.items()}
        whose |= {role: account for role, (account, _, _) in HOLDERS.items()}
        return {r: archive.accounts.sign_in(a, PASSWORD).token for r, a in whose.items()}
