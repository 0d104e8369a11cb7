"""What is recorded where a restored archive is opened again.

These are no public commands: what they say is what was verified there and then.
"""

from types import SimpleNamespace
from typing import Final

from archive.commands.declare import Command
from archive.fields import Text, Whole
from archive.streams import Streams
from domain.fact import Stamp
from domain.restore import Restore

_MOST: Final = 2**63 - 1
_ROOT: Final = 44  # 32 bytes in base64
_ORIGIN: Final = 4096


def _verify(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    held = (c.kept, c.kept_root, c.last)
    streams.get(Restore, "archive").verify(stamp, *held, c.origin, c.size, c.root)


def _lose(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    held = (c.kept, c.kept_root, c.last)
    streams.get(Restore, "archive").lose(stamp, *held, c.reason, c.origin, c.size, c.root)


VERIFY, LOSE = "restore.verify", "restore.lose"

RESTORING: Final = {
    VERIFY: Command(
        VERIFY,
        _verify,
        kept=Whole(0, _MOST),
        kept_root=Text(_ROOT),
        last=Whole(0, _MOST),
        origin=Text(_ORIGIN),
        size=Whole(1, _MOST),
        root=Text(_ROOT),
    ),
    LOSE: Command(
        LOSE,
        _lose,
        kept=Whole(0, _MOST),
        kept_root=Text(_ROOT),
        last=Whole(0, _MOST),
        reason=Text(2000),
        origin=Text(_ORIGIN, required=False),
        size=Whole(1, _MOST, required=False),
        root=Text(_ROOT, required=False),
    ),
}
