"""``shiji commands``: what may be recorded, with the fields of each command."""

from collections.abc import Iterator

import click
from marshmallow import fields

from archive.cli.options import Failure, lang_option
from archive.commands import COMMANDS
from archive.fields import Choice
from archive.form import Form, ListOf
from domain.sentence import Lang, say, term


@click.command()
@click.argument("name", required=False)
@lang_option
def commands(name: str | None, lang: Lang) -> None:
    """命令目录：可以记录的命令和字段；带 ? 的可以不填。"""
    chosen = [command for command in COMMANDS.values() if name in (None, command.name)]
    if not chosen:
        raise Failure(say("command_unknown", command=name, similar="ballot.submit"))
    for command in chosen:
        click.echo(f"{command.name}: {', '.join(_told(command.fields)) or '—'}")
    common = {key: field for key, field in chosen[0].common.items() if key != "command"}
    click.echo(f"{term('every_command', lang)}: {', '.join(_told(common))}")


def _told(declared: dict[str, fields.Field]) -> Iterator[str]:  # type: ignore[type-arg]
    for name, field in declared.items():
        yield f"{name}{'' if field.required else '?'}{_inner(field)}"


def _inner(field: fields.Field) -> str:  # type: ignore[type-arg]
    """Return a field's choices, or the fields of each object of its list."""
    if isinstance(field, Choice):
        return f" ({'|'.join(field.choices)})"
    if isinstance(field, ListOf):
        inner = field.inner
        if isinstance(inner, fields.Nested) and isinstance(inner.schema, Form):
            return f" [{{{', '.join(_told(inner.schema.fields))}}}]"
        return " […]"
    return ""
