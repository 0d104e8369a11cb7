"""``shiji serve``: the desk, for browsers and machines."""

import os
from pathlib import Path

import click

from archive.archive import Archive
from archive.cli.options import Failure, archive_options
from archive.store.location import is_postgres
from domain.sentence import Lang, say, speak


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址。")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True,
              help="监听的端口。")  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True,
              help="同时处理的请求数。")  # fmt: skip
@click.option("--processes", type=click.IntRange(1, 32), default=1, show_default=True,
              help="在同一端口上应答的进程数；多个须用 PostgreSQL。")  # fmt: skip
@click.option("--https", is_flag=True, help="只经 https 访问（由前面的 nginx 提供）。")
@click.option("--proxies", type=click.IntRange(0, 5), default=0, show_default=True,
              help="前面有几层自己的反向代理。")  # fmt: skip
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SHIJI_STATE",
    metavar="DIR",
    show_default="$SHIJI_STATE 或 ~/.local/state/shiji/…",
    help="会话密钥、上传文件和后台任务所在的文件夹，须在档案之外。",
)
@click.option("--create", is_flag=True, help="没有档案时建立。")
@archive_options
def serve(
    host: str,
    port: int,
    threads: int,
    processes: int,
    https: bool,
    proxies: int,
    state: Path | None,
    create: bool,
    location: str,
    lang: Lang,
) -> None:
    """网页和接口：供浏览器和其他系统使用，直到中断。"""
    # They take most of a second to load, which no other command should wait for.
    try:
        from archive.web.ahead import judging
        from archive.web.listening import LOOPBACK, listening
        from archive.web.settings import Settings, state_folder

        if processes > 1:
            from archive.web.processes import keep_answering
        else:
            from archive.web.server import run
    except ModuleNotFoundError as error:
        raise Failure(say("web_not_installed", module=error.name)) from None
    if processes > 1 and not is_postgres(location):
        raise Failure(say("web_one_process"))
    if processes > 1 and os.name == "nt":
        raise Failure(say("web_one_process_here"))
    with Archive(location, create=create) as archive:
        archive.views.ensure()
        founded = archive.accounts.founded
    here = host in LOOPBACK
    settings = Settings(
        location, state or state_folder(location), https=https, proxies=proxies, threads=threads,
        own_machine=here and not proxies,
    )  # fmt: skip
    click.echo(speak(say("web_serving", url=f"http://{host}:{port}/"), lang), err=True)
    if not founded:
        click.echo(speak(say("web_open_archive"), lang), err=True)
        if not here:
            click.echo(speak(say("web_open_to_all", host=host), lang), err=True)
    sockets = listening(host, port)
    with judging(location):
        if processes > 1:
            keep_answering(settings, sockets, processes)
        else:
            run(settings, sockets)
