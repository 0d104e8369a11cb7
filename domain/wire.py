"""Events as bytes: flat JSON, and back through the upcasts of their class.

The names, types and defaults of an event's fields are the storage format: fields equal to
their default are not written, so a changed default would change what old events say. A shape
that grows wants a ``class_version`` and a static ``upcast_vN_vN+1(state)`` which changes the
parsed JSON in place, dates still being text.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

import msgspec

from domain.fact import Fact

COMMON = ("timestamp", "by", "on", "known_at", "legacy", "source")
"""The fields that every slim event has."""

_IDENTITY = ("originator_id", "originator_version")
_VERSION_KEY = "class_version"


class _Versioned(msgspec.Struct, gc=False):
    class_version: int = 1


_as_json = msgspec.json.Encoder().encode
_recorded_version = msgspec.json.Decoder(_Versioned).decode


def class_version(event_class: type[Fact]) -> int:
    """Return the version of the class's shape."""
    return int(getattr(event_class, _VERSION_KEY, 1))


def state_fields(event_class: type[Fact]) -> tuple[str, ...]:
    """Return the names of the fields that an event's state holds."""
    return tuple(name for name in _fields(event_class) if name not in _IDENTITY)


def encode(event: Fact) -> bytes:
    """Return the event's state: every field but its stream id and version."""
    return _as_json(msgspec.convert(event, _writer(type(event)), from_attributes=True))


def decode(event_class: type[Fact], stream_id: str, version: int, state: bytes) -> Fact:
    """Return the event that ``encode`` made ``state`` of.

    Raises:
        msgspec.DecodeError: the state is not one of this class, or a newer one.
    """
    values = msgspec.structs.asdict(_reader(event_class)(state))
    values["originator_id"] = stream_id
    values["originator_version"] = version
    event = object.__new__(event_class)
    object.__setattr__(event, "__dict__", values)  # as the library does: fields are frozen
    return event


def slim(event_class: type[Fact], fields: tuple[str, ...]) -> Callable[[bytes], Any]:
    """Return a decoder of ``fields`` and the common ones alone; the rest is skipped.

    Raises:
        TypeError: the class has no such field.
    """
    known = state_fields(event_class)
    for name in fields:
        if name not in known:
            raise TypeError(
                f"{event_class.__qualname__} has no field {name!r}; it has {', '.join(known)}"
            )
    names = (*COMMON, *(name for name in fields if name not in COMMON))
    return _reading(event_class, _shape(event_class, names, tagged=True, gc=False))


@cache
def _writer(event_class: type[Fact]) -> type[msgspec.Struct]:
    return _shape(event_class, state_fields(event_class), tagged=class_version(event_class) > 1)


@cache
def _reader(event_class: type[Fact]) -> Callable[[bytes], Any]:
    names = state_fields(event_class)
    shape = _shape(event_class, names, tagged=True, forbid_unknown_fields=True)
    return _reading(event_class, shape)


def _shape(
    event_class: type[Fact], names: tuple[str, ...], *, tagged: bool, **options: bool
) -> type[msgspec.Struct]:
    # The tag is the class version: written only when tagged, and a state that carries
    # another one doesn't decode; a state without one passes.
    if tagged:
        options |= {"tag_field": _VERSION_KEY, "tag": class_version(event_class)}  # type: ignore[dict-item]
    hints = get_type_hints(event_class)
    fields = _fields(event_class)
    return msgspec.defstruct(
        event_class.__qualname__,
        [(name, hints[name], _default(fields[name])) for name in names],
        kw_only=True,
        omit_defaults=True,
        **options,  # type: ignore[arg-type]
    )


def _fields(event_class: type[Fact]) -> "dict[str, dataclasses.Field[Any]]":
    # Fact's metaclass makes every event class a dataclass, which mypy can't see.
    return {field.name: field for field in dataclasses.fields(event_class)}  # type: ignore[arg-type]


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return msgspec.field(default_factory=field.default_factory)
    if field.default is not dataclasses.MISSING:
        return msgspec.field(default=field.default)
    return msgspec.field()


def _reading(event_class: type[Fact], shape: type[msgspec.Struct]) -> Callable[[bytes], Any]:
    decode_current = msgspec.json.Decoder(shape).decode
    current = class_version(event_class)
    if current == 1:
        return decode_current

    def read(state: bytes) -> Any:
        recorded = _recorded_version(state).class_version
        if recorded >= current:
            return decode_current(state)
        old = msgspec.json.decode(state)
        for version in range(recorded, current):
            getattr(event_class, f"upcast_v{version}_v{version + 1}")(old)
        old[_VERSION_KEY] = current
        return msgspec.convert(old, shape)

    return read
