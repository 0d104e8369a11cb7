"""Commands about talks."""

from datetime import date
from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Id, Text, year
from archive.streams import Streams
from domain.fact import Stamp
from domain.talk import KINDS, TALKER_ROLES, Talk


def _hold(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    listing = streams.units_listing(cadre, c.year)
    days = (stamp.on,) if listing else (date(c.year, 12, 31), stamp.on)
    served = [unit for day in days if (unit := cadre.unit_on(day))]
    units = dict.fromkeys((*listing, *served))
    streams.get(Talk, c.year, c.cadre).hold(
        stamp,
        c.kind,
        c.talker,
        c.talker_role,
        c.content,
        cadre=cadre,
        units=[streams.unit(unit) for unit in units],
    )


COMMANDS = (
    Command(
        "talk.hold",
        _hold,
        cadre=Id(),
        year=year(),
        kind=Choice(KINDS),
        talker=Id(),
        talker_role=Choice(TALKER_ROLES),
        content=Text(20_000),
    ),
)
