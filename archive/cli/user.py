"""``shiji user``: founding the accounts of an archive, and administering them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from archive.access import Actor
from archive.accounts.tokens import MOST_DAYS
from archive.archive import Archive
from archive.cli.asked import QUESTIONS
from archive.cli.options import Failure, archive_options, lang_option
from archive.cli.output import table
from archive.cli.sign_in import asked_password, stdin_option
from archive.cli.signed_in import kept_session, who_asks
from domain.account import OFFICERS, ROLES
from domain.sentence import Lang, Term, say, speak

Command = Callable[..., Any]

_account = click.argument("account", metavar="ID")
_role = click.argument("role", type=click.Choice(ROLES), metavar="ROLE")
_unit = click.option("--unit", metavar="U", help="单位；部门管理员、主要领导、分管领导须填。")
_reason = click.option("--reason", required=True, help="理由；记入事件。")


@click.group()
@lang_option
def user(lang: Lang) -> None:
    """账号：启用、开立、授权、锁定、密码和令牌。"""


@contextmanager
def _signed_in(location: str) -> Iterator[tuple[Archive, Actor | None]]:
    with Archive(location) as archive:
        yield archive, who_asks(archive)


def _initial(account: str, password: str, lang: Lang) -> None:
    click.echo(speak(say("initial_password", account=account, password=password), lang))


@user.command()
@click.option("--system-admin", required=True, metavar="ID[=姓名]", help="系统管理员。")
@click.option("--security-admin", required=True, metavar="ID[=姓名]", help="安全保密管理员。")
@click.option("--security-auditor", required=True, metavar="ID[=姓名]", help="安全审计员。")
@archive_options
def found(location: str, lang: Lang, **named: str) -> None:
    """启用账号：指定三员；此后人人须登录，且不能撤回。"""
    officers = {role: _named(named[role]) for role in OFFICERS}
    with Archive(location) as archive:
        made = archive.accounts.found(officers)
    for account, password in made.items():
        _initial(account, password, lang)
    click.echo(speak(say("founded"), lang))


def _named(text: str) -> tuple[str, str]:
    account, _, name = text.partition("=")
    return account, name or account


@user.command()
@_account
@click.argument("name", metavar="姓名")
@archive_options
def add(account: str, name: str, location: str, lang: Lang) -> None:
    """开立账号：干部的账号即其干部编号；显示一次初始密码，首次登录须修改。（系统管理员）"""
    with _signed_in(location) as (archive, actor):
        password = archive.accounts.open(actor, account, name)
    _initial(account, password, lang)


user.add_command(QUESTIONS["accounts"], "list")


@user.command()
@_account
@_role
@_unit
@archive_options
def grant(account: str, role: str, unit: str | None, location: str, lang: Lang) -> None:
    """授予角色。（安全保密管理员）"""
    with _signed_in(location) as (archive, actor):
        archive.accounts.grant(actor, account, role, unit)
    click.echo(speak(say("granted", account=account, role=Term(role), unit=unit or ""), lang))


@user.command()
@_account
@_role
@_unit
@archive_options
def revoke(account: str, role: str, unit: str | None, location: str, lang: Lang) -> None:
    """收回角色。（安全保密管理员）"""
    with _signed_in(location) as (archive, actor):
        archive.accounts.revoke(actor, account, role, unit)
    click.echo(speak(say("revoked", account=account, role=Term(role), unit=unit or ""), lang))


@user.command()
@stdin_option
@archive_options
def password(piped: bool, location: str, lang: Lang) -> None:
    """修改自己的密码；其他会话随即结束。"""
    with Archive(location) as archive:
        if not archive.accounts.founded:
            raise Failure(say("accounts_not_founded"))
        token = kept_session(archive)
        if token is None:
            raise Failure(say("sign_in_needed"))
        account = archive.accounts.session(token).account
        old = asked_password(speak(say("prompt_old_password"), lang), piped=piped)
        new = asked_password(speak(say("prompt_new_password"), lang), piped=piped, twice=True)
        archive.accounts.change_password(account, old, new, session=token)
    click.echo(speak(say("password_changed"), lang))


@user.command()
@_account
@archive_options
def reset(account: str, location: str, lang: Lang) -> None:
    """重置他人的密码；记入事件，其会话随即结束。（系统管理员）"""
    with _signed_in(location) as (archive, actor):
        password = archive.accounts.reset_password(actor, account)
    _initial(account, password, lang)


@user.command()
@_account
@archive_options
def recover(account: str, location: str, lang: Lang) -> None:
    """恢复：账号库丢失、系统管理员都不能登录时，在档案所在的机器上重设其密码；记入事件。"""
    with Archive(location) as archive:
        password = archive.accounts.recover(account)
    _initial(account, password, lang)


@user.command()
@_account
@_reason
@archive_options
def lock(account: str, reason: str, location: str, lang: Lang) -> None:
    """锁定账号；其会话随即结束。（系统管理员）"""
    with _signed_in(location) as (archive, actor):
        archive.accounts.lock(actor, account, reason)
    click.echo(speak(say("locked", account=account), lang))


@user.command()
@_account
@archive_options
def unlock(account: str, location: str, lang: Lang) -> None:
    """解锁账号，包括因登录失败过多而暂停的。（系统管理员）"""
    with _signed_in(location) as (archive, actor):
        archive.accounts.unlock(actor, account)
    click.echo(speak(say("unlocked", account=account), lang))


@user.command()
@_account
@_reason
@archive_options
def close(account: str, reason: str, location: str, lang: Lang) -> None:
    """注销账号，不再启用。（系统管理员）"""
    with _signed_in(location) as (archive, actor):
        archive.accounts.close(actor, account, reason)
    click.echo(speak(say("closed", account=account), lang))


@user.group()
@lang_option
def token(lang: Lang) -> None:
    """令牌：供程序以本人的一个角色执行命令（环境变量 SHIJI_TOKEN）。"""


@token.command(name="new")
@_role
@_unit
@click.option("--label", required=True, metavar="用途", help="用途。")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=90,
    show_default=True,
    help="有效天数。",
)
@archive_options
def new_token(
    role: str, unit: str | None, label: str, days: int, location: str, lang: Lang
) -> None:
    """生成令牌；只显示这一次。"""
    with _signed_in(location) as (archive, actor):
        text = archive.accounts.make_token(actor, role, unit, label=label, days=days)
    click.echo(text)
    click.echo(speak(say("token_shown_once"), lang), err=True)


TOKENS = ("token", "account", "label", "role", "unit", "expires")


@token.command(name="list")
@archive_options
def list_tokens(location: str, lang: Lang) -> None:
    """列出令牌：自己的；系统管理员可见全部。"""
    with _signed_in(location) as (archive, actor):
        found = archive.accounts.tokens(actor)
    rows = [one._asdict() | {"role": Term(one.role)} for one in found]
    table(rows, TOKENS, lang)


@token.command(name="revoke")
@click.argument("token", metavar="TOKEN")
@archive_options
def revoke_token(token: str, location: str, lang: Lang) -> None:
    """撤销令牌。"""
    with _signed_in(location) as (archive, actor):
        archive.accounts.revoke_token(actor, token)
    click.echo(speak(say("token_revoked", token=token), lang))
