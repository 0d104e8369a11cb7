"""``shiji rebuild``: make every view anew from the log."""

import click

from archive.archive import Archive
from archive.cli.options import archive_options
from archive.cli.output import show_object
from archive.cli.progress import progress_bar
from archive.cli.signed_in import operation
from domain.sentence import Lang, say, speak


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@archive_options
@operation("rebuild")
def rebuild(as_json: bool, location: str, lang: Lang) -> None:
    """重建视图：从事件重新生成全部视图，旧视图在此期间照常可查。"""
    with Archive(location) as archive, progress_bar("rebuild", lang) as bar:
        report = archive.rebuild(bar)
    speed = round(report.events / report.seconds) if report.seconds else 0
    if as_json:
        show_object(
            {
                "events": report.events,
                "seconds": round(report.seconds, 3),
                "events_per_second": speed,
                "views": report.rows,
            },
            lang,
        )
        return
    seconds = f"{report.seconds:.1f}"
    click.echo(speak(say("rebuilt", events=report.events, seconds=seconds, speed=speed), lang))
    for name, rows in report.rows.items():
        click.echo(f"  {name} {rows}")
