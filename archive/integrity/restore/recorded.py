"""What the log itself tells of earlier restores: when it was opened again, and what was lost."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from archive.integrity.checkpoint import Checkpoint
from archive.integrity.strict import base64_of
from domain.restore import Restore
from domain.sentence import Sentence, say
from projections.log import Row

STREAM: Final = f"{Restore.TOPIC}/archive"
"""The stream of an archive's restores."""

_TOPICS: Final = (Restore.Verified.TOPIC, Restore.Lost.TOPIC)


class _State(msgspec.Struct):
    by: str
    on: date
    kept: int
    last: int
    size: int | None = None
    root: str | None = None
    lost: int | None = None


class Reopening(msgspec.Struct, frozen=True):
    """A restored archive was opened again.

    Args:
        position, version: of the event that says so.
        by, on: who opened it, on which day.
        kept: how many leaves the restored log had.
        last: its last position.
        size, root: the newest checkpoint that it was held against: leaves, their root (base64).
        lost: how many leaves of that it lacked; None where none was known.
        complete: whether it lacked nothing.
    """

    position: int
    version: int
    by: str
    on: date
    kept: int
    last: int
    size: int | None
    root: str | None
    lost: int | None
    complete: bool

    @property
    def told(self) -> Sentence:
        """What was lost, and what follows for positions: those behind were given twice."""
        return say(
            "restore_lost_told",
            position=self.position,
            on=self.on,
            by=self.by,
            lost="" if self.lost is None else self.lost,
            last=self.last,
        )


def reopenings(rows: Iterable[Row]) -> list[Reopening]:
    """Return what rows of the stream of restores tell, in order; what can't be read tells nothing.

    Args:
        rows: of the stream ``STREAM``.
    """
    found = []
    for position, _, version, topic, state in rows:
        if topic not in _TOPICS:
            continue
        try:
            told = _decode(state)
        except (msgspec.MsgspecError, TypeError, ValueError):
            continue
        complete = topic == Restore.Verified.TOPIC
        found.append(
            Reopening(
                position=position,
                version=version,
                by=told.by,
                on=told.on,
                kept=told.kept,
                last=told.last,
                size=told.size,
                root=told.root,
                lost=0 if complete else told.lost,
                complete=complete,
            )
        )
    return found


def told_of(name: object, checkpoint: Checkpoint, losses: Sequence[Reopening]) -> Sentence | None:
    """Return which loss is recorded that tells why the archive isn't what a checkpoint is of.

    Only of the checkpoint that the loss was found by it is known to be so; another may be of what
    was lost as well, or of what nobody told of.

    Args:
        name: what the checkpoint is from.
        checkpoint: one that the archive doesn't begin with.
        losses: what the log tells of.
    """
    size, root = checkpoint.size, base64_of(checkpoint.root)
    for loss in losses:
        if (loss.size, loss.root) == (size, root):
            lost = "" if loss.lost is None else loss.lost
            return say("against_lost", file=name, size=size, lost=lost, **_of(loss))
    for loss in reversed(losses):
        if loss.kept < size:
            return say("against_perhaps_lost", file=name, size=size, **_of(loss))
    return None


def _of(loss: Reopening) -> dict[str, object]:
    return {"position": loss.position, "on": loss.on, "by": loss.by, "last": loss.last}


def losses(rows: Iterable[Row]) -> list[Reopening]:
    """Return those of ``reopenings`` that tell of a loss."""
    return [each for each in reopenings(rows) if not each.complete]


_decode = msgspec.json.Decoder(_State).decode
