"""A city of two units with accounts: one holder of each role, and a past to be asked about."""

from collections.abc import Iterator
from contextlib import contextmanager

from archive.access import Actor
from archive.archive import Archive
from tests.commands.office import clock, score_item, talk, work_list
from tests.given import an_archive
from tests.said import Command, graded, people, policy, roster, said, sheet

OFFICERS = {
    "system_admin": ("sys", "系统员"),
    "security_admin": ("sec", "安全员"),
    "security_auditor": ("chk", "审计员"),
}
HOLDERS = {
    "rater": "A",
    "unit_admin": "unit-admin",
    "unit_head": "HEAD",
    "unit_deputy": "deputy",
    "appraisal_office": "office",
    "organization_auditor": "auditor",
    "discipline_witness": "witness",
    "system_admin": "sys",
    "security_admin": "sec",
    "security_auditor": "chk",
}
"""Who holds each role and none besides, a unit's role for U1, where A, B and C are."""

RATER = "R-LEADER"
"""A leader of neither unit, who scored people of both; nothing else is known of him."""

PAST: list[Command] = [
    policy(),
    *people("A", "B", "C", "HEAD"),
    *people("E", "F", "G", unit_code="U2"),
    *people(RATER, unit_code="U3"),
    said("unit.assign", unit="U1", role="unit_head", cadre="HEAD", on="2015-01-01"),
    roster("A", "B", "C"),
    roster("E", "F", "G", unit="U2"),
    work_list("B", 0.6, 0.4),
    work_list("E", 0.6, 0.4),
    score_item("B", 85, rater=RATER),
    said("work_log.rate", cadre="B", day="2018-03-01", rater=RATER, relation="leader", points=85),
    sheet("A", {"B": 90, "C": 80}),
    sheet("B", {"A": 70}),
    sheet(RATER, {"A": 80, "B": 90}, "leader"),
    sheet(RATER, {"E": 60}, "leader", unit="U2"),
    sheet("F", {"E": 95}, unit="U2"),
    *graded("B", "competent"),
    *graded("E", "competent"),
    talk("C", "HEAD", on="2019-02-01"),
    said("circular.issue", unit="U1", period="2018-06", subject="log_rating", text="通报"),
    said("decision.commend", decision="D1", cadre="B", year=2018, title="先进", on="2019-03-01"),
    said("decision.commend", decision="D2", cadre="E", year=2018, title="先进", on="2019-03-01"),
    said("result.notify", cadre="B", year=2018, on="2019-02-10"),
    said("result.reconsider", cadre="B", year=2018, on="2019-02-11", grounds="漏计"),
    said("result.notify", cadre="E", year=2018, on="2019-02-10"),
    said("result.reconsider", cadre="E", year=2018, on="2019-02-11", grounds="漏计"),
    said("allowance.set_pool", unit="U1", year=2018, rank_level="1A50", standard=10_000),
    said("allowance.set_pool", unit="U2", year=2018, rank_level="1A50", standard=10_000),
]


def as_(role: str) -> Actor:
    """Return who holds a role and no other."""
    return Actor(HOLDERS[role])


@contextmanager
def an_office(*commands: Command) -> Iterator[Archive]:
    """Yield an archive with a past in which everybody of ``HOLDERS`` has an account."""
    with an_archive(*commands, clock=clock) as archive:
        accounts = archive.accounts
        accounts.found(OFFICERS)
        for role, account in HOLDERS.items():
            if role not in OFFICERS:
                accounts.open(Actor("sys"), account, f"{account}的姓名")
                of_unit = "U1" if role.startswith("unit_") else None
                accounts.grant(Actor("sec"), account, role, of_unit)
        yield archive
