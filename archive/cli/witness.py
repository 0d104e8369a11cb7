"""``shiji witness``: on a machine of somebody else's, cosigning an archive's checkpoints."""

import time
from pathlib import Path

import click

from archive.cli.options import Failure, keys_option, lang_option
from archive.cli.output import read_bytes, write_bytes
from archive.integrity.ed25519 import PublicKey, Type
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import fingerprint, key_file, load_key, make_key
from archive.integrity.seen import Seen
from archive.integrity.witness import cosign, parse_request
from domain.sentence import Lang, Term, say, speak


@click.command()
@click.argument("action", type=click.Choice(("new", "cosign")), metavar="new|cosign")
@click.argument("name", metavar="NAME")
@click.argument("file", type=click.Path(path_type=Path), metavar="[FILE]", required=False)
@click.option("--log", "vkey", metavar="VKEY", help="被见证档案的公钥。")
@click.option("-o", "out", type=click.Path(path_type=Path), metavar="FILE", help="写入文件。")
@keys_option
@lang_option
def witness(
    action: str,
    name: str,
    file: Path | None,
    vkey: str | None,
    out: Path | None,
    folder: Path | None,
    lang: Lang,
) -> None:
    """见证：在另一台机器上新建见证密钥，并见证只由上次见证续写而来的检查点。"""
    where = key_folder(name, folder)
    if action == "new":
        key = make_key(where, name, Type.WITNESS).public
        path = key_file(where, Type.WITNESS)
        click.echo(speak(say("key_stands", path=path, fingerprint=fingerprint(key)), lang))
        click.echo(key.vkey)
        return
    if file is None or vkey is None:
        raise Failure(say("witness_what"))
    write_bytes(_cosigned(where, read_bytes(file), vkey), out)
    if out is not None:
        click.echo(speak(say("witness_cosigned", file=out), lang))


def _cosigned(folder: Path, data: bytes, vkey: str) -> bytes:
    """Cosign what an archive handed over, and remember it."""
    log, key = PublicKey.parse(vkey), load_key(folder, Type.WITNESS)
    if log.type is not Type.LOG:
        raise Failure(say("key_other_type", path="--log", found=Term("witness_key")))
    request = parse_request(data)
    seen = Seen(folder, log.name, [log], key.public)
    with seen.alone():
        note = cosign(request, seen.last(), log.name, [log], key, int(time.time()))
        seen.keep(note)
    return note
