"""The records of commands, compared with the events that carry the commands' ids."""

from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

import msgspec

from archive.integrity.verify.digests import Digests, differences
from archive.integrity.verify.events import Carried, commands_of
from archive.integrity.verify.found import Found
from archive.integrity.verify.snapshot import Snapshot
from domain.sentence import say

_GROUPS: Final = 1024
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
        self._digests = Digests[int]()

    def carried(self, page: Sequence[Carried]) -> None:
        """Count in a page's events that carry a command's id."""
        for each in page:
            self._digests.expect(_group(each[0]), (each,))

    def run(self) -> None:
        """Go through the records, once all events came by."""
        for page in self._snapshot.pages(_RECORDS):
            self.count += len(page)
            for command, digest, positions in page:
                if not isinstance(digest, bytes) or len(digest) != _DIGEST:
                    self._found.fault(say("verify_command_changed", command=command))
                self._digests.meet(_group(command), _recorded(command, positions))
        if differing := set(self._digests.differing()):
            self._tell(differing)

    def _tell(self, groups: set[int]) -> None:
        there = (
            (_group(command), each)
            for page in self._snapshot.pages(_RECORDS)
            for command, _, positions in page
            for each in _recorded(command, positions)
        )
        expected = ((_group(each[0]), each) for each in commands_of(self._snapshot))
        missing, odd = differences(expected, there, groups.__contains__)
        commands = sorted({each[0] for each in (*missing, *odd)})
        for command in commands[:_TOLD]:
            position = min(each[1] for each in (*missing, *odd) if each[0] == command)
            self._found.fault(say("verify_command_changed", command=command), position or None)
        self._found.count += len(commands[_TOLD:])


def _recorded(command: str, positions: object) -> Iterator[Carried]:
    """Yield the positions of a record; what can't be read is of no event."""
    try:
        listed = _decode(positions)  # type: ignore[arg-type]
    except (msgspec.MsgspecError, TypeError):
        listed = []
    for position in listed or [0]:  # no command is without events
        yield command, position


def _group(command: str) -> int:
    return crc32(command.encode()) % _GROUPS


_decode = msgspec.json.Decoder(list[int]).decode
_RECORDS: Final = "SELECT command_id, digest, positions FROM commands"
