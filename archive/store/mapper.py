"""The library's mapper over our wire format."""

from typing import cast

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    Cipher,
    Compressor,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
    Transcoder,
)
from eventsourcing.utils import get_topic, resolve_topic

from domain import wire
from domain.fact import Fact


class FactMapper(Mapper[str]):
    """Maps facts to stored events and back; the transcoder is not used.

    State is stored plain: whoever checks a proof must be able to read what was hashed.
    """

    def __init__(
        self,
        transcoder: Transcoder,
        compressor: Compressor | None = None,
        cipher: Cipher | None = None,
    ) -> None:
        if compressor or cipher:
            raise ValueError("facts are stored plain: no compressor, no cipher")
        super().__init__(transcoder)

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Return the event with its state as bytes."""
        return StoredEvent(
            domain_event.originator_id,
            domain_event.originator_version,
            get_topic(type(domain_event)),
            wire.encode(cast(Fact, domain_event)),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """Return the event that was stored, as the library asks for it."""
        return self.to_fact(stored_event)

    def to_fact(self, stored_event: StoredEvent) -> Fact:
        """Return the event that was stored.

        Raises:
            TopicError: no class of this topic is known.
            MapperDeserialisationError: the state is not one of its class.
        """
        event_class = resolve_topic(stored_event.topic)
        stream_id = cast(str, stored_event.originator_id)
        version = stored_event.originator_version
        try:
            return wire.decode(event_class, stream_id, version, stored_event.state)
        except Exception as error:
            raise MapperDeserialisationError(
                f"{stored_event.topic}, version {version} of {stream_id}: {error}"
            ) from error
