"""Opening a restored archive again: what it holds is verified, and what was lost is recorded.

The order is such that whoever is killed anywhere in between leaves the archive read-only, and
opening it once more goes on from there: everything is looked at before anything is done; then the
ledger is made anew where it can't go on from the log; the event and the mark's end come last.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eventsourcing.persistence import JSONTranscoder

from archive.citing import Citing
from archive.commands.restoring import LOSE, RESTORING, VERIFY
from archive.deciding import load
from archive.integrity.checkpoint import Checkpoint, Trust
from archive.integrity.key_folder import signing_key
from archive.integrity.ledger.opening import found_ledger, open_ledger
from archive.integrity.restore.judging import Judged, hash_of, judge, tree_of
from archive.integrity.restore.memory import Memory
from archive.integrity.restore.noticing import lost_since, notice
from archive.integrity.restore.recorded import STREAM, Reopening, reopenings
from archive.integrity.sealer import Sealer
from archive.integrity.strict import base64_of
from archive.integrity.verify.checkpoints import Outside
from archive.integrity.verify.full import verify_full
from archive.recording import Recording
from archive.sealing import Sealing
from archive.store.location import open_log
from archive.store.mapper import FactMapper
from archive.store.mark import Mark, NotRestored
from archive.streams import CLOSING_TOPICS
from archive.views import open_views
from domain.refusal import Refusal
from domain.sentence import Sentence, say
from domain.times import micros

Progress = Callable[[int, int], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says who opens an archive again.

    Args:
        by: who it is.
        trust: whose signatures are believed; the first of its logs is the archive's own.
        outside: the checkpoints that were kept elsewhere; only an archive without a ledger may do
            without any.
        accepted: why what is lost is accepted as lost; None where nothing may be.
        keys: where the keys of archives are (``key_folder``).
    """

    by: str
    trust: Trust
    outside: Sequence[Outside] = ()
    accepted: str | None = None
    keys: Path | None = None


@dataclass(frozen=True, slots=True)
class Reopened:
    """What became of opening an archive again.

    Args:
        judged: what it holds, and by which checkpoint.
        position: of the event that tells of it; None where it stays read-only.
        faults: why it stays read-only.
        aside: where the ledger was put that couldn't go on from the log; None where none was.
        unsealed: why the event isn't sealed yet; None where it is, or somebody else seals.
    """

    judged: Judged
    position: int | None = None
    faults: tuple[Sentence, ...] = ()
    aside: str | None = None
    unsealed: Sentence | None = None


def mark_restored(location: str | Path, now: datetime, why: str) -> Mark:
    """Mark the archive at a location as restored, and return the mark that stands.

    Raises:
        Refusal: there is no archive, or whoever asks may not mark it.
    """
    with closing(open_log(location)) as log:
        return log.mark_restored(Mark(now, why))


def reopen(
    location: str | Path,
    asked: Asked,
    clock: Clock = lambda: datetime.now(UTC),
    progress: Progress | None = None,
) -> Reopened:
    """Verify a restored archive, record what came of it, and let it be recorded in again.

    Args:
        location: the archive's.
        asked: by whom, by what, and what is accepted.
        clock: the server's time, aware.
        progress: told (done, of) in positions, in each of the passes.

    Raises:
        NotRestored: it isn't read-only.
        Refusal: it can't be opened, no checkpoint was given, or the key is missing to make its
            ledger anew.
    """
    with ExitStack() as stack:
        opening = _Opening(location, asked, clock, progress, stack)
        opening.must_be_marked()
        opening.must_be_asked_rightly()
        judged, before = opening.judged()
        if faults := judged.faults or _not_accepted(judged, before, asked):
            return Reopened(judged, faults=faults)
        aside: str | None = None
        if before is None:
            load(_command(judged, asked), RESTORING)  # refused now or not at all
            aside = opening.make_whole(judged)
        if faults := opening.verified():
            return Reopened(judged, faults=faults, aside=aside)
        position, unsealed = opening.opened(judged, before)
        return Reopened(judged, position, aside=aside, unsealed=unsealed)


