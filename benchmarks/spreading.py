"""A log as it would be had its events been recorded over many days, and commands with ids.

``python -m benchmarks.spreading SOURCE TARGET --days N [--ids] [--every N]`` makes one and seals
it, for ``python -m benchmarks.verifying TARGET``.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Final

import click
import msgspec

from archive.integrity.ledger.opening import found_ledger
from archive.integrity.sealer import Sealer
from archive.store.location import open_log
from archive.store.log import CommandRow, Log
from archive.streams import CLOSING_TOPICS
from benchmarks.figure import Figure
from benchmarks.sealing import KEY, verifying
from projections.log import Row

DAYS: Final = 250
"""Over how many days the measured log is spread."""

BEGUN: Final = datetime(2020, 1, 1, tzinfo=UTC)
_TIMESTAMP: Final = re.compile(rb'"timestamp":"[^"]*"')
_encode = msgspec.json.encode


def spread(source: Log, target: Log, days: int, *, ids: bool) -> None:
    """Copy a log, as many events to a day.

    Args:
        source: any log.
        target: an empty one.
        days: over how many its events are recorded.
        ids: give each command an id; neighbours in a stream are taken for one's events.
    """
    events = source.last_position()
    for page in source.scan(0):
        moved = [_recorded(row, BEGUN + timedelta(days=days * row[0] / events)) for row in page]
        if ids:
            told = list(_identified(moved))
            target.append_rows([row for rows, _ in told for row in rows], [c for _, c in told])
        else:
            target.append_rows(moved, ())


def _recorded(row: Row, at: datetime) -> Row:
    """Return an event as recorded at another time."""
    return (*row[:4], _TIMESTAMP.sub(b'"timestamp":' + _encode(at), row[4], count=1))


def _identified(rows: Sequence[Row]) -> Iterator[tuple[list[Row], CommandRow]]:
    """Yield the events of each command with its id in them, and its record."""
    for _, of_it in groupby(rows, key=itemgetter(1)):
        events = list(of_it)
        id_ = f"command-{events[0][0]}"
        field = b'{"command_id":' + _encode(id_) + b","
        positions = _encode([row[0] for row in events]).decode()
        record = (id_, sha256(id_.encode()).digest(), positions)
        yield [(*row[:4], field + row[4][1:]) for row in events], record


class _Recording:
    """A log as far as it was recorded at some time.

    Args:
        log: the whole of it.
    """

    def __init__(self, log: Log) -> None:
        self.upto = 0
        self.scan, self.read = log.scan, log.read

    def last_position(self) -> int:
        """Return the position of what was recorded last."""
        return self.upto


def spread_out(source: str, target: str) -> Iterator[Figure]:
    """Verify log and ledger, without views, where events are of many days and commands have ids.

    Args:
        source: where the archive is whose log is spread.
        target: where there is none yet.
    """
    sealed(source, target, DAYS, ids=True)
    with closing(open_log(target)) as log:
        what = f"verify, full, of {DAYS} days and with ids, without views"
        yield from verifying(log, target, what)


def sealed(source: str, target: str, days: int, *, ids: bool, every: int | None = None) -> None:
    """Spread a log's events over days into a new archive, and seal it.

    Args:
        source, target, days, ids: as ``spread`` has them, by location.
        every: after how many events a checkpoint is signed; none: at the end.
    """
    with (
        closing(open_log(source)) as ours,
        closing(open_log(target, create=True, closing_topics=CLOSING_TOPICS)) as theirs,
        closing(found_ledger(target, KEY.name, "sha256")) as ledger,
    ):
        spread(ours, theirs, days, ids=ids)
        recording, last = _Recording(theirs), theirs.last_position()
        sealer = Sealer(ledger, recording, KEY)  # type: ignore[arg-type]  # what sealing reads of it
        for upto in [*range(every or last, last, every or last), last]:
            recording.upto = upto
            sealer.seal()


@click.command()
@click.argument("source")
@click.argument("target")
@click.option("--days", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--ids", is_flag=True, help="Give each command an id.")
@click.option("--every", type=click.IntRange(min=1), help="Sign a checkpoint every so many events.")
def main(source: str, target: str, days: int, ids: bool, every: int | None) -> None:
    """Spread a log's events over days into a new archive, and seal it."""
    sealed(source, target, days, ids=ids, every=every)


if __name__ == "__main__":
    main()
