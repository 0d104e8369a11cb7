"""Signed checkpoints, the ledger's own and those that were kept outside, held against the tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from operator import itemgetter

from archive.integrity.checkpoint import Checkpoint, Trust, open_checkpoint
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.restore.recorded import Reopening, told_of
from archive.integrity.verify.found import Found
from archive.integrity.verify.nodes import Judge
from archive.integrity.verify.snapshot import data_of
from archive.integrity.witness import REQUEST, parse_request
from domain.refusal import Refusal
from domain.sentence import say


@dataclass(frozen=True, slots=True)
class Outside:
    """A checkpoint that was kept where nobody who works on the archive can write.

    Args:
        name: the file's.
        data: its bytes, of a signed note or of what a witness is handed.
    """

    name: str
    data: bytes


class Checkpoints:
    """Every checkpoint that is held against the tree.

    Args:
        ledger: whose they are.
        trust: by whom they must be signed; what was kept outside by every witness, too.
        found: where faults go.
        told: the losses that the log tells of.
    """

    def __init__(
        self, ledger: Ledger, trust: Trust, found: Found, told: Sequence[Reopening] = ()
    ) -> None:
        self.count = 0
        """How many of the ledger's own were held against the tree."""
        self.newest = 0
        """The size of the newest of these."""
        self.begins: list[tuple[str, int]] = []
        """The files kept outside that the tree begins with, and their sizes."""
        self._ledger = ledger
        self._size = ledger.size
        self._trust = Trust(trust.logs)
        self._outside = replace(trust, wanted=len({each.name for each in trust.witnesses}))
        self._found = found
        self._told = told

    def own(self) -> Iterator[tuple[int, Judge]]:
        """Yield those of the ledger, by size."""
        for size, note in self._ledger.store.stream(f"{_NOTES} ORDER BY size"):
            if judged := self._own(size, data_of(note)):
                yield judged

    def newest_of_all(self) -> Iterator[tuple[int, Judge]]:
        """Yield the ledger's newest."""
        for size, note in self._ledger.store.rows(f"{_NOTES} ORDER BY size DESC LIMIT 1"):
            if judged := self._own(size, data_of(note)):
                yield judged

    def outside(self, files: Sequence[Outside]) -> list[tuple[int, Judge]]:
        """Return those that were kept outside, by size; what can't be believed is a fault."""
        judges = []
        for file in files:
            try:
                note = note_of(file.data)
                told = open_checkpoint(note, self._ledger.origin, self._outside).checkpoint
            except Refusal as refusal:
                reason = refusal.sentence
                self._found.fault(say("against_refused", file=file.name, reason=reason))
                continue
            if told.hash != self._ledger.hashing.name:
                self._found.fault(say("against_other", file=file.name, size=told.size))
            elif told.size > self._size:
                sizes = {"size": told.size, "found": self._size}
                mere = say("against_cut_short", file=file.name, **sizes)
                self._found.fault(told_of(file.name, told, self._told) or mere)
            else:
                judges.append((told.size, self._judge_outside(file.name, told)))
        return sorted(judges, key=itemgetter(0))

    def _own(self, size: int, note: bytes) -> tuple[int, Judge] | None:
        self.count += 1
        self.newest = max(self.newest, size)
        try:
            told = open_checkpoint(note, self._ledger.origin, self._trust).checkpoint
        except Refusal as refusal:
            self._found.fault(say("verify_checkpoint_false", size=size, reason=refusal.sentence))
            return None
        if (told.size, told.hash) != (size, self._ledger.hashing.name) or size < 0:
            self._found.fault(say("verify_checkpoint_other", size=size))
            return None
        if size > self._size:
            self._found.fault(say("verify_ledger_cut_short", size=size, found=self._size))
            return None
        return size, self._judge(told)

    def _judge(self, told: Checkpoint) -> Judge:
        def judge(size: int, root: bytes) -> None:
            if root != told.root:
                self._found.fault(say("verify_checkpoint_other", size=size))

        return judge

    def _judge_outside(self, name: str, told: Checkpoint) -> Judge:
        def judge(size: int, root: bytes) -> None:
            if root == told.root:
                self.begins.append((name, size))
            else:
                mere = say("against_other", file=name, size=size)
                self._found.fault(told_of(name, told, self._told) or mere)

        return judge


def note_of(data: bytes) -> bytes:
    """Return the signed note that a file is or holds.

    Raises:
        Malformed: it is what a witness is handed, and isn't written so.
    """
    return parse_request(data).checkpoint if data.startswith(REQUEST) else data


def by_size(
    *some: Iterator[tuple[int, Judge]] | list[tuple[int, Judge]],
) -> Iterator[tuple[int, Judge]]:
    """Yield what several yield in the order of sizes, in that order."""
    return merge(*some, key=itemgetter(0))


_NOTES = "SELECT size, note FROM checkpoints"
