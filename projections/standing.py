"""Where the views stand: the position they have read to, their shapes, what was set aside."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    update,
)

from projections.dialect import writing
from projections.fold import PoisonEvent
from projections.view import View

_METADATA = MetaData()
_STANDING = Table(
    "views_standing",
    _METADATA,
    Column("position", BigInteger, nullable=False),
    Column("shapes", Text, nullable=False),
)
_SET_ASIDE = Table(
    "set_aside",
    _METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
_SELECT_STANDING = select(_STANDING)


@dataclass(frozen=True, slots=True)
class Standing:
    """The last position in the views, and the shape of each."""

    position: int
    shapes: dict[str, str]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A poison event that live views went past."""

    position: int
    topic: str
    reason: str


def shapes_of(views: Iterable[View]) -> dict[str, str]:
    """Return the shapes that the program declares."""
    return {view.name: view.shape for view in views}


def create(engine: Engine) -> None:
    """Make the tables of this module where they are missing."""
    if not inspect(engine).has_table(_SET_ASIDE.name):  # so that a reader needs no write lock
        with writing(engine) as connection:
            _METADATA.create_all(connection)


def standing(connection: Connection) -> Standing | None:
    """Return where the views stand; ``None`` before their first rebuild."""
    row = connection.execute(_SELECT_STANDING).first()
    return None if row is None else Standing(row.position, json.loads(row.shapes))


def move(connection: Connection, position: int) -> None:
    """Set the position, the shapes staying."""
    connection.execute(update(_STANDING).values(position=position))


def settle(connection: Connection, position: int, shapes: dict[str, str]) -> None:
    """Set position and shapes after a rebuild, which sets nothing aside."""
    connection.execute(delete(_SET_ASIDE))
    connection.execute(delete(_STANDING))
    connection.execute(insert(_STANDING).values(position=position, shapes=json.dumps(shapes)))


def put_aside(connection: Connection, events: Sequence[PoisonEvent]) -> None:
    """Note events that were gone past."""
    for event in events:
        values = {"position": event.position, "topic": event.topic, "reason": event.reason}
        connection.execute(insert(_SET_ASIDE).values(values))


def set_aside(connection: Connection) -> list[SetAside]:
    """Return the events that were gone past, in the log's order."""
    rows = connection.execute(select(_SET_ASIDE).order_by(_SET_ASIDE.c.position))
    return [SetAside(*row) for row in rows]
