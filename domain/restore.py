"""The archive after a restore: by what it was verified when it was opened again, and what was lost.

Stream ``restore/archive``. What stands here is decided by looking at the log and at checkpoints
from outside, so that none of the public commands records it: it is recorded where an archive is
opened again, and nowhere else.
"""

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.sentence import say


class Restore(Stream):
    """How often the archive was restored and opened again."""

    TOPIC = "restore"
    PARTS = ("archive",)

    class Verified(Fact):
        """The restored log holds all that the newest known checkpoint covers.

        Args:
            kept, kept_root, last: what the log held: leaves, their root (base64), the last
                position.
            origin, size, root: the checkpoint: whose, of how many leaves, their root (base64).
        """

        TOPIC = "restore.verified"
        kept: int
        kept_root: str
        last: int
        origin: str
        size: int
        root: str

        def apply(self, restore: "Restore") -> None:
            """Fold: another restore is over."""
            restore.last = self.last

    class Lost(Fact):
        """The restored log ends before the newest known checkpoint, or none is known.

        Args:
            kept, kept_root, last: what the log held: leaves, their root (base64), the last
                position.
            reason: why it was opened all the same.
            origin, size, root: the checkpoint; None where none is known.
            lost: how many of its leaves the log lacks; None where none is known.
        """

        TOPIC = "restore.lost"
        kept: int
        kept_root: str
        last: int
        reason: str
        origin: str | None = None
        size: int | None = None
        root: str | None = None
        lost: int | None = None

        def apply(self, restore: "Restore") -> None:
            """Fold: another restore is over."""
            restore.last = self.last

    def begin(self) -> None:
        """Set the state before the first event."""
        self.last = -1

    def verify(
        self, stamp: Stamp, kept: int, kept_root: str, last: int, origin: str, size: int, root: str
    ) -> None:
        """Record that nothing was lost, as far as the checkpoint tells.

        Raises:
            Refusal: it is recorded already, or the checkpoint covers more than the log holds.
        """
        self._must_be_another(last)
        if size > kept:
            raise Refusal(say("restore_lacks", kept=kept, size=size), "size")
        held = {"kept": kept, "kept_root": kept_root, "last": last}
        self.record(self.Verified, stamp, **held, origin=origin, size=size, root=root)

    def lose(
        self,
        stamp: Stamp,
        kept: int,
        kept_root: str,
        last: int,
        reason: str,
        origin: str | None,
        size: int | None,
        root: str | None,
    ) -> None:
        """Record that what the checkpoint covers beyond the log is lost, and accepted as such.

        Without a checkpoint nobody knows what was lost.

        Raises:
            Refusal: it is recorded already, or the checkpoint covers nothing beyond the log.
        """
        self._must_be_another(last)
        if size is not None and size <= kept:
            raise Refusal(say("restore_lacks_nothing", kept=kept, size=size), "size")
        self.record(
            self.Lost,
            stamp,
            kept=kept,
            kept_root=kept_root,
            last=last,
            reason=reason,
            origin=origin,
            size=size,
            root=root,
            lost=None if size is None else size - kept,
        )

    def _must_be_another(self, last: int) -> None:
        """Refuse what two who open an archive at once would both record."""
        if last <= self.last:
            raise Refusal(say("restore_recorded", last=last), "last")
