"""``shiji do``: record a file of commands, line by line."""

import sqlite3
from collections import Counter, deque
from collections.abc import Iterator
from itertools import chain
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from archive.archive import Archive
from archive.cli.lines import CommandFile, Line
from archive.cli.options import archive_options
from archive.cli.progress import progress_bar
from archive.cli.signed_in import who_asks
from archive.deciding import Outcome
from archive.form import printable
from archive.questions.values import json_text
from archive.recording import NOT_ATTEMPTED
from domain.refusal import Refusal
from domain.sentence import Lang, say, speak


@click.command(name="do")
@click.argument("file", metavar="FILE.jsonl")
@click.option("--stop-at-first", is_flag=True, help="遇到第一条被拒绝的命令即停止。")
@click.option("--atomic", is_flag=True, help="全部记录，或一条也不记录。")
@click.option("--encoding", default="utf-8", show_default=True, help="文件编码，例如 gbk。")
@click.option("--json", "as_json", is_flag=True, help="每条命令输出一行 JSON。")
@archive_options
def do(
    file: str,
    stop_at_first: bool,
    atomic: bool,
    encoding: str,
    as_json: bool,
    location: str,
    lang: Lang,
) -> int:
    """记录命令：逐行读取 JSON 命令，逐行接受或拒绝。"""
    commands = CommandFile(file, encoding)
    recorded = events = 0
    others: Counter[str] = Counter()
    with Archive(location, create=True) as archive, progress_bar("do", lang) as bar:
        told = _recorded(archive, commands, atomic=atomic, stop_at_first=stop_at_first)
        heard = True
        for count, (line, outcome) in enumerate(told, start=1):
            other = _not_its_own(outcome)
            if other is not None:
                others[other] += 1
            if as_json or other is None:
                heard = heard and _heard(line, outcome, as_json, lang)
            recorded += outcome.refusal is None
            events += len(outcome.positions)
            if bar:
                bar(count, commands.count)
        if archive.unsealed:
            click.echo(speak(say("note_unsealed", reason=archive.unsealed), lang), err=True)
        _catch_up(archive, lang)
    left = commands.count - recorded
    if not as_json:
        _sum_up(recorded, events, left, others, lang)
    return 1 if left else 0


_OTHERS = ("not_recorded_atomic", "not_recorded_stopped")


def _not_its_own(outcome: Outcome) -> str | None:
    """Return why a command wasn't recorded although nothing is wrong with it; else None."""
    key = outcome.refusal.sentence.key if outcome.refusal else None
    return key if key in _OTHERS else None


def _sum_up(recorded: int, events: int, left: int, others: Counter[str], lang: Lang) -> None:
    """Say how many were recorded and refused, and how many more weren't recorded, and why."""
    if n := others["not_recorded_atomic"]:
        click.echo(speak(say("others_atomic", n=n), lang), err=True)
    if n := others["not_recorded_stopped"]:
        click.echo(speak(say("others_stopped", n=n), lang), err=True)
    refused = left - others.total()
    summary = say("do_summary", recorded=recorded, events=events, refused=refused)
    click.echo(speak(summary, lang))


def _recorded(
    archive: Archive, commands: CommandFile, *, atomic: bool, stop_at_first: bool
) -> Iterator[tuple[Line, Outcome]]:
    """Yield each line with its outcome, as its batch is saved; the last were not attempted."""
    lines = commands.lines()
    waiting: deque[Line] = deque()

    def read() -> Iterator[Any]:
        for line in lines:
            waiting.append(line)
            yield line.command

    how = {"atomic": atomic, "stop_at_first": stop_at_first}
    for outcome in archive.record(read(), actor=who_asks(archive), **how):
        yield waiting.popleft(), outcome
    for line in chain(waiting, lines):
        yield line, NOT_ATTEMPTED


def _catch_up(archive: Archive, lang: Lang) -> None:
    """Bring the views up; trouble with them is a note, for what was recorded is recorded."""
    try:
        archive.views.ensure()
    except (Refusal, SQLAlchemyError, sqlite3.Error) as error:
        reason = error.sentence if isinstance(error, Refusal) else str(error).partition("\n")[0]
        click.echo(speak(say("note_views_behind", reason=reason), lang), err=True)


def _heard(line: Line, outcome: Outcome, as_json: bool, lang: Lang) -> bool:
    """Tell what became of a line; False when nobody listens any more, which stops nothing."""
    try:
        _tell(line, outcome, as_json, lang)
    except OSError:
        return False
    return True


def _tell(line: Line, outcome: Outcome, as_json: bool, lang: Lang) -> None:
    refusal = outcome.refusal
    if as_json:
        told: dict[str, Any] = {"line": line.number, "ok": refusal is None}
        if refusal is None:
            told["positions"] = list(outcome.positions)
        else:
            told["error"] = speak(refusal.sentence, lang)
            if refusal.field is not None:
                told["field"] = refusal.field
        click.echo(json_text(told, lang))
    elif refusal is not None:
        asked = line.command.get("command") if isinstance(line.command, dict) else None
        name = printable(asked) if isinstance(asked, str) and asked.strip() else "—"
        sentence = say("line_refused", line=line.number, command=name, reason=refusal.sentence)
        click.echo(speak(sentence, lang), err=True)
