"""``shiji grant``: a role of the database that may record and ask, but change nothing."""

from contextlib import closing

import click

from archive.cli.options import Failure, archive_options
from archive.cli.signed_in import operation
from archive.store.location import PostgresLocation, is_postgres, open_log
from archive.store.mark import Restored
from domain.sentence import Lang, say, speak


@click.command()
@click.argument("role")
@archive_options
@operation("grant")
def grant(role: str, location: str, lang: Lang) -> None:
    """授权：让数据库的一个角色只能添加和读取事件，不能修改或删除；没有这个角色则新建。"""
    if not is_postgres(location):
        raise Failure(say("grant_without_server"))
    with closing(open_log(location)) as log:
        if mark := log.restored():
            raise Restored(mark)
    from archive.store.postgres_role import make_role

    made = make_role(PostgresLocation.parse(location), role)
    click.echo(speak(say("role_made" if made else "role_granted", role=role), lang))
