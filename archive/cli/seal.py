"""``shiji seal``: seal what is recorded, once or as it comes."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click
from eventsourcing.persistence import PersistenceError

from archive.cli.options import Failure, archive_options, keys_option
from archive.cli.progress import progress_bar
from archive.cli.signed_in import operation
from archive.integrity.key_folder import signing_key
from archive.integrity.ledger.opening import open_ledger
from archive.integrity.ledger.store import LedgerFails
from archive.integrity.restore.memory import Memory
from archive.integrity.sealer import Sealer
from archive.restored import must_not_be_restored
from archive.store.location import open_log
from archive.store.mark import Restored
from domain.refusal import Refusal
from domain.sentence import Lang, say, speak
from domain.times import SHANGHAI

POLL_SECONDS = 0.5
"""How often the log is looked at: a seal is never a second behind."""

LOG_SECONDS = 5
"""How often a line of the log is written at most."""


@click.command()
@click.option("--follow", is_flag=True, help="持续封存，直到收到中断或终止信号。")
@click.option(
    "--heads", is_flag=True, help="随后封存至此的清单（每条流的最新版本），不待次日；供制作证据包。"
)
@keys_option
@archive_options
@operation("seal")
def seal(follow: bool, heads: bool, folder: Path | None, location: str, lang: Lang) -> None:
    """封存：把已记录的事件写入账本，并签署检查点。"""
    if follow and heads:
        raise Failure(say("seal_heads_once"))
    with _sealer(location, folder) as sealer:
        memory = Memory(location, sealer.ledger.origin, folder)
        if follow:
            _follow(sealer, memory, lang)
            return
        with progress_bar("seal", lang) as bar:
            sealed = sealer.seal(bar, heads=heads)
        memory.keep(sealer.log, sealer.ledger)
    values = {"added": sealed.added, "size": sealed.size, "position": sealed.position}
    click.echo(speak(say("sealed", **values), lang))


@contextmanager
def _sealer(location: str, folder: Path | None) -> Iterator[Sealer]:
    with closing(open_log(location)) as log:
        ledger = open_ledger(location)
        if ledger is None:
            raise Failure(say("ledger_missing"))
        with closing(ledger):
            must_not_be_restored(location, log, ledger, lambda: datetime.now(UTC), folder)
            yield Sealer(ledger, log, signing_key(ledger.origin, folder))


def _follow(sealer: Sealer, memory: Memory, lang: Lang) -> None:
    """Seal what comes, until a signal ends it between two pages.

    A store that fails is tried again, since servers come back; a log that was changed ends it,
    and so does the mark of one that was restored.
    """
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    journal = _Journal()
    while not ended.is_set():
        try:
            if mark := sealer.log.restored():
                raise Restored(mark)
            sealed = sealer.seal_page()
            if sealed.done and sealed.added:
                memory.keep(sealer.log, sealer.ledger)
        except (LedgerFails, PersistenceError) as error:
            reason = error.sentence if isinstance(error, Refusal) else error
            journal.trouble(speak(reason, lang))
            ended.wait(2 * POLL_SECONDS)
            continue
        journal.sealed(sealed.added, sealed.size, sealed.position)
        if sealed.done:
            ended.wait(POLL_SECONDS)
    journal.close()


class _Journal:
    """Lines of JSON on stdout, the first at once and then one in so many seconds."""

    def __init__(self) -> None:
        self._added = 0
        self._waiting: dict[str, object] = {}
        self._next = 0.0

    def sealed(self, added: int, size: int, position: int) -> None:
        """Tell of what was sealed; what comes too soon is told together with what follows."""
        self._added += added
        if self._added:
            self._waiting = {"sealed": self._added, "size": size, "position": position}
            self._write()

    def trouble(self, reason: str) -> None:
        """Tell why nothing could be sealed."""
        self._waiting = {"error": reason}
        self._write()

    def close(self) -> None:
        """Tell what is left."""
        self._next = 0.0
        self._write()

    def _write(self) -> None:
        if not self._waiting or time.monotonic() < self._next:
            return
        now = datetime.now(UTC).astimezone(SHANGHAI).isoformat(timespec="seconds")
        click.echo(json.dumps({"at": now, **self._waiting}, ensure_ascii=False))
        self._added, self._waiting = 0, {}
        self._next = time.monotonic() + LOG_SECONDS
