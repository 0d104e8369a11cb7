"""Commands of supervision: circulars, comments, inspections, deductions, feedback, unit scores."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Id, PeriodOf, Points, Text, year
from archive.streams import Streams
from archive.who import OFFICE, everywhere, own_unit
from domain.fact import Stamp
from domain.supervision import ITEMS, SUBJECTS, Supervision
from domain.unit import Unit
from domain.year import Year


def _where(streams: Streams, year: int, unit: str) -> tuple[Supervision, Unit, Year]:
    """Return the year's supervision, the unit, and its year, which must stay open."""
    supervision = streams.get(Supervision, year, unit)
    return supervision, streams.unit(unit), streams.year(year, unit)


def _issue(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    supervision, unit, year = _where(streams, c.period.year, c.unit)
    supervision.issue_circular(stamp, c.period, c.subject, c.text, unit=unit, year=year)


def _comment(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    supervision, unit, year = _where(streams, c.period.year, c.unit)
    supervision.comment(stamp, c.period, c.text, unit=unit, year=year)


def _inspect(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    supervision, unit, year = _where(streams, c.year, c.unit)
    supervision.inspect(stamp, c.item, c.finding, c.points, unit=unit, year=year)


def _deduct(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    supervision, unit, year = _where(streams, c.year, c.unit)
    supervision.deduct(stamp, c.item, c.finding, c.points, unit=unit, year=year)


def _file_feedback(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Supervision, c.year, c.unit).file_feedback(
        stamp, c.problems, c.suggestions, unit=streams.unit(c.unit)
    )


def _score_unit(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    supervision, unit, year = _where(streams, c.year, c.unit)
    supervision.score_unit(stamp, c.points, c.reason, c.approver, unit=unit, year=year)


COMMANDS = (
    Command(
        "circular.issue",
        _issue,
        everywhere(OFFICE),
        unit=Id(),
        period=PeriodOf(),
        subject=Choice(SUBJECTS),
        text=Text(20_000),
    ),
    Command(
        "meeting.comment",
        _comment,
        everywhere(OFFICE),
        unit=Id(),
        period=PeriodOf(),
        text=Text(20_000),
    ),
    Command(
        "supervision.inspect",
        _inspect,
        everywhere(OFFICE),
        unit=Id(),
        year=year(),
        item=Choice(ITEMS),
        finding=Text(2000),
        points=Points(required=False),
    ),
    Command(
        "supervision.deduct",
        _deduct,
        everywhere(OFFICE),
        unit=Id(),
        year=year(),
        item=Choice(ITEMS),
        finding=Text(2000),
        points=Points(required=False),
    ),
    Command(
        "feedback.file",
        _file_feedback,
        everywhere(OFFICE) + own_unit("unit_admin", "unit_head"),
        unit=Id(),
        year=year(),
        problems=Text(20_000),
        suggestions=Text(20_000),
    ),
    Command(
        "unit_item.score",
        _score_unit,
        everywhere(OFFICE),
        unit=Id(),
        year=year(),
        points=Points(),
        reason=Text(2000, required=False),
        approver=Id(required=False),
    ),
)
