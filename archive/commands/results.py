"""Commands about annual results."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Id, Points, Text, year
from archive.streams import Streams
from domain.fact import Stamp
from domain.result import GRADES, Result


def _propose(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.cadre(c.cadre).must_be_known()
    streams.get(Result, c.year, c.cadre).propose(stamp, c.grade, c.reason)


def _confirm(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.cadre(c.cadre).must_be_known()
    streams.get(Result, c.year, c.cadre).confirm(stamp)


def _correct(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    cadre.must_be_known()
    units = streams.units_listing(cadre, c.year)
    streams.get(Result, c.year, c.cadre).correct(
        stamp,
        c.component,
        c.points,
        c.grade,
        c.reason,
        c.approver,
        units=units,
        policy=streams.policy_of(units[-1], c.year) if units else None,
    )


COMMANDS = (
    Command(
        "result.propose",
        _propose,
        cadre=Id(),
        year=year(),
        grade=Choice(GRADES),
        reason=Text(2000, required=False),
    ),
    Command("result.confirm", _confirm, cadre=Id(), year=year()),
    Command(
        "result.correct",
        _correct,
        cadre=Id(),
        year=year(),
        component=Id(required=False),
        points=Points(required=False),
        grade=Choice(GRADES, required=False),
        reason=Text(2000, required=False),
        approver=Id(required=False),
    ),
)
