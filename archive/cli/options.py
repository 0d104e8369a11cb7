"""What the commands share: options, opening the archive, and the notes beside an answer."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from os import environ
from pathlib import Path
from typing import Any, Literal, cast

import click
from marshmallow import ValidationError, fields

from archive.archive import Archive
from archive.cli.progress import progress_bar
from archive.integrity.key_folder import VARIABLE
from archive.questions.notes import notes_of
from domain.sentence import Lang, Sentence, say, speak
from projections.as_of import AsOf, parse_as_of
from projections.reader import Reader

Format = Literal["table", "json", "csv"]


class Loaded(click.ParamType):  # type: ignore[type-arg]
    """A value that a field of a command or question loads.

    Args:
        field: the field.
    """

    name = "value"

    def __init__(self, field: fields.Field[Any]) -> None:
        self.field = field

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what the field makes of it."""
        try:
            return self.field.deserialize(value)
        except ValidationError:
            self.fail(str(value), param, ctx)


class Failure(Exception):  # noqa: N818 - it ends the program with its sentence
    """What was asked can't be done; one sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(speak(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Options:
    """How a question is asked and answered."""

    location: str
    as_of: AsOf
    format: Format
    lang: Lang


def archive_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name the archive and the language."""
    command = click.option(
        "--archive",
        "location",
        envvar="SHIJI_ARCHIVE",
        default="shiji-data",
        show_default="$SHIJI_ARCHIVE 或 ./shiji-data",
        metavar="LOCATION",
        help="档案所在的文件夹。",
    )(command)
    return lang_option(command)


def keys_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that names the folder of keys; the command receives ``folder``."""
    return click.option(
        "--keys",
        "folder",
        envvar=VARIABLE,
        type=click.Path(path_type=Path),
        show_default="$SHIJI_KEYS 或 ~/.config/shiji/keys",
        metavar="DIR",
        help="密钥所在的文件夹，须在档案之外。",
    )(command)


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that names the language."""
    return click.option(
        "--lang",
        envvar="SHIJI_LANG",
        type=click.Choice(("zh", "en")),
        default="zh",
        show_default=True,
        help="显示语言。",
    )(command)


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a question; the command receives ``options``."""

    @functools.wraps(command)
    def asked(
        location: str, lang: Lang, as_of: str | None, as_json: bool, as_csv: bool, **given: Any
    ) -> Any:
        moment = parse_as_of(as_of, datetime.now(UTC))
        if moment is None:
            raise Failure(say("not_an_as_of", value=as_of))
        if as_json and as_csv:
            raise Failure(say("json_or_csv"))
        form: Format = "json" if as_json else "csv" if as_csv else "table"
        return command(options=Options(location, moment, form, lang), **given)

    for option in (
        click.option("--csv", "as_csv", is_flag=True, help="输出 CSV。"),
        click.option("--json", "as_json", is_flag=True, help="输出 JSON。"),
        click.option(
            "--as-of",
            metavar="DATE|TIME|#POSITION",
            help="截至某日、某时或某位置的所知；位置须加引号：'#1234'。",
        ),
    ):
        asked = option(asked)
    return archive_options(asked)


@contextmanager
def asking(options: Options) -> Iterator[tuple[Archive, Reader]]:
    """Open the archive and ask it; afterwards the notes go to stderr."""
    with Archive(options.location) as archive, progress_bar("rebuild", options.lang) as bar:
        with archive.ask(options.as_of, bar) as reader:
            yield archive, reader
            notes = [*notes_of(archive, reader)]
        for note in notes:
            click.echo(speak(note, options.lang), err=True)


def lang_of(arguments: Sequence[str]) -> Lang:
    """Return the language asked for, whatever else is wrong with the arguments."""
    asked = environ.get("SHIJI_LANG", "zh")
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            asked = arguments[index + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return cast(Lang, asked) if asked in ("zh", "en") else "zh"
