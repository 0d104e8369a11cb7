"""Commands about work lists and work logs."""

from datetime import date
from types import SimpleNamespace

from archive.commands.declare import Command, Decide
from archive.fields import Choice, Day, Id, Points, Text, Weight, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import CADRE, OFFICE, Who, everywhere, oneself, own_unit
from domain.ballot import RELATIONS
from domain.cadre import Cadre
from domain.fact import Stamp
from domain.work_list import ItemPoints, WorkItem, WorkList
from domain.work_log import WorkLog
from domain.year import Year


def _submit(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    unit = streams.unit_of(cadre, stamp.on, c.unit)
    streams.get(WorkList, c.year, c.cadre).submit(
        stamp,
        [WorkItem(**item) for item in c.items],
        unit=unit,
        year=streams.year(c.year, unit.code),
        cadre=cadre,
    )


def _advance(step: str) -> Decide:
    def decide(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
        cadre = streams.cadre(c.cadre)
        unit = streams.unit_of(cadre, stamp.on, c.unit)
        year_stream = streams.year(c.year, unit.code)
        streams.get(WorkList, c.year, c.cadre).advance(
            stamp,
            step,
            c.comment,
            c.meeting,
            c.attendees or (),
            unit=unit,
            year=year_stream,
            cadre=cadre,
            roles=unit.roles_of(stamp.by, stamp.on),
            category=_category(cadre, year_stream, stamp.on),
        )

    return decide


def _category(cadre: Cadre, year_stream: Year, day: date) -> str | None:
    """Return the category on the year's roster, else that of the post held on ``day``."""
    standing = year_stream.line(cadre.code) or cadre.posting_on(day)
    return standing.category if standing else None


def _score(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    unit = streams.unit_of(cadre, stamp.on, c.unit)
    streams.get(WorkList, c.year, c.cadre).score(
        stamp,
        streams.cadre(c.rater),
        c.relation,
        [ItemPoints(**score) for score in c.scores],
        c.reason,
        c.approver,
        unit=unit,
        year=streams.year(c.year, unit.code),
        cadre=cadre,
    )


def _enter(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    unit = streams.unit_of(cadre, c.day, c.unit)
    streams.get(WorkLog, c.day.year, c.cadre).enter(
        stamp,
        c.day,
        c.text,
        unit=unit,
        year=streams.year(c.day.year, unit.code),
        cadre=cadre,
    )


def _rate(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    unit = streams.unit_of(cadre, c.day, c.unit)
    streams.get(WorkLog, c.day.year, c.cadre).rate(
        stamp,
        c.day,
        streams.cadre(c.rater),
        c.relation,
        c.points,
        c.reason,
        c.approver,
        unit=unit,
        year=streams.year(c.day.year, unit.code),
        cadre=cadre,
    )


# A cadre's own role on that day is what such a step itself asks for (domain.rules.procedure).
def _step(name: str, step: str, who: Who) -> Command:
    return Command(
        name,
        _advance(step),
        who,
        cadre=Id(),
        year=year(),
        unit=Id(required=False),
        comment=Text(2000, required=False),
        meeting=Text(required=False),
        attendees=ListOf(Id(), least=0, required=False),
    )


COMMANDS = (
    Command(
        "work_list.submit",
        _submit,
        oneself("cadre") + own_unit("unit_admin"),
        cadre=Id(),
        year=year(),
        unit=Id(required=False),
        items=ListOf(
            {
                "item": Id(),
                "title": Text(),
                "target": Text(2000, required=False),
                "due": Day(required=False),
                "weight": Weight(),
            }
        ),
    ),
    _step("work_list.review", "reviewed", everywhere(CADRE)),
    _step("work_list.resolve", "resolved", everywhere(CADRE)),
    _step("work_list.file", "filed", everywhere(OFFICE) + own_unit("unit_admin")),
    _step(
        "work_list.return",
        "returned",
        everywhere(OFFICE) + own_unit("unit_head", "unit_deputy"),
    ),
    Command(
        "work_list.score",
        _score,
        oneself("rater"),
        cadre=Id(),
        year=year(),
        unit=Id(required=False),
        rater=Id(),
        relation=Choice(RELATIONS),
        scores=ListOf({"item": Id(), "points": Points()}),
        reason=Text(required=False),
        approver=Id(required=False),
    ),
    Command(
        "work_log.enter",
        _enter,
        oneself("cadre") + own_unit("unit_admin"),
        cadre=Id(),
        day=Day(),
        unit=Id(required=False),
        text=Text(20_000),
    ),
    Command(
        "work_log.rate",
        _rate,
        oneself("rater"),
        cadre=Id(),
        day=Day(),
        unit=Id(required=False),
        rater=Id(),
        relation=Choice(RELATIONS),
        points=Points(),
        reason=Text(required=False),
        approver=Id(required=False),
    ),
)
