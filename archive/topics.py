"""Which events tell what not everybody may know: who scored whom, and what became of accounts."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args, get_type_hints

from archive.streams import EVENTS, STREAMS
from domain.access_log import AccessLog
from domain.account import Account
from domain.fact import Fact, Stream
from domain.lead import Lead
from domain.lead_release import LeadRelease
from domain.officers import Officers

_RATER: Final = "rater"


def _of(*streams: type[Stream]) -> Iterator[str]:
    for stream in streams:
        for event in vars(stream).values():
            if isinstance(event, type) and issubclass(event, Fact) and event is not Fact:
                yield event.TOPIC  # type: ignore[attr-defined]


def _names_a_rater(shape: Any) -> bool:
    """Tell if a type has a field for who scores, however deep."""
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        return any(f.name == _RATER or _names_a_rater(hints[f.name]) for f in fields(shape))
    return any(map(_names_a_rater, get_args(shape)))


OF_RATERS: Final = frozenset(
    {
        *_of(*(stream for stream in STREAMS.values() if _RATER in stream.PARTS)),
        *(topic for topic, event in EVENTS.items() if _names_a_rater(event)),
        *_of(Lead, LeadRelease),
    }
)
"""The topics of events that tell who scored whom, or was expected to; and of leads, which do."""

OF_ACCOUNTS: Final = frozenset(_of(Account, Officers, AccessLog))
"""The topics of events that tell what became of accounts, and who looked at what."""
