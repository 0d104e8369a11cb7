"""Quick verification: from the last verified size on, and nothing before it."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from archive.integrity.checkpoint import Trust
from archive.integrity.frontier import Frontier
from archive.integrity.verify.checkpoints import Outside, by_size
from archive.integrity.verify.events import Events
from archive.integrity.verify.looking import Looking, Progress, keep
from archive.integrity.verify.nodes import TreeAnew
from archive.integrity.verify.report import Verified
from archive.integrity.verify.rows import compare_days, compare_heads, compare_runs
from archive.integrity.verify.snapshot import take_snapshot
from domain.sentence import say


def verify_quick(
    location: str | Path,
    trust: Trust,
    outside: Sequence[Outside] = (),
    *,
    now: int,
    progress: Progress | None = None,
) -> Verified:
    """Verify what was sealed since the last time, and that the tree goes on from there.

    Args:
        location: of an archive that has a ledger.
        trust: whose signatures are believed.
        outside: checkpoints that were kept elsewhere.
        now: the time, in microseconds since 1970.
        progress: told (done, of) in positions.

    Raises:
        Refusal: the archive can't be opened, or its ledger doesn't say what it is of.
    """
    with closing(take_snapshot(location)) as snapshot:
        looking = Looking(snapshot, trust)
        found, size, ledger = looking.found, looking.size, looking.ledger
        since, tree = 0, TreeAnew(snapshot, size, found, Frontier(ledger.hashing))
        with looking.part("tree"):
            seen = looking.verified()[-1:]
            since = seen[0][0] if seen else 0
            frontier = Frontier.at(ledger.hashing, ledger.node, since)
            tree = TreeAnew(snapshot, size, found, frontier)
            newest = list(looking.checkpoints.newest_of_all())
            if not looking.checkpoints.newest >= since or (size and not newest):
                found.fault(say("verify_checkpoint_missing", size=max(since, size)))
            judges = by_size(seen, newest, looking.checkpoints.outside(outside))
            later = []
            for at, judge in judges:
                if at < since:
                    judge(at, ledger.root(at))
                else:
                    later.append((at, judge))
            tree.run(later)
        before = sum(row[0] < since for row in looking.heads)
        events = Events(snapshot, ledger, looking.alignment, found)
        with looking.part("events"):
            day = looking.day_before(since)
            events.run(since - before, day, lambda _: None, progress)
            compare_heads(ledger, looking.heads[before:], found)
            compare_runs(snapshot, looking.alignment, since, found)
            compare_days(snapshot, looking.alignment, events.days, day, since, found)
    if not found.count:
        keep(location, size, tree.frontier.root, now, found)
    return looking.report(events, since, len(looking.heads) - before)
