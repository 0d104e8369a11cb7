"""``shiji checkpoint``: a signed checkpoint as it is, to be printed or handed out."""

from contextlib import closing
from pathlib import Path

import click

from archive.cli.options import Failure, archive_options
from archive.cli.output import write_bytes
from archive.integrity.ledger.ledger import Ledger, Signed
from archive.integrity.ledger.opening import open_ledger
from archive.store.location import open_log
from domain.sentence import Lang, say


@click.command()
@click.argument("action", type=click.Choice(("export",)), metavar="[export]", required=False)
@click.option(
    "--size", type=click.IntRange(1, 2**63 - 1), metavar="N", help="较早的一份：叶数为 N。"
)
@click.option("-o", "file", type=click.Path(path_type=Path), metavar="FILE", help="写入文件。")
@archive_options
def checkpoint(
    action: str | None, size: int | None, file: Path | None, location: str, lang: Lang
) -> None:
    """检查点：最新的签名检查点，供打印、交付和见证。"""
    with closing(must_have_ledger(location)) as ledger:
        signed = checkpoint_of(ledger, size)
    write_bytes(signed.note, file)


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
