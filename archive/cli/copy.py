"""``shiji copy``: an archive's log into another location."""

from contextlib import closing

import click

from archive.cli.options import lang_option
from archive.cli.output import show_object
from archive.cli.progress import progress_bar
from archive.cli.signed_in import operation
from archive.copying import copy_log
from archive.store.location import open_log
from archive.store.mark import Restored
from archive.streams import CLOSING_TOPICS
from domain.sentence import Lang, say, speak


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@lang_option
@operation("copy")
def copy(source: str, target: str, as_json: bool, lang: Lang) -> None:
    """复制档案：把全部事件原样抄到另一位置，再逐条核对；中断后重做即接着抄。"""
    with (
        closing(open_log(source, closing_topics=CLOSING_TOPICS)) as ours,
        closing(open_log(target, create=True, closing_topics=CLOSING_TOPICS)) as theirs,
        progress_bar("copy", lang) as bar,
    ):
        report = copy_log(ours, theirs, bar)
        if mark := ours.restored():  # a copy of what isn't verified isn't verified
            click.echo(speak(Restored(theirs.mark_restored(mark)).sentence, lang), err=True)
    told = {
        "events": report.events,
        "commands": report.commands,
        "seconds": round(report.seconds, 3),
        "sha256": report.sha256,
    }
    if as_json:
        show_object(told, lang)
    else:
        click.echo(speak(say("copied", **told | {"seconds": f"{report.seconds:.1f}"}), lang))
