"""Opening a restored archive again: what it holds is verified, and what was lost is recorded.

The order is chosen so that whoever is killed anywhere in between leaves the archive read-only, and
opening it once more goes on from there: everything is looked at before anything is done; then the
ledger is made anew if it knows of more than the log; and the event and the mark's end come last.
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
from archive.integrity.checkpoint import Checkpoint
from archive.integrity.hashing import hashing
from archive.integrity.key_folder import signing_key
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.ledger.opening import found_ledger, open_ledger
from archive.integrity.restore.judging import Judged, hash_of, judge, tree_of
from archive.integrity.restore.memory import Memory
from archive.integrity.restore.noticing import lost_since, notice
from archive.integrity.restore.recorded import STREAM, Reopening, reopenings
from archive.integrity.sealer import Sealer
from archive.integrity.strict import base64_of
from archive.integrity.verify.checkpoints import Outside, Trust
from archive.integrity.verify.full import verify_full
from archive.recording import Recording
from archive.sealing import Sealing
from archive.store.location import open_log
from archive.store.log import Log
from archive.store.mapper import FactMapper
from archive.store.mark import Mark, NotRestored
from archive.streams import CLOSING_TOPICS
from archive.views import open_views
from domain.refusal import Refusal
from domain.sentence import Sentence, say
from domain.times import micros

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reopened:
    """What became of opening an archive again.

    Args:
        judged: what it holds, and by which checkpoint.
        position: of the event that tells of it; None where it stays read-only.
        faults: why it stays read-only.
        aside: where the ledger was put that knew of more than the log; None where none was.
        unsealed: why the event isn't sealed yet; None where it is, or somebody else seals.
    """

    judged: Judged
    position: int | None = None
    faults: tuple[Sentence, ...] = ()
    aside: str | None = None
    unsealed: Sentence | None = None


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
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
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
        log = stack.enter_context(closing(open_log(location, closing_topics=CLOSING_TOPICS)))
        own = open_ledger(location)
        if own is not None:
            stack.enter_context(own)
        origin = _origin(own, asked)
        memory = Memory(location, origin, asked.keys) if origin else None
        _must_be_marked(log, own, memory, clock())
        if own is not None and not asked.outside:
            raise Refusal(say("reopen_against_what"))
        aside: str | None = None
        judged, before = _judged(log, own, memory, origin, asked, progress)
        if faults := judged.faults or _not_accepted(judged, before, asked):
            return Reopened(judged, faults=faults)
        if before is None:
            load(_command(judged, asked), RESTORING)  # refused now or not at all
            aside, own = _whole_ledger(location, log, own, origin, judged, asked, stack, clock)
        if found := _verified(location, own, asked, clock(), progress):
            return Reopened(judged, faults=found, aside=aside)
        position, unsealed = _opened(location, log, judged, before, asked, clock)
        if own is not None and memory is not None:
            memory.keep(log, own)
        return Reopened(judged, position, aside=aside, unsealed=unsealed)


def _origin(own: Ledger | None, asked: Asked) -> str:
    """Return the archive's name: its ledger's, else that of the key that is given."""
    if own is not None:
        return own.origin
    return next((key.name for key in asked.trust.logs), "")


def _must_be_marked(log: Log, own: Ledger | None, memory: Memory | None, now: datetime) -> None:
    """See that the archive is read-only, for everybody from now on."""
    if log.restored() is None:
        why = notice(log, own, memory) if own is not None and memory is not None else None
        if why is None:
            raise NotRestored
        log.mark_restored(Mark(now, why))


def _judged(
    log: Log,
    own: Ledger | None,
    memory: Memory | None,
    origin: str,
    asked: Asked,
    progress: Progress | None,
) -> tuple[Judged, Reopening | None]:
    """Return what the log holds, and what an opening recorded already that was broken off.

    That one's event is the log's last, behind what it was about.
    """
    saw = memory.last() if memory is not None else None
    name = hash_of(own, asked.outside, origin, asked.trust)
    upto, told = log.last_position(), reopenings(log.read_streams([STREAM]))
    last = told[-1] if told and told[-1].position == upto else None

    def judged_up_to(upto: int, told: Sequence[Reopening]) -> Judged:
        lost = [each for each in told if not each.complete]
        seen = None if saw is None or lost_since(lost, saw) else saw.checkpoint
        return judge(tree, upto, origin, asked.trust, asked.outside, own, seen, lost)

    with tree_of(log, name, progress) as tree:
        if last is not None:
            judged = judged_up_to(last.last, told[:-1])
            if not judged.faults and _same(last, judged.newest):
                return judged, last
        return judged_up_to(upto, told), None


def _same(told: Reopening, newest: Checkpoint | None) -> bool:
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


def _whole_ledger(
    location: str | Path,
    log: Log,
    own: Ledger | None,
    origin: str,
    judged: Judged,
    asked: Asked,
    stack: ExitStack,
    clock: Callable[[], datetime],
) -> tuple[str | None, Ledger | None]:
    """Return a ledger that goes on from the log, and where the one is that doesn't.

    One that knows of more than the log is put aside, not deleted: its hashes tell whether what is
    found later is what was lost.
    """
    if judged.newest is None or (own is not None and own.size <= judged.kept):
        return None, own
    key = signing_key(origin, asked.keys)  # before anything is put aside
    hash_name = own.hashing.name if own is not None else hashing(judged.newest.hash).name
    aside = own.store.set_aside() if own is not None else None
    anew = stack.enter_context(found_ledger(location, origin, hash_name))
    Sealer(anew, log, key, clock).seal()
    return aside, anew


def _verified(
    location: str | Path,
    own: Ledger | None,
    asked: Asked,
    now: datetime,
    progress: Progress | None,
) -> tuple[Sentence, ...]:
    """Verify the archive by itself, its views brought up to the log; return what is wrong."""
    with closing(open_log(location)) as log:
        views = open_views(location, log)
        with closing(views.database):
            views.ensure(progress)
    if own is None:
        return ()
    told = verify_full(location, asked.trust, now=micros(now), progress=progress)
    return tuple(fault.sentence for fault in told.faults)


def _opened(
    location: str | Path,
    log: Log,
    judged: Judged,
    before: Reopening | None,
    asked: Asked,
    clock: Callable[[], datetime],
) -> tuple[int, Sentence | None]:
    """Record what came of it, and take the mark away; return the event's position."""
    sealing, views = Sealing(location, log, clock, asked.keys), open_views(location, log)
    with closing(sealing), closing(views.database):
        if before is not None:
            log.insert_events([], reopens=True)
            sealing()
            return before.position, sealing.trouble
        mapper, cite = FactMapper(JSONTranscoder()), Citing(views)
        recording = Recording(log, mapper, cite, clock, sealing, RESTORING, reopens=True)
        (outcome,) = recording.record([_command(judged, asked)])
        if outcome.refusal:
            raise outcome.refusal
        return outcome.positions[0], sealing.trouble


def _command(judged: Judged, asked: Asked) -> dict[str, Any]:
    """Return the command that says what came of it."""
    held = {"kept": judged.kept, "kept_root": base64_of(judged.root), "last": judged.last}
    said: dict[str, Any] = {"command": VERIFY, "by": asked.by, **held}
    if newest := judged.newest:
        said |= {"origin": newest.origin, "size": newest.size, "root": base64_of(newest.root)}
    if judged.lost != 0:
        said |= {"command": LOSE, "reason": asked.accepted}
    return said
