"""The streams that a batch of commands decides against: its own events first, then stored ones.

Views are never read to decide. A stream is folded once and kept for the batch; what the batch
adds to it is seen by the batch's later commands.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeVar, cast

from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from eventsourcing.utils import TopicError

from archive.store.mapper import FactMapper
from domain.access_log import AccessLog
from domain.account import Account
from domain.allowance import Allowance
from domain.ballot import Ballot
from domain.cadre import Cadre
from domain.decision import Cited, Decision
from domain.fact import Fact, Stream
from domain.history import History
from domain.lead import Lead
from domain.lead_release import LeadRelease
from domain.officers import Officers
from domain.policy import PolicyStream
from domain.refusal import Refusal
from domain.restore import Restore
from domain.result import Result
from domain.rules.eligibility import Purpose
from domain.rules.in_force import Adoption, closed_under, in_force
from domain.rules.judging import judging_last, settled
from domain.rules.policy import Policy
from domain.rules.procedure import OFFICE
from domain.scheme import Scheme
from domain.sentence import say
from domain.service import Service
from domain.supervision import Supervision
from domain.talk import Talk
from domain.times import EPOCH
from domain.unit import Unit
from domain.work_list import WorkList
from domain.work_log import WorkLog
from domain.year import Year

STREAMS: dict[str, type[Stream]] = {
    cls.TOPIC: cls
    for cls in (
        Unit,
        Cadre,
        Service,
        PolicyStream,
        Scheme,
        Ballot,
        WorkList,
        WorkLog,
        Year,
        Result,
        Supervision,
        Talk,
        Allowance,
        Decision,
        LeadRelease,
        Lead,
        History,
        Restore,
        Officers,
        Account,
        AccessLog,
    )
}
EVENTS: dict[str, type[Fact]] = {
    event.TOPIC: event  # type: ignore[attr-defined]
    for cls in STREAMS.values()
    for event in vars(cls).values()
    if isinstance(event, type) and issubclass(event, Fact) and event is not Fact
}
CLOSING_TOPICS = (Year.Closed.TOPIC, History.Closed.TOPIC)

S = TypeVar("S", bound=Stream)


class _Listing(NamedTuple):
    """A line of a roster; ``position`` is its time, which follows the log's order."""

    unit: str
    participates: str
    known_at: datetime
    position: datetime


class _When(NamedTuple):
    """When an event became known, and when it was recorded."""

    known_at: datetime
    timestamp: datetime


class Recorder(Protocol):
    """What deciding needs of the store."""

    def select_events(self, originator_id: str) -> Iterable[StoredEvent]:
        """Return a stream's stored events in order."""

    def select_streams(self, originator_ids: Sequence[str]) -> Iterable[StoredEvent]:
        """Return the stored events of these streams, those of each in order."""

    def stream_ids(self, prefix: str) -> list[str]:
        """Return the ids of streams that start with ``prefix``."""

    def read(self, positions: list[int]) -> list[tuple[int, str, int, str, bytes]]:
        """Return the stored rows at these positions."""


class Cite(Protocol):
    """Answers from the views what is known of a cadre's eligibility."""

    def __call__(self, purpose: Purpose, cadre: str, year: int | None, known_at: datetime) -> Cited:
        """Return what was known at ``known_at``, of what the log holds now.

        Args:
            year: the last year of the window; None for the last one closed.

        Raises:
            Refusal: the views can't answer.
        """


