"""What a row says of a unit or a cadre, where it says it."""

from collections.abc import Mapping
from typing import Any

from archive.streams import STREAMS


def part_of(row: Mapping[str, Any], name: str) -> Any:
    """Return what a row says in a column; of an event, what its stream's id or its fields say."""
    if name in row:
        return row[name]
    stream, state = row.get("stream"), row.get("state")
    if not isinstance(stream, str):
        return None
    topic, *segments = stream.split("/")
    cls = STREAMS.get(topic)
    parts = dict(zip(cls.PARTS, segments, strict=False)) if cls else {}
    if name in parts:
        return parts[name]
    return state.get(name) if isinstance(state, Mapping) else None
