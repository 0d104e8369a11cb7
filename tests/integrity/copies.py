"""A sealed and verified archive, of which each test gets a copy to spoil."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import conninfo_to_dict

from archive.archive import Archive
from archive.integrity.checkpoint import Trust
from archive.integrity.verify.checkpoints import Outside
from archive.integrity.verify.full import verify_full
from archive.integrity.verify.quick import verify_quick
from archive.integrity.verify.report import Verified
from tests.given import Command
from tests.integrity.sealed import KEY, Days, founded, ledger_of, record, seal
from tests.postgres import a_database
from tests.said import cadre, people, policy, post, unit

TRUST = Trust([KEY.public])
Copy = Callable[[], AbstractContextManager[str]]


def commands() -> list[Command]:
    """Return commands of some days: two events in most streams, every other with an id."""
    codes = [f"C{number:02d}" for number in range(30)]
    all_of_them = [
        policy(),
        unit("U2"),
        *people(*codes),
        *(post(code, "U2", on="2012-01-01") for code in codes[:9]),
    ]
    for number, command in enumerate(all_of_them[::2]):
        command["command_id"] = f"command-{number}"
    return all_of_them


def build(location: str, said: list[Command] | None = None) -> None:
    """Make the archive: recorded, sealed some times, read into its views."""
    founded(location)
    clock, said = Days(), commands() if said is None else said
    for first in range(0, len(said), 25):
        record(location, said[first : first + 25], clock)
        seal(location)
    read(location)


def read(location: str) -> None:
    """Read all that is recorded into the views."""
    with Archive(location) as archive:
        archive.views.ensure()


def full(location: str, *outside: bytes) -> Verified:
    """Verify in full."""
    return verify_full(location, TRUST, [Outside("outside", note) for note in outside], now=1)


def quick(location: str, *outside: bytes) -> Verified:
    """Verify quickly."""
    return verify_quick(location, TRUST, [Outside("outside", note) for note in outside], now=1)


def told(verified: Verified) -> list[str]:
    """Return the keys of what is wrong."""
    return [fault.sentence.key for fault in verified.faults]


def newest(location: str) -> bytes:
    """Return the newest checkpoint."""
    with ledger_of(location) as ledger:
        signed = ledger.checkpoint()
        assert signed is not None
        return signed.note


@contextmanager
def copies(store: str, server: Callable[[], Callable[[str], str]]) -> Iterator[tuple[str, Copy]]:
    """Yield a place to build an archive in, and what copies it from then on."""
    with ExitStack() as stack:
        if store == "sqlite":
            folder = Path(stack.enter_context(TemporaryDirectory()))
            yield str(folder / "built"), lambda: _copied(folder)
        else:
            url_of = server()
            built = stack.enter_context(a_database(url_of))
            yield built, lambda: _cloned(url_of, built)


_numbers = count(1)


@contextmanager
def _copied(folder: Path) -> Iterator[str]:
    copy = folder / f"copy-{next(_numbers)}"
    shutil.copytree(folder / "built", copy)
    yield str(copy)
    shutil.rmtree(copy)


@contextmanager
def _cloned(url_of: Callable[[str], str], built: str) -> Iterator[str]:
    template = conninfo_to_dict(built)["dbname"]
    name = f"{template}_{next(_numbers)}"
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield url_of(name)
    finally:
        with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def registers_another(said: list[Command]) -> list[Command]:
    """Return the commands with one cadre's name another."""
    return [
        cadre("C07", name="改名")
        if command.get("cadre") == "C07" and "name" in command
        else command
        for command in said
    ]
