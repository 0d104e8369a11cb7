"""Appending to a ledger: leaves, the nodes that are kept of them, runs, and the days' heads."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import msgspec

from archive.integrity.entry import heads_entry, leaves_of_events
from archive.integrity.frontier import KEPT
from archive.integrity.heads import order, tree_of_heads
from archive.integrity.ledger.ledger import Ledger
from archive.store.log import Log
from domain.times import day_of, last_moment
from projections.log import Row


class Appending:
    """The right edge of a ledger, as of its last transaction.

    Made and used while the ledger's write lock is held; after a transaction that failed it is
    made anew.

    Args:
        ledger: what is appended to.
        log: where the events stand.
        before_heads: the positions of events that heads follow, asked for or not.
    """

    def __init__(
        self, ledger: Ledger, log: Log, before_heads: Collection[int] = frozenset()
    ) -> None:
        self.ledger = ledger
        self.before_heads = before_heads
        self.log = log
        self._frontier = ledger.frontier()
        runs = ledger.runs()
        self.last_position = runs.last_position
        last = runs.last_leaf
        self.last_event = b"" if last is None else ledger.leaves(last, last + 1)[0]
        """The leaf of the event there."""
        days = ledger.store.rows("SELECT day FROM days ORDER BY leaf DESC LIMIT 1")
        self._day = date.fromisoformat(days[0][0]) if days else None
        self._in_a_run = last is not None and last == self.size - 1  # else heads are the last

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._frontier.size

    @property
    def root(self) -> bytes:
        """The root over them."""
        return self._frontier.root

    def append(self, rows: Sequence[Row]) -> None:
        """Append the log's next events, and before the first of a later day the last day's heads.

        The heads aren't repeated where nothing was appended since they were asked for.

        An event whose time can't be read is of the day that is.

        Raises:
            NoEntry: a row can't be an event.
            LedgerFails: the store fails.
        """
        hashes, first = leaves_of_events(self.ledger.hashing, rows), self.last_position + 1
        leaves: list[bytes] = []
        end = last_moment(self._day) if self._day else None
        for (position, *_, state), leaf in zip(rows, hashes, strict=True):
            recorded = recorded_at(state)
            later = recorded is not None and (end is None or recorded > end)
            if later or position != first + len(leaves):
                self._push_events(first, leaves)
                leaves, first = [], position
            if later:
                assert recorded is not None
                self._begin_day(day_of(recorded))
                end = last_moment(day_of(recorded))
            leaves.append(leaf)
            if position in self.before_heads:
                self._push_events(first, leaves)
                leaves, first = [], position + 1
                self.append_heads()
        self._push_events(first, leaves)

    def _push_events(self, first: int, leaves: list[bytes]) -> None:
        """Append the leaves of events at neighbouring positions."""
        if not leaves:
            return
        if first != self.last_position + 1 or not self._in_a_run:
            self.ledger.store.insert("runs", [(self.size, first)])
        self._in_a_run = True
        self._push(leaves)
        self.last_position = first + len(leaves) - 1
        self.last_event = leaves[-1]

    def append_heads(self) -> None:
        """Append the heads of the day so far, unless the last leaf commits to them already.

        They tell of all that is appended; of no event there are none.

        Raises:
            LedgerFails: the store fails.
        """
        if self._day is not None and self._in_a_run:
            self._push_heads(self._day)

    def _begin_day(self, day: date) -> None:
        self.append_heads()
        self._day = day
        self.ledger.store.insert("days", [(self.size, day.isoformat())])

    def _push_heads(self, day: date) -> None:
        """Append the leaf that commits to every stream's latest version so far."""
        ledger, leaf = self.ledger, self.size
        before = ledger.store.rows("SELECT max(leaf) FROM heads")[0][0]
        after = 0 if before is None else ledger.runs().position_of(before - 1) or 0
        # What was sealed since then is read again, flat in memory.
        for page in self.log.scan(after, self.last_position):
            ledger.store.insert("versions", _versions(page, leaf))
        tree = tree_of_heads(ledger.hashing, ledger.heads_by_key(leaf))
        ledger.store.insert("heads", [(leaf, day.isoformat(), tree.size, tree.root)])
        self._push([ledger.hashing.leaf(heads_entry(day, tree.size, tree.root))])
        self._in_a_run = False

    def _push(self, leaves: list[bytes]) -> None:
        self._frontier, runs = self._frontier.append_many(leaves)
        kept = [run for run in runs if run.level == 0 or run.level >= KEPT]
        self.ledger.store.insert("nodes", [(r.level, r.start, b"".join(r.hashes)) for r in kept])


def _versions(rows: Iterable[Row], leaf: int) -> list[tuple[str, int, int]]:
    """Return the latest version of each stream among rows, in the order of its table."""
    latest: dict[str, int] = {}
    for _, stream, version, *_ in rows:
        latest[stream] = max(version, latest.get(stream, version))
    return sorted((order(stream), leaf, version) for stream, version in latest.items())


class _Recorded(msgspec.Struct):
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)]


LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # later ones are of no day everywhere
_decode = msgspec.json.Decoder(_Recorded).decode


def recorded_at(state: bytes) -> datetime | None:
    """Return when an event was recorded; None where that can't be read."""
    try:
        recorded = _decode(state).timestamp
    except (msgspec.MsgspecError, TypeError, ValueError):
        return None
    return recorded if recorded <= LATEST else None
