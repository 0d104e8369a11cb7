"""The dual circular as a text to hand over, and its tables."""

import click

from archive.cli.options import Options
from archive.cli.output import show
from archive.questions.circular import ALL, TABLES
from archive.questions.declare import Answer
from domain.period import Period
from domain.rules.measured import published
from domain.sentence import Sentence, Term, points, say, speak
from projections.circulars import SUBJECTS, DualCircular, Subject


def draw_circular(answer: Answer, options: Options) -> None:
    """Print the circular; one about nobody would look like one to be issued."""
    found: DualCircular = answer.found
    if found.name is None:
        show([], ALL, options)
        return
    for subject in SUBJECTS:
        for sentence in _told(found, subject):
            click.echo(speak(sentence, options.lang))
        rows = [row for row in answer.rows if row["table"].code == subject]
        show(rows, TABLES[subject], options)


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
