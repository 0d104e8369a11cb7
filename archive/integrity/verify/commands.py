"""The records of commands, compared with the events that carry the commands' ids."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from archive.integrity.verify.digests import Summing, found_differences
from archive.integrity.verify.events import Carried, commands_of
from archive.integrity.verify.found import Found
from archive.integrity.verify.snapshot import Snapshot
from domain.sentence import say

_DIGEST: Final = 32
_TOLD: Final = 3


class Commands:
    """Both sides, the events' as they come by and the records'.

    Args:
        snapshot: where the records are.
        found: where faults go.
    """

    def __init__(self, snapshot: Snapshot, found: Found) -> None:
        self.count = 0
        """How many records there are."""
        self._snapshot = snapshot
        self._found = found
        self._summing = Summing()
        self._left = 0
        """The sum over what events carry, without what the records hold."""

    def carried(self, page: Sequence[Carried]) -> None:
        """Count in a page's events that carry a command's id."""
        self._left += self._summing.sum(page)

    def run(self) -> None:
        """Go through the records, once all events came by."""
        for page in self._snapshot.pages(_RECORDS):
            self.count += len(page)
            self._digests(page)
            self._left -= self._summing.sum(_recorded(page))
        if self._left:
            self._tell()

    def _digests(self, page: Sequence[Sequence[Any]]) -> None:
        """See that digests are some at all."""
        digests = [digest for _, digest, _ in page]
        if {*map(type, digests)} == {bytes} and {*map(len, digests)} == {_DIGEST}:
            return
        for command, digest, _ in page:
            if type(digest) is not bytes or len(digest) != _DIGEST:
                self._found.fault(say("verify_command_changed", command=command))

    def _tell(self) -> None:
        missing, odd = found_differences(
            lambda: commands_of(self._snapshot),
            lambda: (each for page in self._snapshot.pages(_RECORDS) for each in _recorded(page)),
        )
        commands = sorted({each[0] for each in (*missing, *odd)}, key=str)
        for command in commands[:_TOLD]:
            position = min(each[1] for each in (*missing, *odd) if each[0] == command)
            self._found.fault(say("verify_command_changed", command=command), position or None)
        self._found.count += len(commands[_TOLD:])


def _recorded(page: Sequence[Sequence[Any]]) -> list[Carried]:
    """Return the positions of records; what can't be read is of no event."""
    written = [positions for _, _, positions in page]
    try:
        listed = list(map(_decode, written))
    except (msgspec.MsgspecError, TypeError):
        listed = list(map(_positions, written))
    return [
        (each[0], position)
        for each, positions in zip(page, listed, strict=True)
        for position in positions or _NO_EVENT
    ]


def _positions(written: Any) -> list[int]:
    try:
        return _decode(written)
    except (msgspec.MsgspecError, TypeError):
        return []


_NO_EVENT: Final = [0]  # no command is without events
_decode = msgspec.json.Decoder(list[int]).decode
_RECORDS: Final = "SELECT command_id, digest, positions FROM commands"
