"""``shiji prove``: that an event is in the archive as it was sealed, and checking such a proof."""

from contextlib import closing
from pathlib import Path

import click

from archive.cli.checkpoint import checkpoint_of, must_have_ledger
from archive.cli.options import Failure, archive_options, keys_option
from archive.cli.output import read_bytes, write_bytes
from archive.cli.signed_in import must, operation
from archive.integrity.checkpoint import Trust
from archive.integrity.ed25519 import PublicKey, Type
from archive.integrity.entry import event_entry, heads_entry
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import key_file, load_public_key
from archive.integrity.proof import TreeProof, parse_proof, verify_proof
from archive.store.location import open_log
from domain.refusal import Refusal
from domain.sentence import Lang, Term, say, speak


@click.command()
@click.argument("position", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option(
    "--check", "proof", type=click.Path(path_type=Path), metavar="FILE", help="校验一份证明。"
)
@click.option("--key", "vkey", metavar="VKEY", help="签署者的公钥；默认取密钥文件夹中的。")
@click.option(
    "--entry",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="叶的原文：证明时写入，校验时读取。",
)
@click.option("-o", "file", type=click.Path(path_type=Path), metavar="FILE", help="写入文件。")
@keys_option
@archive_options
@operation("prove", "position")
def prove(
    position: int | None,
    proof: Path | None,
    vkey: str | None,
    entry: Path | None,
    file: Path | None,
    folder: Path | None,
    location: str,
    lang: Lang,
) -> int:
    """证明：某一事件在已封存的档案之中；或离线校验这样的证明。"""
    if proof is not None:
        return _check(proof, position, vkey, entry, folder, location, lang)
    if position is None:
        raise Failure(say("prove_what"))
    _prove(position, entry, file, location)
    return 0


def _prove(position: int, entry: Path | None, file: Path | None, location: str) -> None:
    with closing(must_have_ledger(location)) as ledger:
        signed, leaf = checkpoint_of(ledger), ledger.runs().leaf_of(position)
        if leaf is None or leaf >= signed.size:
            raise Failure(say("not_sealed", position=position))
        proven = TreeProof(leaf, ledger.inclusion(leaf, signed.size), signed.note)
    if entry is not None:
        must(location, "prove_entry", look=True, position=position)
        write_bytes(_event_at(location, position), entry)
    write_bytes(bytes(proven), file)


def _check(
    file: Path,
    position: int | None,
    vkey: str | None,
    entry: Path | None,
    folder: Path | None,
    location: str,
    lang: Lang,
) -> int:
    """Tell whether a proof holds; 1 if it doesn't."""
    data, key = read_bytes(file), _key(vkey, folder, location)
    given = None if entry is None else read_bytes(entry)
    try:
        proof = parse_proof(data)
        if given is None:
            given = _entry(proof.index, position, location)
        opened = verify_proof(proof, given, key.name, Trust([key]))
    except Refusal as refusal:
        click.echo(speak(refusal.sentence, lang), err=True)
        return 1
    told = {"leaf": proof.index, "size": opened.checkpoint.size, "origin": opened.checkpoint.origin}
    click.echo(speak(say("proof_holds", **told), lang))
    return 0


def _key(vkey: str | None, folder: Path | None, location: str) -> PublicKey:
    """Return the key that the checkpoint is to be signed with."""
    if vkey is None:
        with closing(must_have_ledger(location)) as ledger:
            path = key_file(key_folder(ledger.origin, folder), Type.LOG).with_suffix(".vkey")
        key = load_public_key(path)
    else:
        path, key = Path("--key"), PublicKey.parse(vkey)
    if key.type is not Type.LOG:
        raise Failure(say("key_other_type", path=path, found=Term(f"{key.type.name.lower()}_key")))
    return key


def _entry(leaf: int, position: int | None, location: str) -> bytes:
    """Return what the archive holds of a leaf, or of the event at a position."""
    if position is not None:
        return _event_at(location, position)
    with closing(must_have_ledger(location)) as ledger:
        found = ledger.runs().position_of(leaf)
        if found is not None:
            return _event_at(location, found)
        for day in ledger.days():
            if day.leaf == leaf:
                return heads_entry(day.day, day.size, day.root)
    raise Refusal(say("leaf_unknown", leaf=leaf))


def _event_at(location: str, position: int) -> bytes:
    """Return the entry of an event.

    Raises:
        Refusal: there is none at this position.
    """
    with closing(open_log(location)) as log:
        for _, stream, version, topic, state in log.read([position]):
            return event_entry(stream, version, topic, state)
    raise Refusal(say("events_absent", positions=(position,)))
