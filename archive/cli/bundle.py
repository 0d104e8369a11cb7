"""``shiji bundle``: one cadre's evidence, to be verified without the archive."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import click

from archive.archive import Archive
from archive.cli.checkpoint import checkpoint_of
from archive.cli.options import Failure, archive_options, keys_option
from archive.cli.output import read_bytes, write_bytes
from archive.cli.progress import progress_bar
from archive.cli.signed_in import operation
from archive.integrity.bundle import concerning, make_bundle
from archive.integrity.key_folder import signing_key
from archive.integrity.ledger.ledger import Ledger
from archive.integrity.sealer import LogChanged, Sealer
from domain.refusal import Refusal
from domain.sentence import Lang, Sentence, say, speak
from domain.times import day_of
from projections.as_of import AsOf


@click.command()
@click.argument("cadre", required=False)
@click.option("-o", "file", type=click.Path(path_type=Path), metavar="FILE", help="写入文件。")
@click.option(
    "--checkpoint",
    "cosigned",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="所依据的检查点，如经见证的一份；默认最新的。",
)
@click.option(
    "--verifier",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="写出核验程序，随证据包一并交付。",
)
@keys_option
@archive_options
@operation("bundle", "cadre", look=True)
def bundle(
    cadre: str | None,
    file: Path | None,
    cosigned: Path | None,
    verifier: Path | None,
    folder: Path | None,
    location: str,
    lang: Lang,
) -> None:
    """证据包：一名干部的全部事件及其证明，供第三方离线核验。"""
    if cadre is None and verifier is None:
        raise Failure(say("bundle_of_whom"))
    if verifier is not None:
        write_bytes(files("archive.integrity").joinpath("verify_bundle.py").read_bytes(), verifier)
    if cadre is not None:
        note = None if cosigned is None else read_bytes(cosigned)
        write_bytes(_made(location, cadre, note, folder, lang), file)
        if file is not None:
            click.echo(speak(say("bundle_written", cadre=cadre, file=file), lang))


def _made(location: str, cadre: str, note: bytes | None, folder: Path | None, lang: Lang) -> bytes:
    with Archive(location) as archive, progress_bar("rebuild", lang) as bar:
        ledger = archive.ledger()
        if ledger is None:
            raise Failure(say("ledger_missing"))
        if note is None:
            _seal_heads(archive, ledger, folder, lang)
            note = checkpoint_of(ledger).note
        with archive.ask(AsOf(day_of(datetime.now(UTC))), bar) as reader:
            about = concerning(reader, cadre)
        return make_bundle(archive.log, ledger, note, cadre, about)


def _seal_heads(archive: Archive, ledger: Ledger, folder: Path | None, lang: Lang) -> None:
    """Seal all that is recorded and its heads; where that can't be, say how far they go.

    Raises:
        Failure: it can't be, and there are no heads at all.
        LogChanged: the log doesn't go on from what was sealed.
    """
    try:
        signer = signing_key(ledger.origin, folder)
        Sealer(ledger, archive.log, signer, archive.clock).seal(heads=True)
    except LogChanged:
        raise
    except Refusal as refusal:
        days = ledger.days()
        if not days:
            raise Failure(say("bundle_no_heads", reason=refusal.sentence)) from None
        if note := _behind(archive, ledger, days[-1].leaf, refusal.sentence):
            click.echo(speak(note, lang), err=True)


def _behind(archive: Archive, ledger: Ledger, leaf: int, reason: Sentence) -> Sentence | None:
    """Return what is to be said of events that are recorded behind the last heads, if any are."""
    position = ledger.runs().position_of(leaf - 1) or 0
    events = archive.log.last_position() - position
    return say("bundle_behind_heads", n=events, leaf=leaf, reason=reason) if events else None
