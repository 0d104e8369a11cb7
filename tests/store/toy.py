"""A toy stream for the tests of the store and of the views."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from eventsourcing.persistence import JSONTranscoder, StoredEvent

from archive.store.mapper import FactMapper
from domain.fact import Fact

NOON = datetime(2018, 5, 1, 4, 0, 0, 123456, tzinfo=UTC)
MAPPER = FactMapper(JSONTranscoder())


@dataclass(frozen=True, slots=True)
class Mark:
    """A nested value, as ballots hold them."""

    ratee: str
    points: int
    day: date | None = None


class Scored(Fact):
    """One score."""

    TOPIC = "toy.scored"
    ratee: str
    dimension: str
    points: int
    round_: str = "annual"


class Sheet(Fact):
    """A sheet of scores, in its third shape."""

    TOPIC = "toy.sheet"
    class_version = 3
    marks: tuple[Mark, ...]
    day: date
    note: str | None = None

    @staticmethod
    def upcast_v1_v2(state: dict) -> None:
        state["marks"] = state.pop("scores")

    @staticmethod
    def upcast_v2_v3(state: dict) -> None:
        state["day"] = state["on"]


class Noted(Fact):
    """An event that no view handles."""

    TOPIC = "toy.noted"
    text: str


TOPICS = ("toy.scored", "toy.sheet", "toy.noted", "toy.closed")


def scored(stream: str, version: int, points: int = 9150, seconds: int = 0) -> Scored:
    """Return a score, known ``seconds`` after noon."""
    moment = NOON + timedelta(seconds=seconds)
    return Scored(
        stream, version, moment, "C1", "work", points, by="R1", on=date(2018, 5, 1), known_at=moment
    )


def stored(*events: Fact) -> list[StoredEvent]:
    """Return the events as the mapper stores them."""
    return [MAPPER.to_stored_event(event) for event in events]
