"""``shiji checkpoint``: a signed checkpoint as it is, to be printed or handed out."""

from contextlib import closing
from pathlib import Path

import click

from archive.cli.options import Failure, archive_options
from archive.cli.output import write_bytes
from archive.cli.signed_in import operation
from archive.integrity.ledger.ledger import Ledger, Signed
from archive.integrity.ledger.opening import open_ledger
from archive.integrity.printed import page
from archive.integrity.witness import Request
from archive.store.location import open_log
from domain.sentence import Lang, say


@click.command()
@click.argument(
    "action", type=click.Choice(("export", "print")), metavar="[export|print]", required=False
)
@click.option(
    "--size", type=click.IntRange(1, 2**63 - 1), metavar="N", help="较早的一份：叶数为 N。"
)
@click.option(
    "--since",
    type=click.IntRange(0, 2**63 - 1),
    metavar="N",
    help="交给见证方：附上由 N 叶续写而来的证明；首次为 0。",
)
@click.option("-o", "file", type=click.Path(path_type=Path), metavar="FILE", help="写入文件。")
@archive_options
@operation("checkpoint")
def checkpoint(
    action: str | None,
    size: int | None,
    since: int | None,
    file: Path | None,
    location: str,
    lang: Lang,
) -> None:
    """检查点：最新的签名检查点，供打印（print：HTML 页，含二维码）、交付和见证。"""
    with closing(must_have_ledger(location)) as ledger:
        signed = checkpoint_of(ledger, size)
        told = signed.note if since is None else _request(ledger, signed, since)
    write_bytes(page(signed.note, lang) if action == "print" else told, file)


def _request(ledger: Ledger, signed: Signed, since: int) -> bytes:
    """Return what a witness is handed that cosigned ``since`` leaves last."""
    if since > signed.size:
        raise Failure(say("since_beyond", since=since, size=signed.size))
    proof = ledger.consistency(since, signed.size) if since else ()
    return bytes(Request(since, proof, signed.note))


def must_have_ledger(location: str) -> Ledger:
    """Open the ledger of the archive at a location.

    Raises:
        Failure: it has none.
    """
    open_log(location).close()
    ledger = open_ledger(location)
    if ledger is None:
        raise Failure(say("ledger_missing"))
    return ledger


def checkpoint_of(ledger: Ledger, size: int | None = None) -> Signed:
    """Return the newest checkpoint, or the one of a size.

    Raises:
        Failure: there is none.
    """
    signed = ledger.checkpoint(size)
    if signed is None:
        raise Failure(say("no_checkpoint", size="" if size is None else size))
    return signed
