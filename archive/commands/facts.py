"""Withdrawing a fact that was recorded in error."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Id, Text, Whole
from archive.streams import STREAMS, Streams
from archive.who import OFFICE, everywhere
from domain.fact import Stamp, WithdrawableStream
from domain.refusal import Refusal
from domain.scored_work import ScoredWork
from domain.sentence import say
from domain.supervision import Supervision


def _withdraw(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    rows = streams.recorder.read([c.position])
    if not rows:
        raise Refusal(say("no_event", position=c.position), "position")
    _, stream_id, version, _, _ = rows[0]
    topic, *parts = stream_id.split("/")
    cls = STREAMS.get(topic)
    if cls is not None and "rater" in cls.PARTS:  # who scored isn't told to whoever asks
        stream_id = topic
    if cls is None or not issubclass(cls, WithdrawableStream):
        raise Refusal(say("not_withdrawable", position=c.position, stream=stream_id), "position")
    stream = streams.get(cls, *parts)
    year = None
    if isinstance(stream, ScoredWork) and version in stream.standing:
        year = streams.year(int(parts[0]), stream.standing[version].unit)
    if isinstance(stream, Supervision):
        year = streams.year(int(parts[0]), parts[1])
    stream.withdraw(stamp, version, c.position, c.reason, c.approver, year=year)


COMMANDS = (
    Command(
        "fact.withdraw",
        _withdraw,
        everywhere(OFFICE),
        position=Whole(1, 2**63 - 1),
        reason=Text(2000, required=False),
        approver=Id(required=False),
    ),
)
