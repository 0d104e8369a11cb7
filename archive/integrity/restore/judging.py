"""What a restored log holds, made anew from it and held against every known checkpoint.

The leaves of events and of each day's heads follow from the log. Where heads were asked for within
a day, only the ledger tells: it is asked where they stand, never what they say. One that lies about
it gives a tree that no checkpoint is of, so nothing that was restored is believed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.integrity.checkpoint import Checkpoint, Trust, open_checkpoint
from archive.integrity.hashing import SHA256, hashing
from archive.integrity.ledger import sqlite
from archive.integrity.ledger.appending import Appending
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.restore.recorded import Reopening, told_of
from archive.integrity.verify.checkpoints import Outside, note_of
from archive.store.log import Log
from domain.refusal import Refusal
from domain.sentence import Sentence, say

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A restored log, and what the checkpoints say of it.

    Args:
        kept: how many leaves it has.
        root: the root over them.
        last: the position of its last event.
        newest: the largest checkpoint that is known; None where none is.
        faults: why it isn't what the checkpoints are of, or why one can't be believed.
    """

    kept: int
    root: bytes
    last: int
    newest: Checkpoint | None
    faults: tuple[Sentence, ...]

    @property
    def lost(self) -> int | None:
        """How many leaves of the newest checkpoint it lacks; None where none is known."""
        return None if self.newest is None else max(0, self.newest.size - self.kept)


@contextmanager
def tree_of(
    log: Log, hash_name: str, before_heads: Collection[int], progress: Progress | None = None
) -> Iterator[Ledger]:
    """Yield a ledger beside that is made of the log alone; it is gone afterwards.

    Args:
        log: which is read from the first event to the last.
        hash_name: the archive's hash.
        before_heads: the positions of the events that heads follow.
        progress: told (done, of) in positions.

    Raises:
        NoEntry: a row can't be an event.
        PersistenceError: the log can't be read.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / sqlite.FILE
        sqlite.found(path)
        store = sqlite.SQLiteLedgerStore(path)
        with store.writing():
            store.insert("site", [("beside", hash_name)])
        with Ledger(store) as ledger:
            appending, upto = Appending(ledger, log, before_heads), log.last_position()
            for page in log.scan(0, upto):
                with store.writing():
                    appending.append(page)
                if progress:
                    progress(page[-1][0], upto)
            yield ledger


def judge(
    tree: Ledger,
    upto: int,
    origin: str,
    trust: Trust,
    outside: Sequence[Outside],
    own: Ledger | None,
    seen: Checkpoint | None,
    told: Sequence[Reopening],
) -> Judged:
    """Hold a log's tree against every checkpoint that is known.

    Args:
        tree: made of the log (``tree_of``).
        upto: the position up to which it is looked at.
        origin: the archive's name.
        trust: whose signatures are believed.
        outside: the checkpoints that were kept elsewhere.
        own: the ledger that was restored, or is there still.
        seen: what this machine saw last.
        told: the losses that the log tells of.
    """
    runs = tree.runs()
    leaf = runs.leaf_of(upto)
    kept = 0 if leaf is None else leaf + 1
    if kept in runs.heads:  # which tell of nothing behind
        kept += 1
    faults, known = list[Sentence](), list[Checkpoint]()
    for name, each in _all(origin, trust, outside, own, seen):
        if isinstance(each, Sentence):
            faults.append(each)
        elif each.hash != tree.hashing.name or (
            each.size <= kept and tree.root(each.size) != each.root
        ):
            other = say("against_other", file=name, size=each.size)
            faults.append(told_of(name, each, told) or other)
        else:
            known.append(each)
    newest = max(known, key=lambda checkpoint: checkpoint.size, default=None)
    return Judged(kept, tree.root(kept), upto, newest, tuple(faults))


def hash_of(own: Ledger | None, outside: Sequence[Outside], origin: str, trust: Trust) -> str:
    """Return the name of the archive's hash, as its ledger has it, else a checkpoint."""
    if own is not None:
        return own.hashing.name
    for _, told in _outside(origin, trust, outside):
        if isinstance(told, Checkpoint):
            return hashing(told.hash).name
    return SHA256


def _all(
    origin: str,
    trust: Trust,
    outside: Sequence[Outside],
    own: Ledger | None,
    seen: Checkpoint | None,
) -> Iterator[tuple[object, Checkpoint | Sentence]]:
    """Yield each checkpoint with what it is from, or why it isn't to be believed."""
    yield from _outside(origin, trust, outside)
    for signed in own.checkpoints() if own is not None else ():
        try:
            told = open_checkpoint(signed.note, origin, Trust(trust.logs)).checkpoint
        except Refusal as refusal:
            sentence = refusal.sentence
            yield "", say("verify_checkpoint_false", size=signed.size, reason=sentence)
        else:
            yield say("checkpoint_of_the_ledger"), told
    if seen is not None:
        yield say("checkpoint_seen_here"), seen


def _outside(
    origin: str, trust: Trust, files: Iterable[Outside]
) -> Iterator[tuple[str, Checkpoint | Sentence]]:
    wanted = len({witness.name for witness in trust.witnesses})
    for file in files:
        try:
            note = note_of(file.data)
            told = open_checkpoint(note, origin, replace(trust, wanted=wanted)).checkpoint
        except Refusal as refusal:
            yield file.name, say("against_refused", file=file.name, reason=refusal.sentence)
        else:
            yield file.name, told
