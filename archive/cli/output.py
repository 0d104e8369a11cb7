"""Answers as tables, JSON or CSV, from one list of rows."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.cli.options import Failure, Options
from archive.questions.declare import Answer, Row
from archive.questions.values import cell, csv_cell, json_text
from domain.sentence import Lang, say, speak, term

_UNSEEN_WIDTH = 220  # columns of a table that no terminal limits
_MOST_ROWS = 2_000  # of a table; nobody reads more, and drawing them takes minutes
_NOT_IN_TABLES = ("recorded_at", "legacy")  # in JSON and CSV; a terminal has no room for all
_SELDOM = ("round", "dimension", "document", "by_position", "reason", "approver", "sha256")


def show(rows: Sequence[Row], keys: Sequence[str], options: Options) -> None:
    """Print rows in the form asked for; ``keys`` are the columns, in order."""
    if options.format == "json":
        lines = (json_text(row, options.lang) for row in rows)
        click.echo("[" + ",".join("\n" + line for line in lines) + ("\n]" if rows else "]"))
    elif options.format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(keys)
        writer.writerows([csv_cell(row[key], options.lang) for key in keys] for row in rows)
    else:
        table(rows, keys, options.lang)


def tell(answer: Answer, options: Options) -> None:
    """Print an answer in the form asked for."""
    if options.format == "json" and answer.one is not None:
        show_object(answer.one, options.lang)
        return
    narrow = options.format == "table" and answer.narrow is not None
    show(answer.rows, (answer.narrow or ()) if narrow else answer.keys, options)


def show_object(answer: Row, lang: Lang) -> None:
    """Print one object as JSON."""
    click.echo(json_text(answer, lang))


def write_bytes(data: bytes, file: Path | None) -> None:
    """Write bytes as they are, to a file or to stdout.

    Raises:
        Failure: the file can't be written.
    """
    if file is None:
        click.echo(data, nl=False)
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Failure(say("file_unwritable", file=file, reason=error.strerror)) from None


def read_bytes(file: Path) -> bytes:
    """Return what stands in a file.

    Raises:
        Failure: it can't be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise Failure(say("file_unreadable", file=file, reason=error.strerror)) from None


def table(rows: Sequence[Row], keys: Sequence[str], lang: Lang) -> None:
    """Print a table with the columns' labels, or that there is nothing.

    Columns that are seldom filled are left out when they are empty.
    """
    if not rows:
        click.echo(term("nothing", lang))
        return
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown = [key for key in keys if key not in _NOT_IN_TABLES]
    kept = [k for k in shown if k not in _SELDOM or any(row[k] is not None for row in rows)]
    for key in kept:
        number = all(isinstance(row[key], int | float | None) for row in rows)
        made.add_column(term(key, lang), justify="right" if number else "left", overflow="fold")
    for row in rows[:_MOST_ROWS]:
        made.add_row(*(Text(cell(row[key], lang)) for key in kept))
    console().print(made)
    if len(rows) > _MOST_ROWS:
        click.echo(speak(say("table_cut", shown=_MOST_ROWS, all=len(rows)), lang), err=True)


def console() -> Console:
    """Return a console on stdout; what no terminal shows isn't broken into its width."""
    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else _UNSEEN_WIDTH, highlight=False, soft_wrap=False)
