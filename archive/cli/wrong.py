"""Wrong arguments, told in one sentence of the catalogue instead of click's English."""

import click

from archive.cli.options import Loaded
from archive.fields import labelled
from domain.sentence import Sentence, say


def wrong_arguments(error: click.ClickException) -> Sentence:
    """Return what is wrong with the arguments, which one it is, and what was expected."""
    match error:
        case click.MissingParameter():
            return say("argument_missing", name=_name(error), expected=_expected(error.param))
        case click.NoSuchCommand():
            return say("program_unknown", name=error.command_name)
        case click.NoSuchOption():
            return say("argument_unknown", name=error.option_name)
        case click.BadParameter():
            return say("argument_wrong", name=_name(error), expected=_expected(error.param))
        case click.BadArgumentUsage() | click.BadOptionUsage():
            return say("argument_misused", message=_plain(error))
        case _:
            return say("bad_arguments", message=_plain(error))


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.human_readable_name if _is_argument(error) else error.param.opts[-1]


def _is_argument(error: click.BadParameter) -> bool:
    return isinstance(error.param, click.Argument)


def _expected(param: click.Parameter | None) -> Sentence | str:
    match param.type if param else None:
        case click.Choice(choices=choices):
            return say("expected_choice", choices=labelled(str(choice) for choice in choices))
        case click.IntRange(min=least, max=most):
            return say("expected_range", least=least, most=most)
        case Loaded(field=field):
            return field.hint()  # type: ignore[attr-defined,no-any-return]
        case click.types.IntParamType():
            return say("expected_whole")
        case _:
            return say("expected_value")


def _plain(error: click.ClickException) -> str:
    return " ".join(error.format_message().split())
