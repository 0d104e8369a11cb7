"""Archives after a restore: what an old copy leaves, and how they are opened again."""

from contextlib import closing
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.integrity.checkpoint import Trust
from archive.integrity.ed25519 import Type
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import key_file
from archive.integrity.restore.memory import Memory
from archive.integrity.restore.recorded import STREAM, Reopening, reopenings
from archive.integrity.verify.checkpoints import Outside
from archive.reopening import Asked, Reopened, reopen
from archive.store.location import open_log
from archive.store.mark import Mark
from tests.integrity.administrator import administering
from tests.integrity.copies import TRUST
from tests.integrity.sealed import KEY, ORIGIN, Days, ledger_of


def the_key_at_hand(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Put the key of ``sealed`` where this machine looks for it."""
    patch.setenv("SHIJI_KEYS", str(folder))
    private = key_file(key_folder(ORIGIN), Type.LOG)
    private.parent.mkdir(parents=True)
    private.write_text(KEY.skey + "\n")
    private.chmod(0o600)
    private.with_suffix(".vkey").write_text(KEY.public.vkey + "\n")


def remember(location: str) -> None:
    """Let this machine remember what it sees, as whoever seals does."""
    with closing(open_log(location)) as log, ledger_of(location) as ledger:
        Memory(location, ORIGIN).keep(log, ledger)


def cut_log(location: str, last: int) -> None:
    """Put an old log in the place of this one, and leave its ledger."""
    with administering(location) as admin:
        for command, positions in admin.run("SELECT command_id, positions FROM commands"):
            if int(positions.strip("[]")) > last:
                admin.run("DELETE FROM commands WHERE command_id = ?", command)
        admin.run("DELETE FROM stored_events WHERE {id} > ?", last)


def mark(location: str) -> None:
    """Say that the archive was restored."""
    with closing(open_log(location)) as log:
        log.mark_restored(Mark(Days().now, "marked_by_hand"))


def mark_of(location: str) -> str | None:
    """Return why an archive is marked as restored."""
    with closing(open_log(location)) as log:
        found = log.restored()
        return found.why if found else None


def opened(
    location: str, *outside: bytes, accepted: str | None = None, trust: Trust = TRUST
) -> Reopened:
    """Open an archive again."""
    files = [Outside(f"outside-{number}", note) for number, note in enumerate(outside)]
    return reopen(location, Asked("ADMIN", trust, files, accepted), Days())


def told(done: Reopened) -> list[str]:
    """Return the keys of why an archive stays read-only."""
    return [fault.key for fault in done.faults]


def restores(location: str) -> list[Reopening]:
    """Return what the log tells of restores."""
    with Archive(location) as archive:
        return reopenings(archive.log.read_streams([STREAM]))
