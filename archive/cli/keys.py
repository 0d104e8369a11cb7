"""``shiji keys``: the keys that sign an archive's checkpoints, and the founding of its ledger."""

from contextlib import closing
from pathlib import Path

import click

from archive.cli.options import Failure, archive_options, keys_option
from archive.cli.signed_in import operation
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.hashing import SHA256, SM3
from archive.integrity.key_folder import key_folder, signing_key
from archive.integrity.keys import fingerprint, key_file, make_key
from archive.integrity.ledger.opening import found_ledger, must_be_of, open_ledger
from archive.store.location import open_log
from domain.sentence import Lang, say, speak


@click.command()
@click.argument("action", type=click.Choice(("new",)), metavar="new")
@click.argument("name", metavar="NAME")
@click.option(
    "--hash", "hash_name", type=click.Choice((SHA256, SM3)), help="杂凑算法，建立后不变。"
)
@keys_option
@archive_options
@operation("keys")
def keys(
    action: str,
    name: str,
    hash_name: str | None,
    folder: Path | None,
    location: str,
    lang: Lang,
) -> None:
    """密钥：新建密钥对：私钥只存于档案之外的文件；档案还没有账本的，以此名称建立账本。"""
    open_log(location).close()
    ledger = open_ledger(location)
    if ledger is not None:
        with closing(ledger):
            must_be_of(ledger, name, hash_name)
    # The key first: a ledger's name is for good, and a key that can't be written would waste it.
    key = _key(name, folder, founds=ledger is None)
    if ledger is None:
        with closing(found_ledger(location, name, hash_name or SHA256)) as founded:
            told = say("ledger_founded", name=name, hash=founded.hashing.name)
        click.echo(speak(told, lang))
    path = key_file(key_folder(name, folder), Type.LOG)
    click.echo(speak(say("key_stands", path=path, fingerprint=fingerprint(key.public)), lang))
    click.echo(key.public.vkey)


def _key(name: str, folder: Path | None, *, founds: bool) -> PrivateKey:
    """Return a new key, or for a new ledger the one that there is of its name."""
    where = key_folder(name, folder)
    if key_file(where, Type.LOG).exists():
        if not founds:
            raise Failure(say("key_exists", path=key_file(where, Type.LOG)))
        return signing_key(name, folder)
    return make_key(where, name, Type.LOG)
