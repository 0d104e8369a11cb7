"""账号 and 访问日志: who may sign in as what, and who did, was denied, or looked at what."""

from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.fields import Choice, Id
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.rows import term_of
from archive.questions.values import time_of
from archive.who import everywhere
from domain.account import NOBODY, OFFICERS
from domain.sentence import Term
from projections.accounts import Listed, accounts, happenings
from projections.facts.access import HAPPENED
from projections.reader import Reader

ACCOUNTS = ("account", "name", "roles", "status", "on", "position")
ACCESS_LOG = ("position", "recorded_at", "account", "happened", "role", "unit", "told", "by")


def _accounts(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    return Answer([_account_row(listed) for listed in accounts(reader)], ACCOUNTS)


def _account_row(listed: Listed) -> dict[str, Any]:
    roles = sorted(listed.roles, key=lambda held: (held[0], held[1] or ""))
    return {
        "account": listed.account,
        "name": listed.name,
        "roles": [role if unit is None else f"{role}:{unit}" for role, unit in roles],
        "status": Term(listed.status, f"account_{listed.status}"),
        "on": listed.opened,
        "position": listed.position,
    }


def _access_log(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    rows = [
        {
            "position": row.position,
            "recorded_at": time_of(row.recorded_at),
            "account": None if row.account == NOBODY else row.account,
            "happened": Term(row.happened, f"access_{row.happened}"),
            "role": term_of(row.role),
            "unit": row.unit,
            "told": row.told,
            "by": None if row.by == NOBODY else row.by,
        }
        for row in happenings(reader, asked.account, asked.happened)
    ]
    return Answer(rows, ACCESS_LOG)


QUESTIONS = (
    Question(
        "accounts",
        "账号：谁可以登录、有哪些角色、是否锁定或注销。",
        _accounts,
        everywhere(*OFFICERS),
    ),
    Question(
        "access-log",
        "访问日志：账号的开立、授权和锁定，谁登录、被拒绝，谁在何时查看了谁给谁评分。",
        _access_log,
        everywhere("security_auditor"),
        account=Parameter(Id(required=False), "只看一个账号。", "ID"),
        happened=Parameter(Choice(HAPPENED, required=False, concept="access_"), "只看一类。"),
    ),
)
