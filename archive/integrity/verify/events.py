"""The log's rows, each hashed again and compared with the leaf that it is to be.

Where a row is missing or one too many, those behind it are still found by their positions; where
positions themselves were moved, by the neighbours' leaves.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Final

import msgspec

from archive.integrity.entry import NoEntry, event_entry, leaves_of_events
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
        self.last, sealed = after, self._alignment.last_position
        end = last_moment(day) if day else None
        for rows in self._pages(after):
            self._dense(rows)
            moments, commands = _told([row[4] for row in rows])
            # Few pages have a day's beginning, and few archives no ids: neither costs the others.
            if end is None or None in moments or max(filter(None, moments)) > end:
                end = self._begin_days(rows, moments, end)
            if any(commands):
                carried([(id_, row[0]) for id_, row in zip(commands, rows, strict=True) if id_])
            self._sealed(rows if rows[-1][0] <= sealed else [r for r in rows if r[0] <= sealed])
            self.count += len(rows)
            if progress:
                progress(rows[-1][0], max(sealed, rows[-1][0]))
        if self.last < sealed:
            told = say("verify_cut_short", found=self.last, want=sealed)
            self._found.fault(told, self.last + 1)

    def _begin_days(
        self, rows: Sequence[Row], moments: Sequence[datetime | None], end: datetime | None
    ) -> datetime | None:
        """Note the days that begin among rows, and return the last moment of the last."""
        for row, moment in zip(rows, moments, strict=True):
            if moment is not None and (end is None or moment > end) and moment <= LATEST:
                day = day_of(moment)
                end = last_moment(day)
                self.days.append((row[0], day))
        return end

    def _pages(self, after: int) -> Iterator[list[Row]]:
        name = self._snapshot.position
        where = f"WHERE {name} > :after" if after else ""
        yield from self._snapshot.pages(
            f"SELECT {name}, {_COLUMNS} FROM stored_events {where} ORDER BY {name}",  # noqa: S608
            **({"after": after} if after else {}),
        )

    def _dense(self, rows: Sequence[Row]) -> None:
        """See that positions go on one by one."""
        end = self.last + len(rows)
        if [row[0] for row in rows] == list(range(self.last + 1, end + 1)):
            self.last = end
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
        hashes = self._hashes(rows)
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

    def _hashes(self, rows: Sequence[Row]) -> list[bytes]:
        try:
            return leaves_of_events(self._ledger.hashing, rows)
        except NoEntry:
            return [self._hash(row) for row in rows]

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
        _, commands = _told([state for _, state in page])
        for (position, _), command in zip(page, commands, strict=True):
            if command:
                yield command, position


class _Told(msgspec.Struct, gc=False):
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)] | None
    command_id: str | None = None


_COLUMNS: Final = "originator_id, originator_version, topic, state"
_decode = msgspec.json.Decoder(_Told).decode


def _told(states: Sequence[bytes]) -> tuple[list[datetime | None], list[str | None]]:
    """Return when events were recorded and which commands they carry, as far as they tell."""
    try:
        told = list(map(_decode, states))
    except (msgspec.MsgspecError, TypeError, ValueError):
        told = list(map(_one_told, states))
    return [each.timestamp for each in told], [each.command_id for each in told]


def _one_told(state: bytes) -> _Told:
    try:
        return _decode(state)
    except (msgspec.MsgspecError, TypeError, ValueError):
        return _Told(recorded_at(state))