class Streams:
    """A batch's streams.

    ``cite`` is what a decision cites findings by; all else is decided by streams alone.
    ``guards`` are the ids of streams that the command now decided requires to be open,
    ``read`` those that the batch has read (one that ends in ``/`` stands for all that begin so),
    and ``latest`` is the latest time at which anything read was recorded.
    """

    def __init__(self, recorder: Recorder, mapper: FactMapper, cite: Cite) -> None:
        self.recorder = recorder
        self.mapper = mapper
        self.cite = cite
        self.guards: set[str] = set()
        self.latest = EPOCH
        self._streams: dict[str, Stream] = {}
        self._ahead: dict[str, list[StoredEvent]] = {}
        self._used: dict[str, Stream] = {}
        self.read: set[str] = set()
        self._policy_ids: set[str] | None = None
        self._unsaved = False

    def __len__(self) -> int:
        return len(self._streams)

    def forget(self) -> None:
        """Forget every stream: somebody else may have written."""
        self._streams.clear()
        self._ahead = {}
        self._policy_ids = None
        self._unsaved = False

    def saved(self) -> None:
        """Know that what the commands triggered is in the log."""
        self._unsaved = False

    def forget_unsaved(self) -> None:
        """Forget the streams if they hold what never reached the log."""
        if self._unsaved:
            self.forget()

    def begin_batch(self, likely: Iterable[str] = ()) -> None:
        """Start a batch: nothing was read for it yet.

        Args:
            likely: ids of streams that it may ask for, which are looked up all at once.
        """
        self.read = set()
        self._ahead = {stream_id: [] for stream_id in likely if stream_id not in self._streams}
        if self._ahead:
            for stored in self.recorder.select_streams(list(self._ahead)):
                self._ahead[cast(str, stored.originator_id)].append(stored)

    def begin_command(self) -> None:
        """Start a command: no stream is used and none guarded yet."""
        self._unsaved = True
        self._used.clear()
        self.guards = set()

    def collect(self) -> list[Fact]:
        """Return the events that the command triggered."""
        return [
            cast(Fact, event)
            for stream in self._used.values()
            if stream.pending_events
            for event in stream.collect_events()
        ]

    def get(self, cls: type[S], *parts: object) -> S:
        """Return the stream of this class with these id segments, empty if it never was."""
        if len(parts) == 1:
            stream_id = f"{cls.TOPIC}/{parts[0]}"
        else:
            stream_id = "/".join((cls.TOPIC, *map(str, parts)))
        stream = self._streams.get(stream_id)
        if stream is None:
            stream = self._fold(cls, stream_id)
            self._streams[stream_id] = stream
            self.latest = max(self.latest, stream.modified_on)
        self._used[stream_id] = stream
        self.read.add(stream_id)
        return stream  # type: ignore[return-value]

    def _fold(self, cls: type[S], stream_id: str) -> S:
        stored: Iterable[StoredEvent] | None = self._ahead.pop(stream_id, None)
        if stored is None:
            stored = self.recorder.select_events(stream_id)
        try:
            return cls.fold(stream_id, map(self.mapper.to_fact, stored))
        except (TopicError, MapperDeserialisationError) as error:
            raise Refusal(say("stream_unreadable", stream=stream_id, reason=error)) from error

    def unit(self, unit: str) -> Unit:
        """Return a unit's stream."""
        return self.get(Unit, unit)

    def cadre(self, cadre: str) -> Cadre:
        """Return a cadre's stream."""
        return self.get(Cadre, cadre)

    def cadres(self, cadres: Iterable[str]) -> dict[str, Cadre]:
        """Return several cadres' streams by id."""
        return {cadre: self.cadre(cadre) for cadre in set(cadres)}

    def year(self, year: int, unit: str) -> Year:
        """Return a unit's year; the command requires it to stay open until saved."""
        stream = self.get(Year, year, unit)
        self.guards.add(stream.id)
        return stream

    def unit_of(self, cadre: Cadre, day: date, given: str | None) -> Unit:
        """Return the unit given, else that of the cadre's posting on ``day``."""
        unit = given or cadre.unit_on(day)
        if unit is None:
            cadre.must_exist(day)
            raise Refusal(say("no_posting", cadre=cadre.code, day=day), "unit")
        return self.unit(unit)

    def roles(self, who: str, unit: Unit, day: date, wanted: Collection[str]) -> frozenset[str]:
        """Return which of the roles ``wanted`` somebody holds for a unit on ``day``.

        They are held in it; the appraisal office's, which serves the whole city, anywhere. Units
        are looked through for it only where no other role will do.
        """
        held = unit.roles_of(who, day).intersection(wanted)
        if held or OFFICE not in wanted or not self._serves_in_office(who, day):
            return held
        return frozenset({OFFICE})

    def _serves_in_office(self, who: str, day: date) -> bool:
        """Tell if ``who`` holds the office's role in any unit, looking first where posted."""
        posted = sorted(self.cadre(who).units)
        if any(self.unit(unit).holds(who, OFFICE, day) for unit in posted):
            return True
        everywhere = {*self.recorder.stream_ids(f"{Unit.TOPIC}/"), *self._streams}
        prefix = f"{Unit.TOPIC}/"
        units = sorted(key for key in everywhere if key.startswith(prefix))
        return any(self.unit(key.removeprefix(prefix)).holds(who, OFFICE, day) for key in units)

    def must_be_recorded(self, positions: Iterable[int], field: str) -> None:
        """Raise a refusal unless an event stands at each of these positions."""
        for index, position in enumerate(positions):
            if not self.recorder.read([position]):
                raise Refusal(say("no_event", position=position), f"{field}.{index}")

    def units_listing(self, cadre: Cadre, year: int) -> list[str]:
        """Return the units on whose roster of ``year`` the cadre stands; the judging one last.

        Units of the cadre's postings are looked at first; every unit that has a year, only
        when he doesn't take part in that of his last posting.
        """
        year_end = date(year, 12, 31)
        units = cadre.units
        lines = self._listings(cadre, year, sorted(units), None)
        own = cadre.unit_on(year_end)
        if all(line.participates != "yes" or line.unit != own for line in lines):
            everywhere = self.recorder.stream_ids(f"{Year.TOPIC}/{year}/")
            units = units.union(stream_id.split("/")[2] for stream_id in everywhere)
            lines = self._listings(cadre, year, sorted(units), None)
        listing = [line.unit for line in lines]
        if len(listing) < 2:
            return listing
        closed = {
            unit: self._recorded(stream, stream.closed_version).timestamp
            for unit in listing
            if (stream := self.get(Year, year, unit)).closed_version
        }

        def seen(upto: datetime | None) -> list[_Listing]:
            posted = self._then(cadre, upto).unit_on(year_end)
            return judging_last(self._listings(cadre, year, listing, upto), posted)

        return [line.unit for line in settled(seen, closed)[0]]

    def _listings(
        self, cadre: Cadre, year: int, units: Iterable[str], upto: datetime | None
    ) -> list[_Listing]:
        found = []
        for unit in units:
            stream = self._then(self.get(Year, year, unit), upto)
            for version, line in stream.standing.items():
                if line.cadre == cadre.code:
                    when = self._recorded(stream, version)
                    found.append(_Listing(unit, line.participates, *when))
        return found

    def _then(self, stream: S, upto: datetime | None) -> S:
        """Return a stream as it was recorded up to a time; None for now."""
        if upto is None or stream.modified_on <= upto:
            return stream
        facts = map(self.mapper.to_fact, self.recorder.select_events(stream.id))
        return type(stream).fold(stream.id, (fact for fact in facts if fact.timestamp <= upto))

    def _recorded(self, stream: Stream, version: int | None) -> _When:
        """Return when a stream's event became known and was recorded."""
        for stored in self.recorder.select_events(stream.id):
            if stored.originator_version == version:
                fact = self.mapper.to_fact(stored)
                return _When(fact.known_at, fact.timestamp)
        return _When(stream.known_until, stream.modified_on)  # of this batch, hence the last

    def policy_of(self, unit: str, year: int) -> Policy | None:
        """Return the policy that judges the unit's year: the closed one's own, else in force."""
        adoptions = self.adoptions()
        closed = self.get(Year, year, unit).closed_under
        adoption = closed_under(adoptions, closed) if closed else in_force(adoptions, unit, year)
        return adoption.policy if adoption else None

    def policy_in_force(self, unit: str, year: int) -> Policy:
        """Return the policy that judges the unit's year, or refuse for want of one."""
        policy = self.policy_of(unit, year)
        if policy is None:
            raise Refusal(say("no_policy", unit=unit, year=year), "year")
        return policy

    def law_of(self, unit: str, year: int) -> Policy | None:
        """Return the law's layer for the unit's year: the closed one's own, else in force."""
        adoptions = self.adoptions()
        stream = self.get(Year, year, unit)
        if stream.closed_on is None:
            adoption = in_force(adoptions, unit, year, "law")
        else:
            adoption = closed_under(adoptions, stream.closed_law) if stream.closed_law else None
        return adoption.policy if adoption else None

    def adoptions(self) -> list[Adoption]:
        """Return every policy's texts, in the order in which they were recorded."""
        self.read.add("policy/")
        if self._policy_ids is None:
            self._policy_ids = set(self.recorder.stream_ids("policy/"))
        own = {key for key in self._streams if key.startswith("policy/")}
        return [
            adoption
            for key in sorted(self._policy_ids | own)
            for adoption in self.get(PolicyStream, key.partition("/")[2]).versions
        ]
