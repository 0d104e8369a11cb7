"""The ledger's smaller tables, compared with what follows from the log and the tree."""

import struct
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from archive.integrity.entry import heads_entry
from archive.integrity.hashing import SIZE
from archive.integrity.ledger.ledger import Ledger, LedgerDamaged
from archive.integrity.verify.aligning import Alignment
from archive.integrity.verify.found import Found
from archive.integrity.verify.snapshot import Snapshot, data_of
from domain.sentence import Sentence, say

HeadsRow = tuple[int, str, int, bytes]
"""Leaf, day, how many streams, root."""


def heads_rows(snapshot: Snapshot, size: int) -> list[HeadsRow]:
    """Return the rows of heads whose leaves there are."""
    rows = snapshot.rows(_HEADS, size=size)
    return [(leaf, day, streams, data_of(root)) for leaf, day, streams, root in rows]


def compare_heads(ledger: Ledger, rows: Sequence[HeadsRow], found: Found) -> None:
    """See that each row of heads is what its leaf commits to."""
    for leaf, day, size, root in rows:
        try:
            entry = heads_entry(date.fromisoformat(day), size, root) if len(root) == SIZE else b""
            right = ledger.leaves(leaf, leaf + 1) == [ledger.hashing.leaf(entry)]
        except (ValueError, TypeError, OverflowError, struct.error, LedgerDamaged):
            right = False
        if not right:
            found.fault(say("verify_heads_changed", leaf=leaf, day=day))


def compare_runs(snapshot: Snapshot, alignment: Alignment, since: int, found: Found) -> None:
    """See that the runs are those of a log without gaps.

    Args:
        since: the leaf from which on they are compared.
    """
    rows = snapshot.rows("SELECT leaf, position FROM runs WHERE leaf >= :since", since=since)
    wanted = [run for run in alignment.runs if run[0] >= since]
    _compare(rows, wanted, "runs", found)


def compare_days(
    snapshot: Snapshot,
    alignment: Alignment,
    began: Sequence[tuple[int, date]],
    before: date | None,
    since: int,
    found: Found,
) -> None:
    """See that each day begins where the log has it begin, with the last one's heads before it.

    Heads that were asked for stand behind any event, and are of the day that it was then.

    Args:
        began: the days with the positions of their first events.
        before: the day that was when the first of these began.
        since: the leaf from which on they are compared.
    """
    last = alignment.last_position
    days = [(alignment.leaf_of(at), day.isoformat()) for at, day in began if 0 < at <= last]
    starts = [leaf for leaf, _ in days]
    earlier = [before.isoformat() if before else None, *(day for _, day in days)]
    ends = {start - 1 for start, day in zip(starts, earlier, strict=False) if day}
    # What stands before ``since`` was compared the last time, unless there is nothing.
    leaves = {leaf for leaf in alignment.heads if leaf >= since} | ends.difference(alignment.heads)
    heads = [(leaf, earlier[bisect_left(starts, leaf)]) for leaf in leaves]
    for table, wanted in (("days", days), ("heads", heads)):
        statement = f"SELECT leaf, day FROM {table} WHERE leaf >= :since"  # noqa: S608
        _compare(snapshot.rows(statement, since=since), wanted, table, found)


def _compare(
    rows: Sequence[tuple[object, ...]],
    wanted: Sequence[tuple[object, ...]],
    table: str,
    found: Found,
) -> None:
    """Name the first row that is missing or too much, by its leaf."""
    odd = {tuple(row) for row in rows} ^ set(wanted)
    if odd:
        first = min(row[0] for row in odd)  # type: ignore[type-var]
        found.fault(_odd(table, first))


def _odd(table: str, leaf: object) -> Sentence:
    return say("verify_row_changed", table=table, leaf=leaf)


_HEADS = "SELECT leaf, day, size, root FROM heads WHERE leaf < :size ORDER BY leaf"
