"""``shiji circular``: the dual circular on work logs, ready to be issued."""

from typing import Any

import click

from archive.cli.options import Failure, Options, asking, question_options
from archive.cli.output import Points, show
from archive.cli.unknown import note_unknown
from domain.period import Period, parse_period
from domain.rules.consistency import WHOLE
from domain.rules.measured import published
from domain.sentence import Sentence, Term, points, say, speak
from projections.circulars import SUBJECTS, DualCircular, Logged, Subject, dual_circular

TABLES: dict[Subject, tuple[str, ...]] = {
    "log_completion": ("cadre", "name", "entered", "rated", "unrated", "completion"),
    "log_rating": ("cadre", "name", "ratings", "mean"),
}
ALL = (
    "table",
    "unit",
    "period",
    *dict.fromkeys((*TABLES["log_completion"], *TABLES["log_rating"])),
)


@click.command()
@click.argument("unit")
@click.argument("period")
@question_options
def circular(unit: str, period: str, options: Options) -> None:
    """双通报：一个单位一段时间（2018、2018-H1、2018-Q2、2018-06）的日志完成和评分情况。"""
    written = parse_period(period)
    if written is None:
        raise Failure(say("not_a_period", value=period))
    with asking(options) as (_, reader):
        found = dual_circular(reader, unit, written)
        note_unknown(reader, unit)
    rows = [_row(found, subject, line) for subject in SUBJECTS for line in found.logged]
    if options.format != "table":
        show(rows, (*ALL, "issued"), options)
        return
    if found.name is None:  # a circular about nobody would look like one to be issued
        show([], ALL, options)
        return
    for subject in SUBJECTS:
        for sentence in _told(found, subject):
            click.echo(speak(sentence, options.lang))
        show([row for row in rows if row["table"].code == subject], TABLES[subject], options)


def _row(found: DualCircular, subject: Subject, line: Logged) -> dict[str, Any]:
    """Return a line of one of the tables; what the other one tells is left empty."""
    row = dict.fromkeys(ALL) | {
        "table": Term(subject),
        "unit": found.unit,
        "period": found.period.text,
        "cadre": line.cadre,
        "name": line.name,
    }
    if subject == "log_completion":
        share = line.completion
        row |= {
            "entered": line.entered,
            "rated": line.rated,
            "unrated": line.entered - line.rated,
            "completion": None if share is None else Points(published(share * WHOLE)),
        }
    else:
        mean = line.mean
        row |= {
            "ratings": len(line.ratings),
            "mean": None if mean is None else Points(published(mean)),
        }
    issued = found.issued.get(subject)
    return row | {"issued": issued[0] if issued else None, "evidence": list(line.evidence)}


def _told(found: DualCircular, subject: Subject) -> list[Sentence]:
    """Return a table's title, the text to hand over, and whether it was issued before."""
    title = say(
        "circular_title",
        unit=found.name,
        period=_period(found.period),
        subject=Term(subject, f"circular_{subject}"),
    )
    issued = found.issued.get(subject)
    standing = say("circular_issued", on=issued[0], position=issued[1]) if issued else None
    return [title, _text(found, subject), standing or say("circular_not_issued")]


def _period(period: Period) -> Sentence:
    """Return the period as a title has it: ``2018年上半年``."""
    _, _, part = period.text.partition("-")
    if not part:
        return say("period_year", year=period.year)
    return say("period_part", year=period.year, part=Term(part, f"period_{part}"))


def _text(found: DualCircular, subject: Subject) -> Sentence:
    starts, ends = found.period.starts, found.period.ends
    if not found.logged:
        return say("circular_no_roster", unit=found.name, year=found.period.year)
    if subject == "log_rating":
        means = [line.mean for line in found.logged if line.mean is not None]
        if not means:
            return say("circular_no_rating", unit=found.name, starts=starts, ends=ends)
        return say(
            "circular_rating",
            unit=found.name,
            starts=starts,
            ends=ends,
            n=len(means),
            ratings=sum(len(line.ratings) for line in found.logged),
            high=points(published(max(means))),
            low=points(published(min(means))),
        )
    idle = tuple(line.cadre for line in found.logged if not line.entered)
    return say(
        "circular_completion",
        unit=found.name,
        starts=starts,
        ends=ends,
        n=len(found.logged),
        entered=sum(line.entered for line in found.logged),
        rated=sum(line.rated for line in found.logged),
        idle=say("circular_idle", idle=idle) if idle else say("circular_none_idle"),
    )
