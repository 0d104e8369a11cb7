"""Questions on the command line: made from their declarations, answered as table, JSON or CSV."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import click
from marshmallow import fields

from archive.cli.options import Loaded, Options, asking, question_options
from archive.cli.output import tell
from archive.cli.signed_in import who_asks
from archive.fields import Choice, Flag, PeriodOf, Whole, Years
from archive.form import ListOf
from archive.questions.declare import Answer, Parameter, Question
from archive.store.guards import StoreMissing

Draw = Callable[[Answer, Options], None]


def command_of(
    question: Question,
    draw: Draw | None = None,
    without: Callable[[Mapping[str, Any]], Answer] | None = None,
) -> click.Command:
    """Return the command that asks a question.

    Args:
        question: as declared.
        draw: prints the answer for people, where a table would not do.
        without: answers where there is no archive.
    """

    def ask(options: Options, **given: Any) -> None:
        try:
            with asking(options) as (archive, reader):
                answer = question.ask(archive, reader, who_asks(archive), **given)
        except StoreMissing:
            if without is None:
                raise
            answer = without(given)
        if draw is not None and options.format == "table":
            draw(answer, options)
        else:
            tell(answer, options)

    parameters = reversed([_parameter(n, p) for n, p in question.parameters.items()])
    declared = reduce(lambda made, add: add(made), parameters, question_options(ask))
    return click.command(question.name, help=question.about)(declared)


def _parameter(name: str, declared: Parameter) -> Callable[[Any], Any]:
    """Return what adds a parameter to a command."""
    field = declared.field
    if declared.argument:
        many = isinstance(field, ListOf)
        return click.argument(
            name,
            type=_type(field.inner if isinstance(field, ListOf) else field),
            required=field.required,
            nargs=-1 if many else 1,
            metavar=declared.metavar,
        )
    flag = f"--{(declared.flag or name).replace('_', '-')}"
    if isinstance(field, Flag):
        return click.option(flag, name, is_flag=True, help=declared.about)
    return click.option(
        flag,
        name,
        type=_type(field),
        required=field.required,
        metavar=declared.metavar,
        help=declared.about,
    )


def _type(field: fields.Field[Any]) -> click.ParamType[Any] | None:
    """Return click's type of a field; ids are asked as they are typed."""
    match field:
        case Whole(least=least, most=most):
            return click.IntRange(least, most)
        case Choice(choices=choices):
            return click.Choice(choices)
        case Years() | PeriodOf():
            return Loaded(field)
        case _:
            return None
