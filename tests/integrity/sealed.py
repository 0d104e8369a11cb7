"""Archives with a ledger and a key, for tests."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from archive.archive import Archive
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import make_key
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.ledger.opening import found_ledger, open_ledger
from archive.integrity.sealer import Sealer, SealReport
from archive.store.location import PostgresLocation, open_log
from projections.log import Row
from tests.archive.workers import log_of
from tests.given import Command

ORIGIN = "example.org/示例市"
KEY = PrivateKey(ORIGIN, Type.LOG, bytes(32))


@contextmanager
def ledger_of(location: str) -> Iterator[Ledger]:
    """Yield an archive's ledger."""
    ledger = open_ledger(location)
    assert ledger is not None
    with ledger:
        yield ledger


def founded(location: str, hash_name: str = "sha256") -> None:
    """Make an archive with a ledger."""
    Archive(location, create=True).close()
    found_ledger(location, ORIGIN, hash_name).close()


def with_key(location: str, folder: Path, patch: pytest.MonkeyPatch) -> PrivateKey:
    """Make an archive with a ledger and a key at hand."""
    founded(location)
    patch.setenv("SHIJI_KEYS", str(folder))
    return make_key(key_folder(ORIGIN), ORIGIN, Type.LOG)


def seal(location: str, *, heads: bool = False) -> SealReport:
    """Seal an archive once, with a key that no file holds."""
    with ledger_of(location) as ledger, closing(open_log(location)) as log:
        return Sealer(ledger, log, KEY).seal(heads=heads)


def rows_of(location: str) -> list[Row]:
    """Return what an archive's log holds."""
    with Archive(location) as archive:
        return log_of(archive)


def execute(location: str, statement: str) -> None:
    """Run a statement in a ledger as somebody with a database client would."""
    if "://" not in location:
        with closing(sqlite3.connect(Path(location) / "ledger.sqlite")) as connection:
            connection.execute(statement)
            connection.commit()
        return
    found = PostgresLocation.parse(location)
    with psycopg.connect(found.conninfo) as connection:
        connection.execute(f"SET search_path TO {found.schema}_ledger")
        connection.execute(statement)  # type: ignore[call-overload]


class Days:
    """A clock that goes on by an hour with each reading, so that days pass."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now


def record(location: str, commands: Iterable[Command], clock: Days | None = None) -> None:
    """Record commands one by one, each accepted, an hour apart if a clock is given."""
    with Archive(location, clock=clock or (lambda: datetime.now(UTC))) as archive:
        for command in commands:
            archive.do(command)
