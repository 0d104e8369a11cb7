"""Noticing by itself that an archive was restored: a glance at its end, not a verification."""

from collections.abc import Sequence
from typing import Final

from archive.integrity.entry import NoEntry, event_entry
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.restore.memory import Memory, Saw
from archive.integrity.restore.recorded import STREAM, Reopening, losses
from archive.store.log import Log

LOG_SHORT: Final = "log_behind_ledger"
"""The log ends before what its ledger sealed."""
LOG_OTHER: Final = "log_not_as_sealed"
"""The event that was sealed last is another in the log."""
SEEN_OTHERWISE: Final = "not_as_seen_here"
"""The ledger ends before what this machine saw of it, or is another."""


def notice(log: Log, ledger: Ledger, memory: Memory) -> str | None:
    """Return the code of what tells that an archive was restored; None where nothing does.

    Raises:
        StoreError: the ledger can't be read.
        PersistenceError: the log can't be.
    """
    runs = ledger.runs()  # before the log, which then holds all that was sealed by now
    sealed = runs.last_leaf
    if sealed is not None:
        if log.last_position() < runs.last_position:
            return LOG_SHORT
        leaves = ledger.leaves(sealed, sealed + 1)
        if [_leaf(log, ledger, runs.last_position)] != leaves:
            return LOG_OTHER
    saw = memory.last()
    if saw is None or _begins(ledger, saw):
        return None
    told = losses(log.read_streams([STREAM]))
    return None if lost_since(told, saw) else SEEN_OTHERWISE


def lost_since(told: Sequence[Reopening], saw: Saw) -> bool:
    """Tell whether the log says of a later restore that what was seen is lost.

    Args:
        told: the losses that it tells of.
        saw: what was seen.
    """
    return any(each.version > saw.restores and each.kept < saw.checkpoint.size for each in told)


def _leaf(log: Log, ledger: Ledger, position: int) -> bytes | None:
    try:
        entries = [event_entry(*row[1:]) for row in log.read([position])]
    except NoEntry:
        return None
    return ledger.hashing.leaf(entries[0]) if entries else None


def _begins(ledger: Ledger, saw: Saw) -> bool:
    """Tell whether the ledger begins with what was seen."""
    seen = saw.checkpoint
    if seen.hash != ledger.hashing.name or seen.size > ledger.size:
        return False
    return ledger.root(seen.size) == seen.root
