"""What is checked and recorded in the transaction that appends events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from eventsourcing.persistence import OperationalError

from domain.refusal import Refusal
from domain.sentence import Sentence, say, speak


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A command to be recorded with its events, so that it is never carried out twice.

    Args:
        command_id: the caller's own id.
        digest: the hash of what the command said.
        events: which of the inserted events are its own, as indexes into the batch.
    """

    command_id: str
    digest: bytes
    events: Sequence[int]


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command that was carried out, and the log positions of its events."""

    digest: bytes
    positions: tuple[int, ...]


class StoreError(Refusal):
    """The file is missing, not ours, or of a newer format."""


class StoreMissing(StoreError):  # noqa: N818 - a refusal
    """There is no archive at the location."""


class StoreFails(OperationalError):  # noqa: N818 - told by its sentence
    """The store did not do what was asked; the sentence says what became of it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(speak(sentence, "en"))
        self.sentence = sentence


class ClosedStream(Refusal):
    """Events need a stream to be open which is closed."""

    def __init__(self, stream_id: str) -> None:
        super().__init__(say("stream_closed", stream=stream_id))
        self.stream_id = stream_id


class StreamChanged(Refusal):
    """A stream that was read to decide was written to before what was decided was saved."""

    def __init__(self, stream_id: str) -> None:
        super().__init__(say("stream_changed", stream=stream_id))
        self.stream_id = stream_id


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What was read to decide, and up to which position of the log.

    Args:
        streams: the ids of streams; one that ends in ``/`` stands for all that begin so.
        upto: the position behind which none of them may have events.
    """

    streams: Collection[str]
    upto: int


class CommandRepeated(Refusal):
    """A command with this id was recorded already."""

    def __init__(self, command_id: str) -> None:
        super().__init__(say("command_repeated", command=command_id))
        self.command_id = command_id
