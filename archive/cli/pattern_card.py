"""``shiji patterns --card``: two people's evidence card, printed."""

from collections.abc import Mapping
from contextlib import nullcontext
from math import isnan

import click

from archive.cli.options import Failure, Options, asking
from archive.cli.output import show, table
from archive.cli.pattern_answer import scores_of
from archive.cli.patterns import Asked
from archive.patterns.card import SCORES, card_row, ranks, score_rows, told
from archive.patterns.rows import Row, named
from archive.questions.values import json_text
from domain.sentence import Lang, say, speak
from projections.patterns.analysed import strata, stratum_of
from projections.patterns.evidence import Evidence, evidence
from projections.patterns.readings import Together, together


def show_card(asked: Asked, card: tuple[str, str], options: Options) -> int:
    """Print the card of two people in every stratum in which both scored each other.

    Raises:
        Failure: they are the same, or there is no such stratum.
    """
    a, b = card
    if a == b:
        raise Failure(say("card_of_one", who=a))
    scores = scores_of(asked, options)
    panels = sorted(scores.panels, key=stratum_of)
    found = [one for own in strata(panels) for one in evidence(own, a, b, asked.unit)]
    if not found:
        raise Failure(say("no_card", a=a, b=b))
    with nullcontext((None, None)) if asked.scores else asking(options) as (_, reader):
        known = {
            group: together(reader, panels, group, a, b)
            for group in dict.fromkeys(one.pair.group for one in found)
        }
    rows = [card_row(one, known[one.pair.group], scores) for one in found]
    if options.format == "json":
        click.echo("[" + ",".join("\n" + json_text(row, options.lang) for row in rows) + "\n]")
    elif options.format == "csv":
        show([line for one in found for line in score_rows(one)], SCORES, options)
    else:
        for one, row in zip(found, rows, strict=True):
            _show(one, row, known[one.pair.group], scores.names, options.lang)
    return 0


def _show(one: Evidence, row: Row, known: Together, names: Mapping[str, str], lang: Lang) -> None:
    for sentence in told(one, row, names):
        click.echo(speak(sentence, lang))
    lines = [
        line | {who: named(line[who], names) for who in ("rater", "ratee")}
        for line in row["scores"]
    ]
    table(lines, SCORES, lang)
    for sentence in ranks(one, names):
        click.echo(speak(sentence, lang))
    click.echo(speak(say("card_readings"), lang))
    for reading in row["innocent_readings"]:
        click.echo(f"  · {speak(reading, lang)}")
    if known.evidence:
        positions = tuple(f"#{position}" for position in known.evidence)
        click.echo(speak(say("card_evidence", positions=positions), lang))
    click.echo(speak(say("card_heat_map"), lang))
    click.echo(_map(one, lang))
    click.echo(speak(say("patterns_are_leads"), lang))


def _map(one: Evidence, lang: Lang) -> str:
    """Return the group's residuals as text: a rater in each line, a ratee in each column."""
    width = max(map(len, one.people))
    numbers = [f"{at:>4}" for at in range(1, len(one.people) + 1)]
    lines = [" " * (width + 4) + "".join(numbers)]
    for at, who in enumerate(one.people):
        cells = (("   ·" if isnan(r) else f"{r:>+4.0f}") for r in one.residuals[at].tolist())
        lines.append(f"{at + 1:>3} {who:<{width}}" + "".join(cells))
    return "\n".join(lines)
