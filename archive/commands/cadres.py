"""Commands about cadres."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Day, Id, Text
from archive.streams import Streams
from archive.who import OFFICE, everywhere
from domain.cadre import CATEGORIES, REASONS_TO_LEAVE
from domain.fact import Stamp


def _register(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.cadre(c.cadre).register(stamp, c.name, c.native_place, c.school, c.joined)


def _post(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.cadre(c.cadre).take_post(
        stamp, streams.unit(c.unit), c.post, c.rank_level, c.category, c.probation_until
    )


def _leave(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.cadre(c.cadre).leave(stamp, c.reason)


COMMANDS = (
    Command(
        "cadre.register",
        _register,
        everywhere(OFFICE),
        cadre=Id(),
        name=Text(100),
        native_place=Text(required=False),
        school=Text(required=False),
        joined=Day(required=False),
    ),
    Command(
        "cadre.post",
        _post,
        everywhere(OFFICE),
        cadre=Id(),
        unit=Id(),
        post=Text(),
        rank_level=Id(),
        category=Choice(CATEGORIES),
        probation_until=Day(required=False),
    ),
    Command("cadre.leave", _leave, everywhere(OFFICE), cadre=Id(), reason=Choice(REASONS_TO_LEAVE)),
)
