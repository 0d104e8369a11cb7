"""``shiji commands``: what may be recorded, with the fields of each command."""

from collections.abc import Iterator
from typing import Any

import click
from marshmallow import fields

from archive.cli.options import Failure, lang_option
from archive.commands import COMMANDS, SUBJECTS
from archive.fields import Choice
from archive.form import Form, ListOf
from domain.sentence import Lang, say, speak, term

Declared = dict[str, fields.Field[Any]]


@click.command()
@click.argument("name", required=False)
@lang_option
def commands(name: str | None, lang: Lang) -> None:
    """命令目录：可以记录的命令和字段；带 ? 的可以不填。NAME 是一条命令，或点号前的一类。"""
    chosen = {
        subject: [command for command in declared if name is None or _is(command.name, name)]
        for subject, declared in SUBJECTS.items()
    }
    if not any(chosen.values()):
        raise Failure(say("command_unknown", command=name, similar="ballot.submit"))
    for subject, found in chosen.items():
        if found:
            click.echo(term(f"about_{subject}", lang))
        for command in found:
            click.echo(f"  {command.name}: {', '.join(_told(command.fields)) or '—'}")
            if name is not None:
                _explain(command.fields, lang)
    common = next(iter(COMMANDS.values())).common
    others = {key: field for key, field in common.items() if key != "command"}
    click.echo(f"{term('every_command', lang)}: {', '.join(_told(others))}")
    if name is not None:
        _explain(others, lang, "  ")


def _is(command: str, name: str) -> bool:
    return command == name or command.startswith(f"{name}.")


def _told(declared: Declared) -> Iterator[str]:
    for name, field in declared.items():
        yield f"{name}{'' if field.required else '?'}{_inner(field)}"


def _explain(declared: Declared, lang: Lang, indent: str = "    ") -> None:
    """Print what each field wants; below a list, what each of it wants."""
    for name, field in declared.items():
        wanted = f"{indent}{name}{'' if field.required else '?'} = {speak(field.hint(), lang)}"  # type: ignore[attr-defined]
        inner = field.inner if isinstance(field, ListOf) else None
        nested = isinstance(inner, fields.Nested) and isinstance(inner.schema, Form)
        if inner is not None and not nested:
            wanted += f" {speak(inner.hint(), lang)}"  # type: ignore[attr-defined]
        click.echo(wanted)
        if nested:
            _explain(inner.schema.fields, lang, f"{indent}  ")  # type: ignore[union-attr]


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
