"""The program ``shiji``: its commands, and how its errors end."""

import io
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import click
from eventsourcing.persistence import MapperDeserialisationError, PersistenceError
from eventsourcing.utils import TopicError
from sqlalchemy.exc import SQLAlchemyError

from archive.cli.asked import QUESTIONS
from archive.cli.bundle import bundle
from archive.cli.checkpoint import checkpoint
from archive.cli.commands import commands
from archive.cli.copy import copy
from archive.cli.demo import demo
from archive.cli.do import do
from archive.cli.grant import grant
from archive.cli.keys import keys
from archive.cli.options import Failure, lang_of
from archive.cli.patterns import patterns
from archive.cli.prove import prove
from archive.cli.rebuild import rebuild
from archive.cli.restore import restore
from archive.cli.seal import seal
from archive.cli.serve import serve
from archive.cli.sign_in import sign_in, sign_out
from archive.cli.user import user
from archive.cli.verify import verify
from archive.cli.witness import witness
from archive.cli.wrong import wrong_arguments
from archive.store.guards import StoreFails
from domain.refusal import Refusal
from domain.sentence import Sentence, say, speak


def _show_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked:
        return
    try:
        found = version("shiji-archive")
    except PackageNotFoundError:  # run from its source
        found = "0"
    click.echo(f"shiji, version {found}")
    context.exit()


class _InOrder(click.Group):
    """Lists its commands in the order in which they were added, which is by subject."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [*self.commands]


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="显示版本。",
)
def shiji() -> None:
    """实绩档案：记录每一次评分，重建每一年的排名，说明每一个结果的依据。"""


for _command in (
    do,
    commands,
    *QUESTIONS.values(),
    patterns,
    rebuild,
    copy,
    grant,
    keys,
    seal,
    checkpoint,
    witness,
    prove,
    verify,
    restore,
    bundle,
    serve,
    user,
    sign_in,
    sign_out,
    demo,
):
    shiji.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; errors are one sentence on stderr, exit status 2."""
    arguments = sys.argv[1:] if arguments is None else arguments
    lang = lang_of(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a rare name must not end the answer
            stream.reconfigure(errors="backslashreplace")
    try:
        _must_be_text(arguments)
        status = shiji(list(arguments), prog_name="shiji", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        click.echo(speak(say("interrupted"), lang), err=True)
        status = 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing is left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        status = 2
    except Exception as error:
        sentence = _told(error)
        if sentence is None:
            raise
        click.echo(speak(sentence, lang), err=True)
        status = 2
    sys.exit(status or 0)


def _told(error: Exception) -> Sentence | None:
    """Return the sentence that ends the program; None for a mistake of our own."""
    match error:
        case click.ClickException():
            return wrong_arguments(error)
        case Failure() | Refusal() | StoreFails():
            return error.sentence
        case PersistenceError() | TopicError() | MapperDeserialisationError():
            return say("store_fails", reason=error)
        case SQLAlchemyError() | sqlite3.Error():
            return say("views_fail", reason=str(error).partition("\n")[0])
        case OSError():
            return say("output_fails", reason=error.strerror or error)
    return None


def _must_be_text(arguments: Sequence[str]) -> None:
    """Raise a failure for bytes that no terminal of ours would have sent."""
    for argument in arguments:
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError:
            raise Failure(say("argument_not_text", argument=ascii(argument))) from None
