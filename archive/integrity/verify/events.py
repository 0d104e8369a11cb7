"""The log's rows, each hashed again and compared with the leaf that it is to be.

Where a row is missing or one too many, those behind it are still found by their positions; where
positions themselves were moved, by the neighbours' leaves.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Final

import msgspec

from archive.integrity.entry import NoEntry, event_entry
from archive.integrity.ledger.appending import LATEST, recorded_at
from archive.integrity.ledger.ledger import Ledger, LedgerDamaged
from archive.integrity.verify.aligning import Alignment
from archive.integrity.verify.found import Found
from archive.integrity.verify.snapshot import Snapshot
from domain.sentence import say
from domain.times import day_of, last_moment
from projections.log import Row

Progress = Callable[[int, int], None]

Carried = tuple[str, int]
"""A command's id and the position of an event that carries it."""


class Events:
    """One pass over the log.

    Args:
        snapshot: where it is.
        ledger: the same state's.
        alignment: which leaf is to be which event.
        found: where faults go.
    """

    def __init__(
        self, snapshot: Snapshot, ledger: Ledger, alignment: Alignment, found: Found
    ) -> None:
        self.count = 0
        """How many rows there are."""
        self.last = 0
        """The last row's position."""
        self.days: list[tuple[int, date]] = []
        """The days that begin among the rows, each with the position of its first."""
        self._snapshot = snapshot
        self._leaf = ledger.hashing.leaf
        self._ledger = ledger
        self._alignment = alignment
        self._found = found
        self._aside = 0
        """How far leaves were seen to lie from where they are to be."""

    def run(
        self,
        after: int,
        day: date | None,
        carried: Callable[[Sequence[Carried]], object],
        progress: Progress | None = None,
    ) -> None:
        """Go through the rows behind a position.

        Args:
            after: the position; 0 takes in whatever stands before 1, too.
            day: the day that the event there was of.
            carried: told which events carry a command's id.
            progress: told (done, of) in positions.
        """
        self.last = after
        end = last_moment(day) if day else None
        for rows in self._pages(after):
            self._dense(rows)
            carrying = []
            for row in rows:
                moment, command = _told(row[4])
                if moment is not None and (end is None or moment > end) and moment <= LATEST:
                    day = day_of(moment)
                    end = last_moment(day)
                    self.days.append((row[0], day))
                if command is not None:
                    carrying.append((command, row[0]))
            carried(carrying)
            self._sealed([row for row in rows if row[0] <= self._alignment.last_position])
            self.count += len(rows)
            if progress:
                progress(rows[-1][0], max(self._alignment.last_position, rows[-1][0]))
        if self.last < self._alignment.last_position:
            last = self._alignment.last_position
            self._found.fault(say("verify_cut_short", found=self.last, want=last), self.last + 1)

    def _pages(self, after: int) -> Iterator[list[Row]]:
        name = self._snapshot.position
        where = f"WHERE {name} > :after" if after else ""
        yield from self._snapshot.pages(
            f"SELECT {name}, {_COLUMNS} FROM stored_events {where} ORDER BY {name}",  # noqa: S608
            **({"after": after} if after else {}),
        )

    def _dense(self, rows: Sequence[Row]) -> None:
        """See that positions go on one by one."""
        if rows[0][0] == self.last + 1 and rows[-1][0] == self.last + len(rows):
            self.last = rows[-1][0]  # they ascend, so that none is missing in between
            return
        for row in rows:
            position, stream, version, *_ = row
            if position == self.last + 2:
                self._found.fault(say("verify_gone", position=self.last + 1), self.last + 1)
            elif position > self.last + 2:
                gone = {"first": self.last + 1, "last": position - 1}
                self._found.fault(say("verify_many_gone", **gone), self.last + 1)
            elif position <= self.last:
                place = say("verify_position_twice", position=position)
                self._found.fault(place, position, stream, version)
            self.last = max(self.last, position)

    def _sealed(self, rows: Sequence[Row]) -> None:
        """Compare rows with their leaves."""
        if not rows:
            return
        hashes = [self._hash(row) for row in rows]
        first, last = rows[0][0], rows[-1][0]
        if last - first + 1 == len(rows) and first > 0 and not self._aside:
            leaves: list[bytes] = []
            for start, end in self._alignment.stretches(first, last):
                leaves += self._leaves(self._alignment.leaf_of(start), end - start + 1)
            if leaves == hashes:
                return
        for row, hash_ in zip(rows, hashes, strict=True):
            self._compare(row, hash_)

    def _compare(self, row: Row, hash_: bytes) -> None:
        """Compare one row with its leaf, and with those beside it."""
        position, stream, version, *_ = row
        at = self._alignment.leaf_of(position) + self._aside
        if position > 0 and self._leaves(at, 1) == [hash_]:
            return
        for aside in (1, -1):
            if position > 0 and self._leaves(at + aside, 1) == [hash_]:
                self._aside += aside
                moved = say("verify_moved", position=position, leaf=at + aside, want=at)
                self._found.fault(moved, position, stream, version)
                return
        self._found.fault(
            say("verify_changed", position=position, stream=stream, version=version),
            position,
            stream,
            version,
        )

    def _leaves(self, start: int, number: int) -> list[bytes]:
        end = min(start + number, self._alignment.size)
        try:
            return self._ledger.leaves(start, end) if 0 <= start < end else []
        except LedgerDamaged:
            return []  # told where the tree is made again

    def _hash(self, row: Row) -> bytes:
        position, stream, version, topic, state = row
        try:
            return self._leaf(event_entry(stream, version, topic, state))
        except NoEntry as error:
            self._found.fault(error.sentence, position, str(stream))
            return b""


def commands_of(snapshot: Snapshot) -> Iterator[Carried]:
    """Yield every event that carries a command's id."""
    name = snapshot.position
    for page in snapshot.pages(f"SELECT {name}, state FROM stored_events"):  # noqa: S608
        for position, state in page:
            command = _told(state)[1]
            if command is not None:
                yield command, position


class _Told(msgspec.Struct):
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)]
    command_id: str | None = None


_COLUMNS: Final = "originator_id, originator_version, topic, state"
_decode = msgspec.json.Decoder(_Told).decode


def _told(state: bytes) -> tuple[datetime | None, str | None]:
    """Return when an event was recorded and which command it carries, as far as it tells."""
    try:
        told = _decode(state)
    except (msgspec.MsgspecError, TypeError, ValueError):
        return recorded_at(state), None
    return told.timestamp, told.command_id
