"""Where an archive's ledger is: beside its log, in a file or a schema of its own."""

from pathlib import Path

from archive.form import printable
from archive.integrity.hashing import hashing
from archive.integrity.ledger import sqlite
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.ledger.store import LedgerStore
from archive.integrity.signer import key_name
from archive.store.guards import StoreError
from archive.store.location import PostgresLocation, is_postgres
from domain.sentence import say


def open_ledger(location: str | Path) -> Ledger | None:
    """Open the ledger of the archive at a location; None where there is none.

    Raises:
        StoreError: it isn't ours, of a newer format, damaged, or can't be reached.
        HashUnknown: OpenSSL here lacks the hash that it is made with.
    """
    store = _store(location)
    if store is None:
        return None
    try:
        return Ledger(store)
    except BaseException:
        store.close()
        raise


def found_ledger(location: str | Path, origin: str, hash_name: str) -> Ledger:
    """Make the ledger of the archive at a location, and open it.

    Args:
        location: of an archive that there is.
        origin: the archive's name, for good.
        hash_name: ``sha256`` or ``sm3``, for good.

    Raises:
        StoreError: there is one of another name or hash, or none can be made.
        HashUnknown: there is no such hash here.
    """
    if not key_name(origin):
        raise StoreError(say("key_name_wrong", name=printable(origin)))
    hashing(hash_name)
    store = _found(location)
    try:
        with store.writing():
            if not store.rows("SELECT origin FROM site"):
                store.insert("site", [(origin, hash_name)])
        ledger = Ledger(store)
        must_be_of(ledger, origin, hash_name)
        return ledger
    except BaseException:
        store.close()
        raise


def must_be_of(ledger: Ledger, origin: str, hash_name: str | None) -> None:
    """Refuse a ledger of another archive or hash.

    Raises:
        StoreError: it is of another origin, or made with another hash.
    """
    if ledger.origin != origin:
        raise StoreError(say("ledger_of_another", origin=ledger.origin, name=origin))
    if hash_name not in (None, ledger.hashing.name):
        raise StoreError(say("ledger_hash_fixed", hash=ledger.hashing.name, asked=hash_name))


def _store(location: str | Path) -> LedgerStore | None:
    if not is_postgres(location):
        path = Path(location) / sqlite.FILE
        return sqlite.SQLiteLedgerStore(path) if sqlite.is_made(path) else None
    from archive.integrity.ledger.postgres import PostgresLedgerStore  # needs the driver

    store = PostgresLedgerStore(PostgresLocation.parse(str(location)))
    try:
        if store.is_made():
            return store
    except BaseException:
        store.close()
        raise
    store.close()
    return None


def _found(location: str | Path) -> LedgerStore:
    if not is_postgres(location):
        path = Path(location) / sqlite.FILE
        sqlite.is_made(path)  # refuses what isn't ours
        sqlite.found(path)
        return sqlite.SQLiteLedgerStore(path)
    from archive.integrity.ledger.postgres import PostgresLedgerStore  # needs the driver

    store = PostgresLedgerStore(PostgresLocation.parse(str(location)))
    try:
        store.found()
    except BaseException:
        store.close()
        raise
    return store