class _Opening:
    """An archive that is being opened again.

    Args:
        location, asked, clock, progress: as by ``reopen``.
        stack: what closes its files.
    """

    def __init__(
        self,
        location: str | Path,
        asked: Asked,
        clock: Clock,
        progress: Progress | None,
        stack: ExitStack,
    ) -> None:
        self.location = location
        self.asked = asked
        self.clock = clock
        self.progress = progress
        self.stack = stack
        self.log = stack.enter_context(closing(open_log(location, closing_topics=CLOSING_TOPICS)))
        self.ledger = open_ledger(location)
        self.before_heads: frozenset[int] = frozenset()
        if self.ledger is not None:
            stack.enter_context(self.ledger)
            self.origin = self.ledger.origin
            self.before_heads = self.ledger.runs().before_heads
        else:
            self.origin = next((key.name for key in asked.trust.logs), "")
        self.memory = Memory(location, self.origin, asked.keys) if self.origin else None

    def must_be_marked(self) -> None:
        """See that the archive is read-only, for everybody from now on."""
        if self.log.restored() is not None:
            return
        why = None
        if self.ledger is not None and self.memory is not None:
            why = notice(self.log, self.ledger, self.memory)
        if why is None:
            raise NotRestored
        self.log.mark_restored(Mark(self.clock(), why))

    def must_be_asked_rightly(self) -> None:
        """See that there is a checkpoint, if the archive was ever sealed."""
        if self.ledger is not None and not self.asked.outside:
            raise Refusal(say("reopen_against_what"))

    def judged(self) -> tuple[Judged, Reopening | None]:
        """Return what the log holds, and what an opening recorded already that was broken off.

        That one's event is the log's last, behind what it was about.
        """
        asked, saw = self.asked, self.memory.last() if self.memory is not None else None
        upto = self.log.last_position()
        told = reopenings(self.log.read_streams([STREAM]))
        last = told[-1] if told and told[-1].position == upto else None
        name = hash_of(self.ledger, asked.outside, self.origin, asked.trust)
        with tree_of(self.log, name, self.before_heads, self.progress) as tree:

            def up_to(upto: int, told: Sequence[Reopening]) -> Judged:
                lost = [each for each in told if not each.complete]
                seen = None if saw is None or lost_since(lost, saw) else saw.checkpoint
                of = (self.origin, asked.trust, asked.outside, self.ledger)
                return judge(tree, upto, *of, seen, lost)

            if last is not None:
                judged = up_to(last.last, told[:-1])
                if not judged.faults and _same(last, judged.newest):
                    return judged, last
            return up_to(upto, told), None

    def make_whole(self, judged: Judged) -> str | None:
        """Make the ledger anew if it can't go on from the log, and return where it was put.

        One that knows of more than the log isn't deleted: its hashes tell whether what is found
        later is what was lost. One without a checkpoint was never finished.
        """
        own, newest = self.ledger, judged.newest
        whole = own is not None and own.size <= judged.kept and own.checkpoint() is not None
        if newest is None or whole:
            return None
        key = signing_key(self.origin, self.asked.keys)  # before anything is put aside
        aside = own.store.set_aside() if own is not None else None
        self.ledger = found_ledger(self.location, self.origin, newest.hash)
        self.stack.enter_context(self.ledger)
        Sealer(self.ledger, self.log, key, self.clock, self.before_heads).seal()
        return aside

    def verified(self) -> tuple[Sentence, ...]:
        """Verify the archive by itself, its views brought up to the log; return what is wrong."""
        views = open_views(self.location, self.log)
        with closing(views.database):
            views.ensure(self.progress)
        if self.ledger is None:
            return ()
        now, trust = micros(self.clock()), self.asked.trust
        told = verify_full(self.location, trust, now=now, progress=self.progress)
        return tuple(fault.sentence for fault in told.faults)

    def opened(self, judged: Judged, before: Reopening | None) -> tuple[int, Sentence | None]:
        """Record what came of it, and take the mark away.

        Returns:
            The event's position, and why it couldn't be sealed.
        """
        sealing = Sealing(self.location, self.log, self.clock, self.asked.keys)
        with closing(sealing):
            if before is None:
                position = self._recorded(_command(judged, self.asked), sealing)
            else:
                position = before.position
                self.log.insert_events([], reopens=True)
                sealing()
        if self.ledger is not None and self.memory is not None:
            self.memory.keep(self.log, self.ledger)
        return position, sealing.trouble

    def _recorded(self, command: dict[str, Any], sealing: Sealing) -> int:
        """Record the event, decided, stamped and sealed as any other."""
        views = open_views(self.location, self.log)
        with closing(views.database):
            of = (self.log, FactMapper(JSONTranscoder()), Citing(views), self.clock, sealing)
            (outcome,) = Recording(*of, RESTORING, reopens=True).record([command])
        if outcome.refusal:
            raise outcome.refusal
        return outcome.positions[0]


def _same(told: Reopening, newest: Checkpoint | None) -> bool:
    """Tell whether an earlier opening was by this checkpoint."""
    if newest is None:
        return told.size is None
    return (told.size, told.root) == (newest.size, base64_of(newest.root))


def _not_accepted(judged: Judged, before: Reopening | None, asked: Asked) -> tuple[Sentence, ...]:
    """Return why what is lost, or can't be known, keeps the archive read-only."""
    if before is not None or asked.accepted or judged.lost == 0:
        return ()
    if judged.newest is None:
        return (say("reopen_unknown", kept=judged.kept, last=judged.last),)
    told = {"size": judged.newest.size, "lost": judged.lost}
    return (say("reopen_lacks", kept=judged.kept, last=judged.last, **told),)


def _command(judged: Judged, asked: Asked) -> dict[str, Any]:
    """Return the command that says what came of it."""
    held = {"kept": judged.kept, "kept_root": base64_of(judged.root), "last": judged.last}
    said: dict[str, Any] = {"command": VERIFY, "by": asked.by, **held}
    if newest := judged.newest:
        said |= {"origin": newest.origin, "size": newest.size, "root": base64_of(newest.root)}
    if judged.lost != 0:
        said |= {"command": LOSE, "reason": asked.accepted}
    return said
