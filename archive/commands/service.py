"""Commands about a cadre's time in service."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Day, Id, Text
from archive.streams import Streams
from archive.who import OFFICE, everywhere, own_unit
from domain.fact import Stamp
from domain.service import ABSENCES, CASE_STATES, SANCTIONS, Service


def _absent(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Service, c.cadre).absent(
        stamp, c.kind, getattr(c, "from"), c.until, cadre=streams.cadre(c.cadre)
    )


def _sanction(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Service, c.cadre).sanction(
        stamp, c.kind, getattr(c, "from"), c.until, cadre=streams.cadre(c.cadre)
    )


def _case(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Service, c.cadre).case(stamp, c.state, c.outcome, cadre=streams.cadre(c.cadre))


def _train(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Service, c.cadre).train(stamp, c.course, cadre=streams.cadre(c.cadre))


def _inquire(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Service, c.cadre).inquire(
        stamp, c.content, c.reply_by, c.reply, cadre=streams.cadre(c.cadre)
    )


COMMANDS = (
    Command(
        "cadre.absence",
        _absent,
        everywhere(OFFICE) + own_unit("unit_admin"),
        cadre=Id(),
        kind=Choice(ABSENCES),
        **{"from": Day()},
        until=Day(required=False),
    ),
    Command(
        "cadre.sanction",
        _sanction,
        everywhere(OFFICE),
        cadre=Id(),
        kind=Choice(SANCTIONS),
        **{"from": Day()},
        until=Day(),
    ),
    Command(
        "cadre.case",
        _case,
        everywhere(OFFICE),
        cadre=Id(),
        state=Choice(CASE_STATES),
        outcome=Text(2000, required=False),
    ),
    Command(
        "admin.train",
        _train,
        everywhere(OFFICE) + own_unit("unit_admin"),
        cadre=Id(),
        course=Text(),
    ),
    Command(
        "letter.inquire",
        _inquire,
        everywhere(OFFICE),
        cadre=Id(),
        content=Text(20_000),
        reply_by=Day(required=False),
        reply=Text(20_000, required=False),
    ),
)
