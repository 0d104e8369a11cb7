"""Commands about annual results."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Day, Id, Points, Text, Whole, year
from archive.streams import Streams
from archive.who import OFFICE, everywhere, oneself, own_unit
from domain.fact import Stamp
from domain.result import GRADES, OUTCOMES, STAGES, Result


def _result(streams: Streams, c: SimpleNamespace) -> Result:
    streams.cadre(c.cadre).must_be_known()
    return streams.get(Result, c.year, c.cadre)


def _propose(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).propose(stamp, c.grade, c.reason)


def _publicise(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).publicise(stamp, c.annual, c.rank, c.of)


def _confirm(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).confirm(stamp)


def _notify(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).notify(stamp)


def _acknowledge(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).acknowledge(stamp)


def _reconsider(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).reconsider(stamp, c.grounds)


def _appeal(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).appeal(stamp, c.grounds)


def _decide(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _result(streams, c).decide(stamp, c.stage, c.outcome, c.grade, c.received)


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


_ABOUT = {"cadre": Id(), "year": year()}
_PLACE = Whole(1, 100_000, required=False)

COMMANDS = (
    Command(
        "result.propose",
        _propose,
        everywhere(OFFICE) + own_unit("unit_head"),
        **_ABOUT,
        grade=Choice(GRADES),
        reason=Text(2000, required=False),
    ),
    Command(
        "result.publicise",
        _publicise,
        everywhere(OFFICE) + own_unit("unit_admin"),
        **_ABOUT,
        annual=Points(required=False),
        rank=_PLACE,
        of=_PLACE,
    ),
    Command("result.confirm", _confirm, everywhere(OFFICE), **_ABOUT),
    Command("result.notify", _notify, everywhere(OFFICE) + own_unit("unit_admin"), **_ABOUT),
    Command("result.acknowledge", _acknowledge, oneself("cadre"), **_ABOUT),
    Command("result.reconsider", _reconsider, oneself("cadre"), **_ABOUT, grounds=Text(20_000)),
    Command("result.appeal", _appeal, oneself("cadre"), **_ABOUT, grounds=Text(20_000)),
    Command(
        "result.decide",
        _decide,
        everywhere(OFFICE),
        **_ABOUT,
        stage=Choice(STAGES),
        outcome=Choice(OUTCOMES),
        grade=Choice(GRADES, required=False),
        received=Day(required=False),
    ),
    Command(
        "result.correct",
        _correct,
        everywhere(OFFICE),
        **_ABOUT,
        component=Id(required=False),
        points=Points(required=False),
        grade=Choice(GRADES, required=False),
        reason=Text(2000, required=False),
        approver=Id(required=False),
    ),
)
