"""``shiji sign-in`` and ``shiji sign-out``: a session, kept in a file of the user's own."""

import sys

import click

from archive.archive import Archive
from archive.cli.options import Failure, archive_options
from archive.cli.signed_in import forget_session, keep_session, kept_session
from domain.sentence import Lang, say, speak

stdin_option = click.option(
    "--stdin", "piped", is_flag=True, help="从标准输入逐行读取密码，不显示提示。"
)


def asked_password(label: str, *, piped: bool, twice: bool = False) -> str:
    """Return a password as typed unseen, or the next line of stdin.

    Raises:
        Failure: stdin has no other line.
    """
    if not piped:
        return str(click.prompt(label, hide_input=True, confirmation_prompt=twice, err=True))
    line = sys.stdin.readline()
    if not line:
        raise Failure(say("password_missing"))
    return line.rstrip("\r\n")


@click.command(name="sign-in")
@click.argument("account", metavar="ID")
@stdin_option
@archive_options
def sign_in(account: str, piped: bool, location: str, lang: Lang) -> None:
    """登录：在本机保存会话（仅本人可读），此后各命令以本人账号执行；程序可改用 SHIJI_TOKEN。"""
    with Archive(location) as archive:
        if not archive.accounts.founded:
            raise Failure(say("accounts_not_founded"))
        password = asked_password(speak(say("prompt_password"), lang), piped=piped)
        signed_in = archive.accounts.sign_in(account, password)
        keep_session(archive, signed_in.token)
    told = say("signed_in", account=account, name=signed_in.name, until=signed_in.expires)
    click.echo(speak(told, lang))
    if signed_in.must_change:
        click.echo(speak(say("password_expired"), lang), err=True)


@click.command(name="sign-out")
@archive_options
def sign_out(location: str, lang: Lang) -> None:
    """退出：结束本机保存的会话。"""
    with Archive(location) as archive:
        if token := kept_session(archive):
            archive.accounts.sign_out(token)
        forget_session(archive)
    click.echo(speak(say("signed_out"), lang))
