"""``shiji do``: record a file of commands, line by line."""

import sys
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import click
import msgspec

from archive.archive import Archive
from archive.cli.options import Failure, archive_options
from archive.cli.output import json_text
from archive.cli.progress import progress_bar
from archive.commands import COMMANDS
from archive.recording import NOT_ATTEMPTED, Malformed, Outcome
from domain.sentence import Lang, say, speak

Line = tuple[int, str]
"""Its number, from 1, and its text."""

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


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
    lines = read_lines(file, encoding)
    commands = [parse(text) for _, text in lines]
    recorded = events = 0
    with Archive(location, create=True) as archive, progress_bar("do", lang) as bar:
        outcomes = archive.record(commands, atomic=atomic, stop_at_first=stop_at_first)
        told = zip(lines, commands, chain(outcomes, repeat(NOT_ATTEMPTED)), strict=False)
        for count, ((number, _), command, outcome) in enumerate(told, start=1):
            _tell(number, command, outcome, as_json, lang)
            recorded += outcome.refusal is None
            events += len(outcome.positions)
            if bar:
                bar(count, len(lines))
        archive.views.ensure()
    refused = len(lines) - recorded
    if not as_json:
        summary = say("do_summary", recorded=recorded, events=events, refused=refused)
        click.echo(speak(summary, lang))
    return 1 if refused else 0


def read_lines(file: str, encoding: str = "utf-8") -> list[Line]:
    """Return the file's lines that aren't blank; ``-`` is standard input.

    The whole file is read before anything is recorded, so that a wrong encoding records nothing.

    Raises:
        Failure: it can't be read, or isn't in this encoding.
    """
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Failure(say("file_unreadable", file=file, reason=error.strerror)) from None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Failure(say("file_not_encoded", file=file, encoding=encoding, line=line)) from None
    except (LookupError, ValueError):  # none, or one of Python's own that isn't for files
        raise Failure(say("encoding_unknown", encoding=encoding)) from None
    lines = text.removeprefix("\ufeff").split("\n")
    return [(n, line) for n, line in enumerate(lines, start=1) if line.strip()]


def parse(text: str) -> Any:
    """Return the command on a line; a line that isn't JSON is a refused command."""
    try:
        return _decode(text)
    except ArithmeticError:
        return Malformed("a number is out of all bounds")
    except (msgspec.DecodeError, RecursionError) as error:
        return Malformed(str(error))


def _tell(number: int, command: Any, outcome: Outcome, as_json: bool, lang: Lang) -> None:
    refusal = outcome.refusal
    if as_json:
        told: dict[str, Any] = {"line": number, "ok": refusal is None}
        if refusal is None:
            told["positions"] = list(outcome.positions)
        else:
            told["error"] = speak(refusal.sentence, lang)
            if refusal.field is not None:
                told["field"] = refusal.field
        click.echo(json_text(told, lang))
    elif refusal is not None:
        asked = command.get("command") if isinstance(command, dict) else None
        name = asked if isinstance(asked, str) and asked in COMMANDS else "—"
        sentence = say("line_refused", line=number, command=name, reason=refusal.sentence)
        click.echo(speak(sentence, lang), err=True)
