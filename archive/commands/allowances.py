"""Commands about differentiated allowances."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Id, Money, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import OFFICE, everywhere, own_unit
from domain.allowance import Allowance, Grant
from domain.fact import Stamp
from domain.year import Year


def _set_pool(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Allowance, c.year, c.unit).set_pool(
        stamp, c.rank_level, c.standard, c.floating, year=streams.get(Year, c.year, c.unit)
    )


def _grant(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Allowance, c.year, c.unit).grant(
        stamp,
        [Grant(**grant) for grant in c.grants],
        year=streams.get(Year, c.year, c.unit),
    )


COMMANDS = (
    Command(
        "allowance.set_pool",
        _set_pool,
        everywhere(OFFICE),
        unit=Id(),
        year=year(),
        rank_level=Id(),
        standard=Money(),
        floating=Money(required=False),
    ),
    Command(
        "allowance.grant",
        _grant,
        everywhere(OFFICE) + own_unit("unit_admin", "unit_head"),
        unit=Id(),
        year=year(),
        grants=ListOf({"cadre": Id(), "amount": Money(), "standard": Money(required=False)}),
    ),
)
