"""Commands about units, and the archive's opening."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Id, Text
from archive.streams import Streams
from archive.who import OFFICE, everywhere
from domain.fact import Stamp
from domain.history import History
from domain.unit import KINDS, ROLES


def _register(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    parent = streams.unit(c.parent) if c.parent else None
    streams.unit(c.unit).register(stamp, c.name, c.kind, parent)


def _assign(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.cadre(c.cadre).must_exist(stamp.on)
    streams.unit(c.unit).assign(stamp, c.role, c.cadre, c.scope)


def _release(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.unit(c.unit).release(stamp, c.role, c.cadre)


def _close_history(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(History, "archive").close(stamp)


COMMANDS = (
    Command(
        "unit.register",
        _register,
        everywhere(OFFICE),
        unit=Id(),
        name=Text(),
        kind=Choice(KINDS),
        parent=Id(required=False),
    ),
    Command(
        "unit.assign",
        _assign,
        everywhere(OFFICE),
        unit=Id(),
        role=Choice(ROLES),
        cadre=Id(),
        scope=Text(required=False),
    ),
    Command(
        "unit.release", _release, everywhere(OFFICE), unit=Id(), role=Choice(ROLES), cadre=Id()
    ),
    Command("history.close", _close_history, everywhere(OFFICE)),
)
