"""The base of every event and of every stream.

An event is a fact: who (``by``), when in the business's time (``on``), when it became known
(``known_at``) and when the log recorded it (``timestamp``). A stream is folded from an empty
beginning, so any of its events may be its first; its id's first segment is the topic of its
class. Commands check, then record; ``apply`` only folds, so that a rule tightened later never
makes old history unloadable.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar, Protocol, Self, cast

from eventsourcing.domain import BaseAggregate, CanMutateAggregate, MetaDomainEvent

from domain.refusal import Refusal
from domain.sentence import say
from domain.times import EPOCH


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every event of one command shares; the shell makes it, the domain has no clock.

    Args:
        by: who records or decides.
        on: the business date.
        timestamp: when the log records it, aware, UTC.
        known_at: what as-of filters on; ``timestamp``, or the paper's date for history.
        legacy: imported paper history.
        command_id: the caller's own id of the command.
        source: the document it is taken from.
    """

    by: str
    on: date
    timestamp: datetime
    known_at: datetime
    legacy: bool = False
    command_id: str | None = None
    source: str | None = None


class Fact(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    """An immutable event; subclasses add their fields and a ``TOPIC`` that never changes."""

    originator_id: str
    originator_version: int
    timestamp: datetime
    _: KW_ONLY
    by: str
    on: date
    known_at: datetime
    legacy: bool = False
    command_id: str | None = None
    source: str | None = None


_SHARED = tuple(field.name for field in dataclasses.fields(Stamp))


@cache
def _defaults(event: type[Fact]) -> tuple[dict[str, Any], int]:
    """Return the defaults of an event's own fields, and how many fields it has."""
    fields = dataclasses.fields(event)  # type: ignore[arg-type]  # which mypy can't see
    given = {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}
    return given, len(fields)


def _made(
    event: type[Fact], stream: str, version: int, shared: dict[str, Any], fields: Mapping[str, Any]
) -> Fact:
    """Return an event of these fields, without the detours that a frozen one makes for each."""
    defaults, count = _defaults(event)
    identity = {"originator_id": stream, "originator_version": version}
    values = {**identity, **defaults, **shared, **fields}
    if len(values) != count:
        return cast(Callable[..., Fact], event)(**values)  # which says what is wrong
    made = object.__new__(event)
    object.__setattr__(made, "__dict__", values)  # as the library does: fields are frozen
    return made


class Stream(BaseAggregate[str]):
    """A stream of facts and what they fold into.

    Subclasses set ``TOPIC`` (the first segment of their ids) and ``PARTS`` (what the others are),
    ``begin`` their state and offer commands. ``parts`` are the segments of the id behind its topic.
    """

    Event: ClassVar[type[Fact]] = Fact
    TOPIC: ClassVar[str]
    PARTS: ClassVar[tuple[str, ...]] = ()
    parts: list[str]
    known_until: datetime

    def __init_subclass__(cls, **options: Any) -> None:
        cls.Event = Fact  # else the library makes a second class of every event
        super().__init_subclass__(**options)

    @classmethod
    def fold(cls, stream_id: str, events: Iterable[Fact] = ()) -> Self:
        """Return the stream as its events leave it, from the first on."""
        stream = cls.__new__(cls)
        stream.__base_init__(stream_id, 0, EPOCH)
        stream.parts = stream_id.split("/")[1:]
        stream.known_until = datetime.min.replace(tzinfo=UTC)
        stream.begin()
        for event in events:
            event.mutate(stream)
            stream.known_until = event.known_at
        return stream

    def begin(self) -> None:
        """Set the state before the first event."""

    def record(self, event: type[Fact], stamp: Stamp, **fields: Any) -> None:
        """Trigger ``event``; every check comes before.

        Raises:
            Refusal: ``known_at`` goes back within the stream.
        """
        self.record_all(event, stamp, (fields,))

    def record_all(
        self, event: type[Fact], stamp: Stamp, all_fields: Iterable[Mapping[str, Any]]
    ) -> None:
        """Trigger an ``event`` for the fields of each; every check comes before.

        As the library's ``trigger_event`` does, without checking every time what holds by
        construction: that the event is this stream's next.

        Raises:
            Refusal: ``known_at`` goes back within the stream.
        """
        if stamp.known_at < self.known_until:
            raise Refusal(
                say(
                    "known_at_goes_back",
                    stream=self.id,
                    known_at=stamp.known_at,
                    last=self.known_until,
                ),
                "known_at",
            )
        shared = {name: getattr(stamp, name) for name in _SHARED}
        for fields in all_fields:
            made = _made(event, self.id, self.version + 1, shared, fields)
            made.apply(self)
            self.pending_events.append(made)
            self.version = made.originator_version
        self.modified_on = stamp.timestamp
        self.known_until = stamp.known_at


class Withdrawal(Fact):
    """A fact of the same stream was recorded in error: its version and its log position."""

    version: int
    withdrawn: int
    reason: str
    approver: str

    def apply(self, stream: "WithdrawableStream") -> None:
        """Fold: the fact no longer stands."""
        stream.standing.pop(self.version, None)


class Closable(Protocol):
    """What can be closed: a unit's year."""

    def must_be_open(self) -> None:
        """Raise a refusal once it is closed."""


class WithdrawableStream(Stream):
    """A stream some of whose facts can be withdrawn: those in ``standing``, by version.

    Subclasses declare ``Withdrawn``, a :class:`Withdrawal` with its own ``TOPIC``.
    """

    Withdrawn: ClassVar[type[Withdrawal]]
    standing: dict[int, Any]

    def begin(self) -> None:
        """Set the state before the first event."""
        self.standing = {}

    def withdraw(
        self,
        stamp: Stamp,
        version: int,
        position: int,
        reason: str,
        approver: str,
        *,
        year: Closable | None = None,
    ) -> None:
        """Withdraw the fact recorded as ``version`` of this stream.

        Args:
            year: the year whose evidence the fact is, if any.

        Raises:
            Refusal: it can't be withdrawn, was already, isn't approved, or is a closed year's.
        """
        if year is not None:
            year.must_be_open()
        must_be_approved(stamp, reason, approver)
        if version not in self.standing:
            raise Refusal(say("not_withdrawable", position=position, stream=self.id), "position")
        self.record(
            self.Withdrawn,
            stamp,
            version=version,
            withdrawn=position,
            reason=reason,
            approver=approver,
        )


def must_be_approved(stamp: Stamp, reason: str | None, approver: str | None) -> None:
    """A correction wants a reason and somebody else's approval.

    Raises:
        Refusal: one is missing, or the one who asks approves it too.
    """
    if not reason:
        raise Refusal(say("reason_missing"), "reason")
    if not approver:
        raise Refusal(say("approver_missing"), "approver")
    if approver == stamp.by:
        raise Refusal(say("approver_is_asker", approver=approver), "approver")
