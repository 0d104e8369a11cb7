"""The questions as commands, with those that people are shown in a form of their own."""

from collections.abc import Mapping
from typing import Any

import click

from archive import questions
from archive.cli.ask import Draw, command_of
from archive.cli.circular import draw_circular
from archive.cli.dossier import draw_dossier
from archive.cli.findings import draw_eligibility, draw_reasons
from archive.cli.options import Options
from archive.questions.declare import Answer
from archive.questions.policy import POLICY, shipped_row


def _draw_policy(answer: Answer, options: Options) -> None:
    click.echo(answer.rows[-1]["document"])


def _shipped(given: Mapping[str, Any]) -> Answer:
    return Answer([shipped_row(given["name"])], POLICY)


_DRAWN: dict[str, Draw] = {
    "rank": draw_reasons,
    "eligible": draw_eligibility,
    "circular": draw_circular,
    "dossier": draw_dossier,
    "policy": _draw_policy,
}

QUESTIONS = {
    name: command_of(question, _DRAWN.get(name), _shipped if name == "policy" else None)
    for name, question in questions.QUESTIONS.items()
}
"""By name, in the order in which they are listed."""
