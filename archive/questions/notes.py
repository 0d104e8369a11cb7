"""What the reader of an answer should know beside it."""

from collections.abc import Iterator

from archive.archive import Archive
from archive.integrity.restore.recorded import STREAM, losses
from archive.store.log import Log
from archive.store.mark import Restored
from domain.sentence import Sentence, say
from domain.times import from_micros
from projections.known import nothing_until
from projections.reader import Reader


def restore_notes(log: Log) -> list[Sentence]:
    """Return that an archive is read-only since it was restored, and which losses it tells of."""
    mark = log.restored()
    notes = [Restored(mark).sentence] if mark is not None else []
    return notes + [loss.told for loss in losses(log.read_streams([STREAM]))]


def notes_of(archive: Archive, reader: Reader) -> Iterator[Sentence]:
    """Yield what is to be said beside what the reader read, once it has read all."""
    yield from restore_notes(archive.log)
    yield from dict.fromkeys(reader.notes)  # fetched twice, noted once
    first = nothing_until(reader)
    if first is not None:
        yield say("note_nothing_known", first=from_micros(first))
    if reader.late:
        yield say("note_late", n=reader.late)
    if reader.legacy:
        yield say("note_legacy", n=reader.legacy)
    set_aside = archive.views.set_aside()
    if set_aside:
        yield say("note_set_aside", n=len(set_aside), position=set_aside[0].position)
