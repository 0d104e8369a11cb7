"""``shiji restore``: an archive after a restore, read-only until it is verified from outside."""

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli.options import Failure, archive_options, keys_option
from archive.cli.output import read_bytes
from archive.cli.progress import progress_bar
from archive.cli.signed_in import account_here, operation
from archive.cli.verify import outside_options, own_key, public_keys
from archive.integrity.checkpoint import Trust
from archive.integrity.ed25519 import PublicKey, Type
from archive.integrity.ledger.opening import open_ledger
from archive.integrity.verify.checkpoints import Outside
from archive.reopening import Asked, Reopened, mark_restored, reopen
from archive.store.mark import ASKED
from domain.sentence import Lang, Sentence, Term, say, speak


@click.command()
@click.argument("action", type=click.Choice(("mark", "open")), metavar="mark|open")
@outside_options
@click.option("--by", "by", metavar="WHO", help="由谁重新开放；记入事件。")
@click.option(
    "--accept-loss", "accepted", metavar="REASON", help="有丢失时仍要开放的理由；记入事件。"
)
@keys_option
@archive_options
@operation("restore")
def restore(
    action: str,
    files: tuple[Path, ...],
    vkeys: tuple[str, ...],
    witnesses: tuple[str, ...],
    by: str | None,
    accepted: str | None,
    folder: Path | None,
    location: str,
    lang: Lang,
) -> int:
    """恢复备份之后：标记为只读（mark）；对照档案之外的检查点全面校验后重新开放（open）。"""
    if action == "mark":
        mark = mark_restored(location, datetime.now(UTC), ASKED)
        told = say("marked_restored", at=mark.at or "", why=Term(mark.why))
        click.echo(speak(told, lang))
        return 0
    by = account_here(location) or by
    if by is None:
        raise Failure(say("reopen_by_whom"))
    logs = public_keys(vkeys, "--key", Type.LOG) or _own(location, folder)
    trust = Trust(logs, public_keys(witnesses, "--witness", Type.WITNESS))
    outside = [Outside(str(file), read_bytes(file)) for file in files]
    if outside and not logs:
        raise Failure(say("reopen_by_what_key"))
    with progress_bar("verify", lang) as bar:
        done = reopen(location, Asked(by, trust, outside, accepted, folder), progress=bar)
    for sentence in _told(done):
        click.echo(speak(sentence, lang), err=done.position is not None)
    if done.position is None:
        click.echo(speak(say("stays_read_only"), lang))
        return 1
    click.echo(speak(_summary(done, done.position), lang))
    return 0


def _own(location: str, folder: Path | None) -> list[PublicKey]:
    """Return the archive's own public key; none where the archive has no ledger."""
    ledger = open_ledger(location)
    if ledger is None:
        return []
    with ledger:
        return [own_key(ledger.origin, folder)]


def _told(done: Reopened) -> list[Sentence]:
    """Return why it stays read-only, or what is good to know beside."""
    told = list(done.faults)
    if done.aside is not None:
        told.append(say("ledger_aside", aside=done.aside))
    if done.unsealed is not None:
        told.append(say("note_unsealed", reason=done.unsealed))
    return told


def _summary(done: Reopened, position: int) -> Sentence:
    judged = done.judged
    if judged.newest is None:
        return say("reopened_unknown", position=position, last=judged.last)
    size = judged.newest.size
    if judged.lost:
        lost = {"lost": judged.lost, "last": judged.last}
        return say("reopened_with_a_loss", position=position, size=size, **lost)
    return say("reopened", position=position, size=size)
