"""``shiji verify``: that nothing was changed since it was sealed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from archive.cli.checkpoint import must_have_ledger
from archive.cli.options import Failure, archive_options, keys_option
from archive.cli.output import read_bytes, show_object
from archive.cli.progress import progress_bar
from archive.cli.signed_in import operation
from archive.integrity.checkpoint import Trust
from archive.integrity.ed25519 import PublicKey, Type
from archive.integrity.key_folder import key_folder
from archive.integrity.keys import key_file, load_public_key
from archive.integrity.verify.checkpoints import Outside
from archive.integrity.verify.found import Fault
from archive.integrity.verify.full import verify_full
from archive.integrity.verify.quick import verify_quick
from archive.integrity.verify.report import Verified
from archive.questions.notes import restore_notes
from archive.store.location import open_log
from domain.sentence import Lang, Sentence, Term, say, speak
from domain.times import micros


def outside_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what an archive is held against; the command receives files, vkeys and witnesses."""
    for option in (
        click.option(
            "--witness", "witnesses", multiple=True, metavar="VKEY", help="见证者的公钥，可重复。"
        ),
        click.option(
            "--key", "vkeys", multiple=True, metavar="VKEY", help="签署者的公钥；可重复。"
        ),
        click.option(
            "--against",
            "files",
            type=click.Path(path_type=Path),
            multiple=True,
            metavar="FILE",
            help="档案之外保存的检查点，须含最新的一份；可重复。",
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--full", is_flag=True, help="全面校验：每一行、每个节点、每份检查点、每个视图。")
@outside_options
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@keys_option
@archive_options
@operation("verify")
def verify(
    full: bool,
    files: tuple[Path, ...],
    vkeys: tuple[str, ...],
    witnesses: tuple[str, ...],
    as_json: bool,
    folder: Path | None,
    location: str,
    lang: Lang,
) -> int:
    """校验：封存以来有没有被改动；有则指出第一处，并以状态 1 结束。"""
    logs = public_keys(vkeys, "--key", Type.LOG) or [_own(location, folder)]
    trust = Trust(logs, public_keys(witnesses, "--witness", Type.WITNESS))
    outside = [Outside(str(file), read_bytes(file)) for file in files]
    now = micros(datetime.now(UTC))
    with progress_bar("verify", lang) as bar:
        check = verify_full if full else verify_quick
        told = check(location, trust, outside, now=now, progress=bar)
    notes = [*_notes(told), *_restored(location)]
    if as_json:
        show_object(_json(told, notes, lang), lang)
    else:
        _show(told, notes, lang)
    return 0 if told.holds else 1


def public_keys(texts: Sequence[str], option: str, type_: Type) -> list[PublicKey]:
    """Return the keys that an option names.

    Raises:
        Failure: one is of another type.
        Malformed: one can't be read.
    """
    keys = [PublicKey.parse(text) for text in texts]
    for key in keys:
        if key.type is not type_:
            other = Term(f"{key.type.name.lower()}_key")
            raise Failure(say("key_other_type", path=option, found=other))
    return keys


def _own(location: str, folder: Path | None) -> PublicKey:
    """Return the archive's own public key, as it stands beside the private one."""
    with closing(must_have_ledger(location)) as ledger:
        return own_key(ledger.origin, folder)


def own_key(origin: str, folder: Path | None) -> PublicKey:
    """Return an archive's own public key.

    Raises:
        KeyRefused: there is none.
        Malformed: it can't be read.
    """
    return load_public_key(key_file(key_folder(origin, folder), Type.LOG).with_suffix(".vkey"))


def _restored(location: str) -> list[Sentence]:
    """Return that the archive is read-only, and what was lost in earlier restores."""
    with closing(open_log(location)) as log:
        return restore_notes(log)


def _notes(told: Verified) -> Iterator[Sentence]:
    """Yield what wasn't seen, and is no fault."""
    yield from told.notes
    if told.unsigned:
        yield say("verify_unsigned", n=told.unsigned)
    if told.unsealed:
        yield say("verify_unsealed", n=told.unsealed)
    if told.full and told.trees < told.days:
        yield say("verify_trees_some", made=told.trees, days=told.days)
    if not told.full:
        yield say("verify_blind")
    elif not told.against:
        yield say("verify_alone")


def _show(told: Verified, notes: Sequence[Sentence], lang: Lang) -> None:
    for fault in told.faults:
        click.echo(speak(fault.sentence, lang))
    if told.faults:
        click.echo(speak(say("verify_failed", count=told.count, listed=len(told.faults)), lang))
    for file, size in told.against:
        click.echo(speak(say("against_begins", file=file, size=size), lang))
    if told.holds:
        click.echo(speak(_summary(told), lang))
    for note in notes:
        click.echo(speak(note, lang), err=True)


def _summary(told: Verified) -> Sentence:
    if not told.full:
        return say("verified_quick", since=told.since, events=told.events, leaves=told.leaves)
    return say(
        "verified_full",
        events=told.events,
        leaves=told.leaves,
        checkpoints=told.checkpoints,
        commands=told.commands,
        rows=sum(told.views.values()),
    )


def _json(told: Verified, notes: Sequence[Sentence], lang: Lang) -> dict[str, Any]:
    return {
        "holds": told.holds,
        "full": told.full,
        "events": told.events,
        "position": told.position,
        "unsigned": told.unsigned,
        "unsealed": told.unsealed,
        "leaves": told.leaves,
        "since": told.since,
        "checkpoints": told.checkpoints,
        "days": told.days,
        "trees": told.trees,
        "commands": told.commands,
        "views": told.views,
        "against": [{"file": file, "size": size} for file, size in told.against],
        "faults": [_fault(fault, lang) for fault in told.faults],
        "count": told.count,
        "notes": [speak(note, lang) for note in notes],
        "seconds": {part: round(took, 3) for part, took in told.seconds.items()},
    }


def _fault(fault: Fault, lang: Lang) -> dict[str, Any]:
    return {
        "what": fault.sentence.key,
        "text": speak(fault.sentence, lang),
        "position": fault.position,
        "stream": fault.stream,
        "version": fault.version,
    }
