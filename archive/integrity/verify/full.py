"""Full verification: every stored row, every node, every root, every view's row."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from archive.integrity.checkpoint import Trust
from archive.integrity.frontier import Frontier
from archive.integrity.verify.checkpoints import Outside, by_size
from archive.integrity.verify.commands import Commands
from archive.integrity.verify.events import Events
from archive.integrity.verify.looking import Looking, Progress, keep
from archive.integrity.verify.nodes import TreeAnew
from archive.integrity.verify.report import Verified
from archive.integrity.verify.rows import compare_days, compare_heads, compare_runs
from archive.integrity.verify.snapshot import take_snapshot
from archive.integrity.verify.streams import Streams, Trees, newest
from archive.integrity.verify.views import ViewsAnew
from domain.sentence import say

TREES, FEW = 4, 10_000
"""Of the trees of heads, the newest is always made again, and of older ones as many as have
together a stream for so many events, or so many streams: all of them would take longer than
everything else."""


def verify_full(
    location: str | Path,
    trust: Trust,
    outside: Sequence[Outside] = (),
    *,
    now: int,
    progress: Progress | None = None,
) -> Verified:
    """Verify all that an archive holds.

    What SQLite says of its files, and the views' rows as they are to be, are found out beside.

    Args:
        location: of an archive that has a ledger.
        trust: whose signatures are believed.
        outside: checkpoints that were kept elsewhere.
        now: the time, in microseconds since 1970.
        progress: told (done, of) in positions of the log, and then in views.

    Raises:
        Refusal: the archive can't be opened, or its ledger doesn't say what it is of.
    """
    with ExitStack() as opened:
        snapshot = opened.enter_context(closing(take_snapshot(location)))
        looking = Looking(snapshot, trust)
        found, size = looking.found, looking.size
        views = opened.enter_context(closing(ViewsAnew(location, found)))
        damage = opened.enter_context(ThreadPoolExecutor(1)).submit(snapshot.damage)
        with looking.part("views"):
            views.begin()
        with looking.part("store"):
            _schema(looking)
        tree = TreeAnew(snapshot, size, found, Frontier(looking.ledger.hashing))
        with looking.part("tree"):
            checkpoints, seen = looking.checkpoints, looking.verified()
            tree.run(by_size(checkpoints.own(), checkpoints.outside(outside), seen))
            tree.compare_extent()
            if size and not checkpoints.count:
                found.fault(say("no_checkpoint", size=""))
        events = Events(snapshot, looking.ledger, looking.alignment, found)
        commands = Commands(snapshot, found)
        with looking.part("events"):
            events.run(0, None, commands.carried, progress)
            _sequence(looking, events.last)
        with looking.part("ledger"):
            compare_heads(looking.ledger, looking.heads, found)
            compare_runs(snapshot, looking.alignment, 0, found)
            compare_days(snapshot, looking.alignment, events.days, None, 0, found)
        made = 0
        with looking.part("streams"):
            most = max(FEW, events.count // TREES)
            trees = Trees(looking.ledger.hashing, newest(looking.heads, most))
            Streams(snapshot, looking.alignment, found).run(trees)
            trees.compare(found)
            made = len(trees)
        with looking.part("commands"):
            commands.run()
        with looking.part("store"):
            for line in damage.result():
                found.fault(say("verify_damaged", reason=line))
        with looking.part("views"):
            views.run(progress)
            views.forget()
    if not found.count:
        keep(location, size, tree.frontier.root, now, found)
    return replace(
        looking.report(events, 0, len(looking.heads)),
        full=True,
        trees=made,
        commands=commands.count,
        views=views.rows,
    )


def _schema(looking: Looking) -> None:
    """See whether the store's tables are the program's."""
    faults = looking.snapshot.schema_faults()
    if faults is None:
        looking.found.note(say("verify_schema_unseen"))
    for name in faults or ():
        looking.found.fault(say("verify_schema_changed", name=name))


def _sequence(looking: Looking, last: int) -> None:
    """See that no position was given that isn't there any more, where the store remembers it."""
    given = looking.snapshot.last_given()
    if given is not None and given != last:
        looking.found.fault(say("verify_tail_gone", given=given, last=last), last + 1)
